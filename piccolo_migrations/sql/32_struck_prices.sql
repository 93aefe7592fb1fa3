-- One rule for every price that is struck through, and for what counts as on sale: docs/decisions/0005-flash-prices-and-the-low-before-a-cut.md.

-- Of each variant that was on sale before its product's present price cut, the lowest price of the 30 days before it.
-- What was not yet published was not on sale, whatever its price. A flash sale that was switched off counts until then,
-- and only if it had begun; while none of it was left it does not count.
CREATE OR REPLACE FUNCTION lows_before_cut(of_product bigint) RETURNS TABLE (variant_id bigint, lowest numeric)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    upto CONSTANT timestamptz := price_cut_since(of_product);
    since timestamptz;
BEGIN
    IF upto IS NULL THEN
        RETURN;
    END IF;
    since := (SELECT greatest(upto - interval '30 days', published_at) FROM product WHERE id = of_product);
    RETURN QUERY
        WITH base AS (
            SELECT price, valid_from AS starts, lead(valid_from) OVER (ORDER BY valid_from, id) AS ends
            FROM price_history WHERE product_id = of_product AND variant_id IS NULL AND valid_from < upto
        ),
        own AS (
            SELECT variant_id, price_adjustment, valid_from AS starts,
                   lead(valid_from) OVER (PARTITION BY variant_id ORDER BY valid_from, id) AS ends
            FROM price_history WHERE product_id = of_product AND variant_id IS NOT NULL AND valid_from < upto
        ),
        announced AS (
            SELECT i.price, i.sold_out, greatest(f.starts_at, i.created_at) AS starts,
                   least(f.ends_at, f.deleted_at, i.deleted_at, CASE WHEN NOT f.is_active THEN f.updated_at END) AS ends
            FROM flash_sale_item i JOIN flash_sale f ON f.id = i.flash_sale_id WHERE i.product_id = of_product
        ),
        asked AS (
            SELECT price, starts, ends FROM base
            UNION ALL
            SELECT a.price, lower(sold), upper(sold)
            FROM announced a, unnest(tstzmultirange(tstzrange(starts, ends)) - a.sold_out) AS sold WHERE starts < ends
        )
        -- greatest and least pass over nulls: what has no end yet lasts until the cut.
        SELECT own.variant_id, min(greatest(asked.price + own.price_adjustment, 0)) FROM asked JOIN own
            ON greatest(asked.starts, own.starts, since) < least(asked.ends, own.ends, upto)
        GROUP BY own.variant_id;
END $$;
COMMENT ON FUNCTION lows_before_cut(bigint) IS
    'Of each variant that was on sale before its product''s present price cut, the lowest price of the 30 days before it.';

CREATE OR REPLACE FUNCTION struck_prices(of_product bigint) RETURNS TABLE (variant_id bigint, amount numeric)
LANGUAGE sql STABLE AS $$
    SELECT v.id, low.lowest
    FROM lows_before_cut(of_product) low
    JOIN product_variant v ON v.id = low.variant_id
    JOIN product p ON p.id = of_product
    LEFT JOIN LATERAL running_flash(p.id) f ON true
    WHERE low.lowest > coalesce(f.price, p.price) + v.price_adjustment
$$;
COMMENT ON FUNCTION struck_prices(bigint) IS
    'What is struck through beside the price of a variant: the lowest of the 30 days before the cut, where today''s is lower.';

CREATE OR REPLACE FUNCTION struck_on_card(of_product bigint) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bool_and(s.amount IS NOT NULL) THEN min(s.amount) END
    FROM (
        SELECT id, rank() OVER (ORDER BY price_adjustment) AS place FROM product_variant
        WHERE product_id = of_product AND is_active AND deleted_at IS NULL
    ) v LEFT JOIN struck_prices(of_product) s ON s.variant_id = v.id WHERE v.place = 1
$$;
COMMENT ON FUNCTION struck_on_card(bigint) IS
    'What is struck through beside the lowest price of a product: every variant at that price must have been dearer.';

CREATE OR REPLACE VIEW listing_product_fact AS
SELECT p.id AS product_id, t.field, t.value
FROM product p
LEFT JOIN LATERAL running_flash(p.id) f ON true
CROSS JOIN LATERAL (
    VALUES ('brand', p.brand_id::text),
           ('sale', CASE WHEN f.price IS NOT NULL OR p.compare_at_price IS NOT NULL THEN
               CASE WHEN struck_on_card(p.id) IS NOT NULL THEN '1' END END),
           ('new', CASE WHEN p.published_at > clock_timestamp() - interval '30 days' THEN '1' END),
           ('rating', CASE WHEN p.rating_average >= 1 THEN '1' END),
           ('rating', CASE WHEN p.rating_average >= 2 THEN '2' END),
           ('rating', CASE WHEN p.rating_average >= 3 THEN '3' END),
           ('rating', CASE WHEN p.rating_average >= 4 THEN '4' END)
    UNION ALL
    SELECT 'category', l.above_id::text FROM category_line l WHERE l.category_id = p.category_id
    UNION ALL
    SELECT 'a.' || a.attribute_id,
           coalesce(a.text_value, trim_scale(a.number_value)::text, CASE WHEN a.boolean_value THEN 'yes' ELSE 'no' END)
    FROM product_attribute a WHERE a.product_id = p.id
) AS t (field, value)
WHERE t.value <> '';

-- Lists what is cut anew, since it may have been called on sale without ever having been dearer.
DO $$
DECLARE
    cut CONSTANT bigint[] := ARRAY(
        SELECT id FROM product WHERE compare_at_price IS NOT NULL
        UNION
        SELECT i.product_id FROM flash_sale_item i JOIN flash_sale f ON f.id = i.flash_sale_id
        WHERE f.starts_at <= now() AND f.ends_at > now()
    );
    several CONSTANT integer := 2000;
BEGIN
    FOR place IN 1 .. cardinality(cut) BY several LOOP
        PERFORM shop_list(cut[place : place + several - 1]);
    END LOOP;
END $$;
