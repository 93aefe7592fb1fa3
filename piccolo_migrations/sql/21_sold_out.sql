-- What goes at a flash price, for as long as it really went at it, and wide pictures of departments.

SELECT shop_watch('category', 'Category', true, VARIADIC '{}');
UPDATE category c SET wide_picture = '/static/img/wide/wide-' || w.picture || '-1200.webp'
FROM (VALUES ('electronics', 'electronics-sage'), ('kitchen', 'kitchen-sage'), ('care', 'care-rose'),
             ('carry', 'carry-sky'), ('play', 'play-clay')) AS w (slug, picture)
WHERE c.slug = w.slug AND c.wide_picture = '';

-- Units come back when an order lapses, and staff may add some: a sale can be sold out several times.
ALTER TABLE flash_sale_item ADD COLUMN IF NOT EXISTS sold_out tstzmultirange NOT NULL DEFAULT '{}';
COMMENT ON COLUMN flash_sale_item.sold_out IS 'When none of it was left, so that nothing went at its price.';
SELECT shop_watch('flash_sale_item', 'FlashSaleItem', true, 'sold', 'sold_before', 'sold_out');

-- Nobody wrote down when what is sold out today was sold out; not after its last change.
UPDATE flash_sale_item SET sold_out = tstzmultirange(tstzrange(updated_at, NULL))
WHERE sold >= stock_cap AND isempty(sold_out);

CREATE OR REPLACE FUNCTION shop_note_sold_out() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.sold_out := CASE WHEN TG_OP = 'UPDATE' THEN OLD.sold_out ELSE '{}' END;
    IF NEW.sold < NEW.stock_cap THEN
        NEW.sold_out := NEW.sold_out * tstzmultirange(tstzrange(NULL, now()));
    ELSIF NOT upper_inf(NEW.sold_out) THEN
        NEW.sold_out := NEW.sold_out + tstzmultirange(tstzrange(now(), NULL));
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER flash_sale_item_sold_out BEFORE INSERT OR UPDATE OF sold, stock_cap ON flash_sale_item
    FOR EACH ROW EXECUTE FUNCTION shop_note_sold_out();

-- What was not yet published was not on sale, whatever its price. A sale that was switched off counts until then, and
-- only if it had begun; while none of it was left it does not count.
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
        SELECT min(greatest(asked.price + own.price_adjustment, 0)) FROM asked JOIN own
            ON greatest(asked.starts, own.starts, since) < least(asked.ends, own.ends, upto));
END $$;

-- Lists ask this for each card that would strike a price through, and do without the amount.
CREATE OR REPLACE FUNCTION cut_from_a_price(of_product bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM product p CROSS JOIN price_cut_since(p.id) AS cut (since)
        WHERE p.id = of_product AND p.published_at < cut.since
            AND EXISTS (SELECT FROM price_history h
                        WHERE h.product_id = p.id AND h.variant_id IS NULL AND h.valid_from < cut.since))
$$;
COMMENT ON FUNCTION cut_from_a_price(bigint) IS
    'Whether a product was on sale before its present price cut, so that there is an earlier price to strike through.';
