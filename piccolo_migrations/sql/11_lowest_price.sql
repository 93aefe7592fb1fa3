-- The lowest price of the 30 days before a price cut was announced: docs/decisions/0005-flash-prices-and-the-low-before-a-cut.md.

-- Since when today's price is announced as a cut: by the flash sale that runs, else by the struck-through price, from the
-- moment that this struck-through price was first set. Null where nothing is cut.
CREATE OR REPLACE FUNCTION price_cut_since(of_product bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    today product;
    since timestamptz;
BEGIN
    SELECT * INTO today FROM product WHERE id = of_product;
    SELECT greatest(f.starts_at, i.created_at) INTO since
    FROM running_flash(of_product) r JOIN flash_sale_item i ON i.id = r.item_id JOIN flash_sale f ON f.id = i.flash_sale_id
    WHERE r.price < today.price;
    IF since IS NOT NULL OR today.compare_at_price IS NULL THEN
        RETURN since;
    END IF;
    RETURN (
        SELECT min(h.valid_from) FROM price_history h
        WHERE h.product_id = of_product AND h.variant_id IS NULL AND NOT EXISTS (
            SELECT FROM price_history later
            WHERE later.product_id = of_product AND later.variant_id IS NULL
                AND later.compare_at_price IS DISTINCT FROM today.compare_at_price
                AND (later.valid_from, later.id) >= (h.valid_from, h.id)));
END $$;
COMMENT ON FUNCTION price_cut_since(bigint) IS 'Since when a product''s price is announced as cut; null where it is not.';

-- What was not yet published was not on sale, whatever its price. A sale that was switched off counts until then, and
-- only if it had begun. A sale whose units were gone early counts to its end: the saving looks smaller, never bigger.
CREATE OR REPLACE FUNCTION lowest_before(of_product bigint, of_variant bigint) RETURNS numeric
LANGUAGE plpgsql STABLE AS $$
DECLARE
    upto CONSTANT timestamptz := price_cut_since(of_product);
    since timestamptz;
BEGIN
    IF upto IS NULL THEN
        RETURN NULL;
    END IF;
    since := (SELECT greatest(upto - interval '30 days', published_at) FROM product WHERE id = of_product);
    RETURN (
        WITH base AS (
            SELECT price, valid_from AS starts, lead(valid_from) OVER (ORDER BY valid_from, id) AS ends
            FROM price_history WHERE product_id = of_product AND variant_id IS NULL AND valid_from < upto
        ),
        own AS (
            SELECT price_adjustment, valid_from AS starts, lead(valid_from) OVER (ORDER BY valid_from, id) AS ends
            FROM price_history WHERE product_id = of_product AND variant_id = of_variant AND valid_from < upto
        ),
        asked AS (
            SELECT price, starts, ends FROM base
            UNION ALL
            SELECT i.price, greatest(f.starts_at, i.created_at),
                   least(f.ends_at, f.deleted_at, i.deleted_at, CASE WHEN NOT f.is_active THEN f.updated_at END)
            FROM flash_sale_item i JOIN flash_sale f ON f.id = i.flash_sale_id WHERE i.product_id = of_product
        )
        -- greatest and least pass over nulls: what has no end yet lasts until the cut.
        SELECT min(greatest(asked.price + own.price_adjustment, 0)) FROM asked JOIN own
            ON greatest(asked.starts, own.starts, since) < least(asked.ends, own.ends, upto));
END $$;
COMMENT ON FUNCTION lowest_before(bigint, bigint) IS
    'A variant''s lowest price in the 30 days before its present price cut was announced; null where nothing is cut.';
