-- What is new stops being so at the end of a day, all of it at once. By the minute, a large catalogue would change each
-- minute by the passing of time alone, and nothing that was read of it could be kept.

CREATE OR REPLACE FUNCTION new_since(moment timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT date_trunc('day', moment, 'UTC') - interval '696 hours'
$$;
COMMENT ON FUNCTION new_since(timestamptz) IS 'What was published since is new: today, in UTC, and the 29 days before.';

CREATE OR REPLACE VIEW listing_product_fact AS
SELECT p.id AS product_id, t.field, t.value
FROM product p
LEFT JOIN LATERAL running_flash(p.id) f ON true
CROSS JOIN LATERAL (
    VALUES ('brand', p.brand_id::text),
           ('sale', CASE WHEN f.price IS NOT NULL OR p.compare_at_price IS NOT NULL THEN
               CASE WHEN struck_on_card(p.id) IS NOT NULL THEN '1' END END),
           ('new', CASE WHEN p.published_at >= new_since(clock_timestamp()) THEN '1' END),
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

-- Returns how many products had been waiting, so that the worker comes again at once while there are more.
CREATE OR REPLACE FUNCTION shop_tend_listing() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    since timestamptz;
    until timestamptz := clock_timestamp();
    due bigint[];
    waited bigint[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(7, 256) THEN
        RETURN 0;
    END IF;
    -- A minute twice, since what a transaction wrote is seen only once it has committed.
    SELECT seen - interval '1 minute' INTO since FROM listing_clock;
    since := coalesce(since, until - interval '1 day');
    WITH taken AS (
        DELETE FROM listing_later WHERE ctid = ANY (ARRAY(SELECT ctid FROM listing_later LIMIT 2000)) RETURNING product_id
    )
    SELECT array_agg(DISTINCT product_id) INTO waited FROM taken;
    SELECT array_agg(DISTINCT product_id) INTO due FROM (
        SELECT unnest(waited) AS product_id
        UNION ALL
        SELECT product_id FROM listing_product WHERE published_at > since AND published_at <= until AND NOT is_counted
        UNION ALL
        SELECT product_id FROM listing_product
        WHERE published_at >= new_since(since) AND published_at < new_since(until)
            AND tags && ARRAY(SELECT id FROM listing_term WHERE field = 'new')
        UNION ALL
        SELECT i.product_id FROM flash_sale f JOIN flash_sale_item i ON i.flash_sale_id = f.id
        WHERE (f.starts_at > since AND f.starts_at <= until) OR (f.ends_at > since AND f.ends_at <= until)
    ) changed;
    IF due IS NOT NULL THEN
        PERFORM public.shop_list(due);
    END IF;
    INSERT INTO listing_clock (seen) VALUES (until) ON CONFLICT (is_single) DO UPDATE SET seen = EXCLUDED.seen;
    WITH folded AS (DELETE FROM category_facet_change RETURNING *)
    INSERT INTO category_facet AS c
    SELECT category_id, term, sum(products) FROM folded GROUP BY category_id, term HAVING sum(products) <> 0
    ON CONFLICT (category_id, term) DO UPDATE SET products = c.products + EXCLUDED.products;
    DELETE FROM category_facet WHERE products = 0;
    RETURN coalesce(cardinality(waited), 0);
END $$;
