-- What lists of products are read from. Everything here is derived from the catalogue, kept by triggers at the end of each
-- transaction, and can be made anew at any time with shop_fill_listing().
--
-- A list must cost the same among a million products as among sixty: plain category pages walk one index in the order
-- that is shown, their counts stand ready, and filtered lists look at 10,001 candidates at most.

-- Everything a product can be filtered by, as one number each. `value` is the id of a brand or category, else a value.
CREATE TABLE IF NOT EXISTS listing_term (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    field text NOT NULL,
    value text NOT NULL,
    of_variant boolean NOT NULL GENERATED ALWAYS AS (field IN ('colour', 'size', 'available')) STORED,
    CONSTRAINT listing_term_once UNIQUE (field, value)
);

-- A category and everything above it, itself included; what lies above a retired one does not count.
CREATE TABLE IF NOT EXISTS category_line (
    category_id bigint NOT NULL,
    above_id bigint NOT NULL,
    PRIMARY KEY (category_id, above_id)
);

CREATE TABLE IF NOT EXISTS listing_product (
    product_id bigint PRIMARY KEY,
    categories bigint[] NOT NULL,
    tags integer[] NOT NULL,
    lowest numeric(12, 2) NOT NULL,
    highest numeric(12, 2) NOT NULL,
    rating numeric(3, 2) NOT NULL,
    rating_count integer NOT NULL,
    sold integer NOT NULL,
    published_at timestamptz NOT NULL,
    is_counted boolean NOT NULL,
    found tsvector NOT NULL
);
COMMENT ON TABLE listing_product IS 'One row per product on show, now or later: terms of itself and of all its variants.';
CREATE INDEX IF NOT EXISTS listing_product_tags ON listing_product USING gin (tags);
CREATE INDEX IF NOT EXISTS listing_product_words ON listing_product USING gin (found);
CREATE INDEX IF NOT EXISTS listing_product_sold ON listing_product (sold DESC, product_id);
CREATE INDEX IF NOT EXISTS listing_product_newest ON listing_product (published_at DESC, product_id);
CREATE INDEX IF NOT EXISTS listing_product_price ON listing_product (lowest, product_id);
CREATE INDEX IF NOT EXISTS listing_product_rating ON listing_product (rating DESC, rating_count DESC, product_id);
-- Few array elements are rare enough to be missing here, so that the planner knows what a filter leaves.
ALTER TABLE listing_product ALTER COLUMN tags SET STATISTICS 1000;

-- What variants have, each combination once: there are few, however many variants. A product that must have one variant
-- with all that is asked for is found by the kinds that have it.
CREATE TABLE IF NOT EXISTS listing_kind (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    colour text NOT NULL,
    size text NOT NULL,
    is_available boolean NOT NULL,
    tags integer[] NOT NULL,
    CONSTRAINT listing_kind_once UNIQUE (colour, size, is_available)
);
DROP TABLE IF EXISTS listing_variant;
ALTER TABLE listing_product ADD COLUMN IF NOT EXISTS kinds integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS prices numeric(12, 2)[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN listing_product.kinds IS 'Of each variant, in the order of prices, which are theirs.';
CREATE INDEX IF NOT EXISTS listing_product_kinds ON listing_product USING gin (kinds);

-- Once per category that a product is listed in, in every order that lists have; rows of one category lie together, those
-- that sell best first, so that a filtered list is found by reading on from there.
CREATE TABLE IF NOT EXISTS listing_place (
    product_id bigint NOT NULL,
    category_id bigint NOT NULL,
    tags integer[] NOT NULL,
    lowest numeric(12, 2) NOT NULL,
    highest numeric(12, 2) NOT NULL,
    rating numeric(3, 2) NOT NULL,
    rating_count integer NOT NULL,
    sold integer NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (product_id, category_id)
);
ALTER TABLE listing_place ADD COLUMN IF NOT EXISTS kinds integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS prices numeric(12, 2)[] NOT NULL DEFAULT '{}';
CREATE INDEX IF NOT EXISTS listing_place_sold ON listing_place (category_id, sold DESC, product_id) INCLUDE (published_at);
CREATE INDEX IF NOT EXISTS listing_place_newest ON listing_place (category_id, published_at DESC, product_id);
CREATE INDEX IF NOT EXISTS listing_place_price ON listing_place (category_id, lowest, product_id) INCLUDE (published_at);
CREATE INDEX IF NOT EXISTS listing_place_dearest ON listing_place (category_id, highest) INCLUDE (published_at);
CREATE INDEX IF NOT EXISTS listing_place_rating
    ON listing_place (category_id, rating DESC, rating_count DESC, product_id) INCLUDE (published_at);

-- How many products of a category have a term; term 0 counts them all, and terms below it are kinds. Changes are only ever added, so that two orders
-- never wait for one counter; the worker folds them in.
CREATE TABLE IF NOT EXISTS category_facet (
    category_id bigint NOT NULL,
    term integer NOT NULL,
    products bigint NOT NULL,
    PRIMARY KEY (category_id, term)
);
CREATE TABLE IF NOT EXISTS category_facet_change (
    category_id bigint NOT NULL,
    term integer NOT NULL,
    products bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS category_facet_change_of ON category_facet_change (category_id, term);
CREATE OR REPLACE VIEW category_facets AS
SELECT category_id, term, sum(products)::bigint AS products
FROM (SELECT * FROM category_facet UNION ALL SELECT * FROM category_facet_change) counted
GROUP BY category_id, term;

-- Products to list anew: at the end of this transaction, and whenever the worker gets to it.
CREATE TABLE IF NOT EXISTS listing_due (product_id bigint NOT NULL);
CREATE TABLE IF NOT EXISTS listing_later (product_id bigint NOT NULL);
CREATE TABLE IF NOT EXISTS listing_clock (is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single), seen timestamptz NOT NULL);

-- Moves whenever a list may look different; what is kept of lists is kept under this number.
CREATE SEQUENCE IF NOT EXISTS listing_version AS bigint;


-- What each product and variant has, one line per term.
CREATE OR REPLACE VIEW listing_offer AS
SELECT v.id AS variant_id, v.product_id, v.sku, coalesce(f.price, p.price) + v.price_adjustment AS price,
       coalesce(v.options ->> 'Colour', '') AS colour, coalesce(v.options ->> 'Size', '') AS size, s.quantity > s.reserved AS is_available
FROM product_variant v
JOIN product p ON p.id = v.product_id
JOIN inventory s ON s.variant_id = v.id
LEFT JOIN LATERAL running_flash(p.id) f ON true
WHERE v.is_active AND v.deleted_at IS NULL AND p.status = 'active' AND p.deleted_at IS NULL AND p.published_at IS NOT NULL;

CREATE OR REPLACE VIEW listing_variant_fact AS
SELECT o.product_id, o.variant_id, t.field, t.value
FROM listing_offer o
CROSS JOIN LATERAL (VALUES ('colour', o.colour), ('size', o.size), ('available', CASE WHEN o.is_available THEN '1' END))
    AS t (field, value)
WHERE t.value <> '';

CREATE OR REPLACE VIEW listing_product_fact AS
SELECT p.id AS product_id, t.field, t.value
FROM product p
LEFT JOIN LATERAL running_flash(p.id) f ON true
CROSS JOIN LATERAL (
    VALUES ('brand', p.brand_id::text),
           ('sale', CASE WHEN coalesce(f.price, p.price) <
               CASE WHEN f.price IS NULL THEN p.compare_at_price ELSE coalesce(p.compare_at_price, p.price) END THEN '1' END),
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

CREATE OR REPLACE FUNCTION listing_tags_of(colour text, size text, is_available boolean) RETURNS integer[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT array_agg(t.id ORDER BY t.id) FROM listing_term t
        WHERE (t.field, t.value) IN (('colour', colour), ('size', size), ('available', CASE WHEN is_available THEN '1' END))
    ), '{}')
$$;

DROP VIEW IF EXISTS listing_variant_fresh;
-- Columns as in listing_product. `found` is all that words are looked for in: names and article numbers weigh A.
CREATE OR REPLACE VIEW listing_product_fresh AS
SELECT p.id AS product_id,
       coalesce((SELECT array_agg(l.above_id ORDER BY l.above_id) FROM category_line l
                 WHERE l.category_id = p.category_id), '{}') AS categories,
       coalesce((SELECT array_agg(DISTINCT had.id ORDER BY had.id) FROM (
                     SELECT t.id FROM listing_product_fact fact JOIN listing_term t USING (field, value)
                     WHERE fact.product_id = p.id
                     UNION ALL
                     SELECT unnest(k.tags) FROM listing_kind k WHERE k.id = ANY (o.kinds)
                 ) had), '{}') AS tags,
       coalesce(o.lowest, p.price) AS lowest, coalesce(o.highest, p.price) AS highest,
       p.rating_average AS rating, p.rating_count, p.sold_count AS sold, p.published_at,
       p.published_at <= clock_timestamp() AS is_counted,
       p.search_vector || to_tsvector('english'::regconfig, p.found_by)
           || setweight(to_tsvector('simple'::regconfig, coalesce(o.skus, '')), 'A') AS found,
       coalesce(o.kinds, '{}') AS kinds, coalesce(o.prices, '{}') AS prices
FROM product p
CROSS JOIN LATERAL (
    SELECT min(price) AS lowest, max(price) AS highest,
           array_agg(k.id ORDER BY variant_id) AS kinds, array_agg(price ORDER BY variant_id) AS prices,
           public.shop_plain(
               string_agg(sku, ' ' ORDER BY variant_id) || ' '
               || translate(string_agg(sku, ' ' ORDER BY variant_id), '-_/', '   ')) AS skus
    FROM listing_offer
    LEFT JOIN listing_kind k USING (colour, size, is_available)
    WHERE product_id = p.id
) o
WHERE p.status = 'active' AND p.deleted_at IS NULL AND p.published_at IS NOT NULL;


-- What a product counts for in each of its categories.
CREATE OR REPLACE FUNCTION listing_counted(l listing_product) RETURNS integer[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT 0 || l.tags || ARRAY(SELECT DISTINCT -kind FROM unnest(l.kinds) AS kind)
$$;

-- Lists products anew: writes what differs, and what that changes in the counts.
CREATE OR REPLACE FUNCTION shop_list(ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bucket integer;
    before listing_product[];
    after listing_product[];
    moved bigint[];
BEGIN
    -- Two transactions that changed one product must not each list it as if the other had not happened. In order, and
    -- as the last thing before the commit, so that nobody waits for somebody who waits for them.
    FOR bucket IN SELECT DISTINCT (id % 256)::integer FROM unnest(ids) AS id ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(7, bucket);
    END LOOP;

    INSERT INTO listing_term (field, value)
    SELECT field, value FROM (
        SELECT field, value FROM listing_product_fact WHERE product_id = ANY (ids)
        UNION SELECT field, value FROM listing_variant_fact WHERE product_id = ANY (ids)
    ) fact WHERE NOT EXISTS (SELECT FROM listing_term t WHERE (t.field, t.value) = (fact.field, fact.value))
    ORDER BY field, value ON CONFLICT DO NOTHING;

    INSERT INTO listing_kind (colour, size, is_available, tags)
    SELECT colour, size, is_available, listing_tags_of(colour, size, is_available) FROM (
        SELECT DISTINCT colour, size, is_available FROM listing_offer WHERE product_id = ANY (ids)
    ) made WHERE NOT EXISTS (SELECT FROM listing_kind k
        WHERE (k.colour, k.size, k.is_available) = (made.colour, made.size, made.is_available))
    ORDER BY colour, size, is_available ON CONFLICT DO NOTHING;

    SELECT array_agg(l) INTO before FROM listing_product l WHERE l.product_id = ANY (ids);
    SELECT array_agg(f::listing_product) INTO after FROM (
        SELECT ROW(f.*)::listing_product AS f FROM listing_product_fresh f WHERE f.product_id = ANY (ids)
    ) fresh;
    SELECT array_agg(coalesce(b.product_id, a.product_id)) INTO moved
    FROM unnest(before) b FULL JOIN unnest(after) a USING (product_id)
    WHERE b IS DISTINCT FROM a;
    IF moved IS NULL THEN
        RETURN;
    END IF;

    DELETE FROM listing_product l WHERE l.product_id = ANY (moved);
    INSERT INTO listing_product SELECT * FROM unnest(after) a WHERE a.product_id = ANY (moved);
    DELETE FROM listing_place WHERE product_id = ANY (moved);
    INSERT INTO listing_place
    SELECT a.product_id, category_id, a.tags, a.lowest, a.highest, a.rating, a.rating_count, a.sold, a.published_at,
           a.kinds, a.prices
    FROM unnest(after) a, unnest(a.categories) AS category_id WHERE a.product_id = ANY (moved);
    INSERT INTO category_facet_change (category_id, term, products)
    SELECT category_id, term, sum(step) FROM (
        SELECT category_id, term, 1 AS step FROM unnest(after) a, unnest(a.categories) AS category_id,
            unnest(listing_counted(a)) AS term WHERE a.is_counted AND a.product_id = ANY (moved)
        UNION ALL
        SELECT category_id, term, -1 FROM unnest(before) b, unnest(b.categories) AS category_id,
            unnest(listing_counted(b)) AS term WHERE b.is_counted AND b.product_id = ANY (moved)
    ) steps GROUP BY category_id, term HAVING sum(step) <> 0;
    PERFORM nextval('listing_version');
END $$;

CREATE OR REPLACE FUNCTION shop_list_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due bigint[];
BEGIN
    LOOP
        WITH taken AS (SELECT DISTINCT product_id FROM listing_due ORDER BY product_id LIMIT 2000),
             done AS (DELETE FROM listing_due d USING taken WHERE d.product_id = taken.product_id RETURNING d.product_id)
        SELECT array_agg(DISTINCT product_id) INTO due FROM done;
        EXIT WHEN due IS NULL;
        PERFORM public.shop_list(due);
    END LOOP;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS listing_due_at_commit ON listing_due;
CREATE CONSTRAINT TRIGGER listing_due_at_commit AFTER INSERT ON listing_due DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_list_due();

-- A bulk load says app.listing_later = 'on' and calls shop_fill_listing() in the end.
CREATE OR REPLACE FUNCTION shop_note_listing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('app.listing_later', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'product' THEN
        IF TG_OP = 'UPDATE' THEN
            INSERT INTO listing_due
            SELECT n.id FROM after_rows n JOIN before_rows o USING (id)
            WHERE (n.status, n.deleted_at, n.published_at, n.price, n.compare_at_price, n.category_id, n.brand_id,
                   n.rating_average, n.rating_count, n.search_vector, n.found_by)
                IS DISTINCT FROM (o.status, o.deleted_at, o.published_at, o.price, o.compare_at_price, o.category_id,
                   o.brand_id, o.rating_average, o.rating_count, o.search_vector, o.found_by);
            INSERT INTO listing_later
            SELECT n.id FROM after_rows n JOIN before_rows o USING (id) WHERE n.sold_count <> o.sold_count;
        ELSE
            INSERT INTO listing_due SELECT id FROM after_rows;
        END IF;
    ELSIF TG_TABLE_NAME = 'inventory' AND TG_OP = 'UPDATE' THEN
        -- The way of every order: only the last unit, or the first one back, changes a list.
        INSERT INTO listing_due
        SELECT DISTINCT n.product_id FROM after_rows n JOIN before_rows o USING (id)
        WHERE (n.quantity > n.reserved) <> (o.quantity > o.reserved);
    ELSIF TG_TABLE_NAME = 'flash_sale_item' AND TG_OP = 'UPDATE' THEN
        INSERT INTO listing_due
        SELECT DISTINCT unnest(ARRAY[n.product_id, o.product_id]) FROM after_rows n JOIN before_rows o USING (id)
        WHERE (n.flash_sale_id, n.product_id, n.price, n.deleted_at, n.sold < n.stock_cap)
            IS DISTINCT FROM (o.flash_sale_id, o.product_id, o.price, o.deleted_at, o.sold < o.stock_cap);
    ELSIF TG_TABLE_NAME = 'flash_sale' THEN
        INSERT INTO listing_due
        SELECT DISTINCT i.product_id FROM after_rows n JOIN flash_sale_item i ON i.flash_sale_id = n.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO listing_due
        SELECT DISTINCT unnest(ARRAY[n.product_id, o.product_id]) FROM after_rows n JOIN before_rows o USING (id);
    ELSE
        INSERT INTO listing_due SELECT DISTINCT product_id FROM after_rows;
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY '{product,product_variant,inventory,product_attribute,flash_sale_item}'::text[] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS after_rows
            FOR EACH STATEMENT EXECUTE FUNCTION shop_note_listing()', watched || '_lists_new', watched);
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS before_rows
            NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION shop_note_listing()',
            watched || '_lists_changed', watched);
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS after_rows
            FOR EACH STATEMENT EXECUTE FUNCTION shop_note_listing()', watched || '_lists_gone', watched);
    END LOOP;
END $$;
CREATE OR REPLACE TRIGGER flash_sale_lists_changed AFTER UPDATE ON flash_sale
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_listing();

CREATE OR REPLACE FUNCTION shop_line_categories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    LOCK TABLE category_line IN SHARE ROW EXCLUSIVE MODE;
    CREATE TEMPORARY TABLE IF NOT EXISTS line_now (category_id bigint, above_id bigint) ON COMMIT DROP;
    DELETE FROM line_now;
    INSERT INTO line_now
    WITH RECURSIVE up AS (
        SELECT id, id AS above_id, parent_id, 1 AS depth FROM category WHERE deleted_at IS NULL
        UNION ALL
        SELECT up.id, c.id, c.parent_id, depth + 1 FROM up JOIN category c ON c.id = up.parent_id
        WHERE c.deleted_at IS NULL AND depth < 9
    )
    SELECT DISTINCT id, above_id FROM up;
    IF current_setting('app.listing_later', true) IS DISTINCT FROM 'on' THEN
        INSERT INTO listing_due
        SELECT p.id FROM product p WHERE p.category_id IN (
            (SELECT category_id FROM (SELECT * FROM line_now EXCEPT SELECT * FROM category_line) added)
            UNION
            (SELECT category_id FROM (SELECT * FROM category_line EXCEPT SELECT * FROM line_now) dropped));
    END IF;
    DELETE FROM category_line l WHERE NOT EXISTS (SELECT FROM line_now n WHERE n = ROW(l.category_id, l.above_id)::line_now);
    INSERT INTO category_line SELECT * FROM line_now ON CONFLICT DO NOTHING;
    PERFORM nextval('listing_version');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER category_lines AFTER INSERT OR DELETE OR UPDATE OF parent_id, deleted_at, name, slug, position
    ON category FOR EACH STATEMENT EXECUTE FUNCTION shop_line_categories();


-- The worker's part. What time brings by itself: products that come out or stop being new, sales that begin or end.
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
        WHERE published_at > since - interval '30 days' AND published_at <= until - interval '30 days'
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

-- Everything anew, set by set: after a bulk load, or when in doubt. Lists stand still meanwhile.
CREATE OR REPLACE FUNCTION shop_fill_listing() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    index record;
    made text;
    indexes text[] := '{}';
BEGIN
    LOCK TABLE category_line, listing_product IN SHARE ROW EXCLUSIVE MODE;
    TRUNCATE listing_product, listing_place, category_facet, category_facet_change, listing_due,
        listing_later, category_line;
    INSERT INTO category_line
    WITH RECURSIVE up AS (
        SELECT id, id AS above_id, parent_id, 1 AS depth FROM category WHERE deleted_at IS NULL
        UNION ALL
        SELECT up.id, c.id, c.parent_id, depth + 1 FROM up JOIN category c ON c.id = up.parent_id
        WHERE c.deleted_at IS NULL AND depth < 9
    )
    SELECT DISTINCT id, above_id FROM up;
    ANALYZE category_line;
    INSERT INTO listing_term (field, value)
    SELECT field, value FROM listing_product_fact UNION SELECT field, value FROM listing_variant_fact
    ON CONFLICT DO NOTHING;
    INSERT INTO listing_kind (colour, size, is_available, tags)
    SELECT colour, size, is_available, listing_tags_of(colour, size, is_available)
    FROM (SELECT DISTINCT colour, size, is_available FROM listing_offer) made
    ORDER BY colour, size, is_available ON CONFLICT DO NOTHING;
    ANALYZE listing_term, listing_kind;
    -- To make an index of everything costs a third of adding row by row to it.
    FOR index IN
        SELECT i.indexrelid::regclass AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i
        WHERE NOT i.indisprimary AND i.indrelid IN ('listing_product'::regclass, 'listing_place'::regclass)
    LOOP
        EXECUTE format('DROP INDEX %s', index.name);
        indexes := indexes || index.made;
    END LOOP;
    INSERT INTO listing_product SELECT * FROM listing_product_fresh ORDER BY sold DESC, product_id;
    INSERT INTO listing_place
    SELECT product_id, category_id, tags, lowest, highest, rating, rating_count, sold, published_at, kinds, prices
    FROM listing_product, unnest(categories) AS category_id ORDER BY category_id, sold DESC, product_id;
    FOREACH made IN ARRAY indexes LOOP
        EXECUTE made;
    END LOOP;
    INSERT INTO category_facet
    SELECT category_id, term, count(*)
    FROM listing_product l, unnest(categories) AS category_id, unnest(listing_counted(l)) AS term WHERE is_counted GROUP BY category_id, term;
    INSERT INTO listing_clock (seen) VALUES (clock_timestamp()) ON CONFLICT (is_single) DO UPDATE SET seen = EXCLUDED.seen;
    ANALYZE listing_product, listing_place, category_facet;
    PERFORM nextval('listing_version');
END $$;
COMMENT ON FUNCTION shop_fill_listing() IS 'Makes all that lists are read from anew, after a bulk load.';


-- Reading. `groups` are alternatives: one array of terms each, with its field and whether variants have it. `skipped`
-- leaves out one group (by its place), or the price (-1), or all filters (-2), since a facet counts without itself.

DROP FUNCTION IF EXISTS listing_variant_where(text[], boolean[], numeric, numeric, integer);
DROP FUNCTION IF EXISTS listing_from(tsquery, integer, text[], integer, integer);
DROP FUNCTION IF EXISTS listing_where(tsquery, bigint[], integer, text[], boolean[], numeric, numeric, integer);

-- The kinds that have one term of each group that variants have; null where no such group is asked for.
CREATE OR REPLACE FUNCTION listing_kinds(groups text[], of_variant boolean[], skipped integer) RETURNS integer[]
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 0 THEN ARRAY(
        SELECT k.id FROM listing_kind k
        WHERE NOT EXISTS (SELECT FROM unnest(array_agg(x.g)) AS g WHERE NOT k.tags && g::integer[]) ORDER BY k.id) END
    FROM unnest(groups, of_variant) WITH ORDINALITY AS x (g, of_variant, place)
    WHERE x.of_variant AND x.place <> skipped AND skipped <> -2
$$;

-- What a variant `v` must be: of one of these kinds, at a price between these.
CREATE OR REPLACE FUNCTION listing_variant_where(kinds integer[], lowest numeric, highest numeric, skipped integer)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(condition, ' AND ') FROM (
        SELECT format('v.kind = ANY (%L::integer[])', kinds) AS condition WHERE kinds IS NOT NULL
        UNION ALL SELECT format('v.price >= %L::numeric', lowest) WHERE lowest IS NOT NULL AND skipped NOT IN (-1, -2)
        UNION ALL SELECT format('v.price <= %L::numeric', highest) WHERE highest IS NOT NULL AND skipped NOT IN (-1, -2)
    ) conditions
$$;

-- What a product must have one of, each time, and the terms that count it. Several groups that variants have are one
-- of kinds, since the same variant must meet them.
CREATE OR REPLACE FUNCTION listing_wanted(groups text[], of_variant boolean[], kinds integer[], skipped integer)
RETURNS TABLE (wanted text, ids integer[], terms integer[]) LANGUAGE sql STABLE AS $$
    WITH asked AS (
        SELECT g::integer[] AS terms, x.of_variant,
               count(*) FILTER (WHERE x.of_variant) OVER () AS of_variants
        FROM unnest(groups, of_variant) WITH ORDINALITY AS x (g, of_variant, place)
        WHERE place <> skipped AND skipped <> -2
    )
    SELECT 'tags', a.terms, a.terms FROM asked a WHERE NOT (a.of_variant AND a.of_variants > 1)
    UNION ALL
    SELECT 'kinds', kinds, ARRAY(SELECT -kind FROM unnest(kinds) AS kind)
    WHERE (SELECT max(of_variants) > 1 FROM asked)
$$;

CREATE OR REPLACE FUNCTION listing_in_shop(terms integer[]) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(products), 0) FROM category_facets
    WHERE term = ANY (terms)
        AND category_id IN (SELECT category_id FROM category_line GROUP BY category_id HAVING count(*) = 1)
$$;

-- Where a list is looked for: among the places of its category, which lie together, or in all of the shop by the filter
-- that leaves least of that. An index that is asked for what is common reads half of itself, so that the other filters
-- are functions, which no index answers.
CREATE OR REPLACE FUNCTION listing_from(
    query tsquery, scope integer, groups text[], of_variant boolean[], kinds integer[], skipped integer, most integer
) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- A row of the shop's table, found by an index, costs as much as so many that follow one another.
    apart CONSTANT integer := 5;
    category bigint := (SELECT t.value::bigint FROM listing_term t WHERE t.id = scope);
    whole bigint;
    best record;
BEGIN
    IF query IS NOT NULL OR category IS NULL THEN
        RETURN 'listing_product l WHERE ' || coalesce(format('l.tags @> ''{%s}''::integer[] AND ', scope), '');
    END IF;
    SELECT products INTO whole FROM category_facets WHERE category_id = category AND term = 0;
    SELECT w.wanted, w.ids, w.terms, coalesce(f.products, 0) AS products INTO best
    FROM listing_wanted(groups, of_variant, kinds, skipped) w
    CROSS JOIN LATERAL (
        SELECT sum(products) AS products FROM category_facets WHERE category_id = category AND term = ANY (w.terms)
    ) f ORDER BY 4 LIMIT 1;
    IF best.wanted IS NULL
        OR least(whole, most * whole / greatest(best.products, 1)) <= apart * listing_in_shop(best.terms)
    THEN
        RETURN format('listing_place l WHERE l.category_id = %s AND ', category);
    END IF;
    RETURN format('listing_product l WHERE l.%s && %L::integer[] AND arraycontains(l.tags, ''{%s}'') AND ',
                  best.wanted, best.ids, scope);
END $$;

CREATE OR REPLACE FUNCTION listing_where(
    query tsquery, named bigint[], scope integer, groups text[], of_variant boolean[], kinds integer[],
    lowest numeric, highest numeric, skipped integer
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'l.published_at <= now()' || coalesce(' AND ' || string_agg(condition, ' AND '), '') FROM (
        -- What is cheap to tell comes first.
        SELECT format('l.highest >= %L::numeric', lowest) AS condition
        WHERE lowest IS NOT NULL AND skipped NOT IN (-1, -2)
        UNION ALL SELECT format('l.lowest <= %L::numeric', highest) WHERE highest IS NOT NULL AND skipped NOT IN (-1, -2)
        UNION ALL SELECT CASE WHEN cardinality(named) > 0
                    THEN format('(l.found @@ %L::tsquery OR l.product_id = ANY (%L::bigint[]))', query, named)
                    ELSE format('l.found @@ %L::tsquery', query) END
        WHERE query IS NOT NULL
        UNION ALL SELECT format(
            CASE WHEN scope IS NOT NULL OR (query IS NOT NULL AND listing_in_shop(w.terms) > 50000)
                 THEN 'arrayoverlap(l.%s, %L::integer[])' ELSE 'l.%s && %L::integer[]' END, w.wanted, w.ids)
        FROM listing_wanted(groups, of_variant, kinds, skipped) w
        -- One condition of variants is known of their product; a price must be that of the same one.
        UNION ALL SELECT 'EXISTS (SELECT FROM unnest(l.kinds, l.prices) AS v (kind, price) WHERE ' || wanted || ')'
        FROM listing_variant_where(kinds, lowest, highest, skipped) AS wanted
        WHERE wanted LIKE '% AND %'
    ) conditions
$$;

-- Counts of a list: `part` is 'now' (what choosing a value too would show), 'all' (what there is without any filter) or
-- 'price' (values lowest and highest); 'without' counts the list when that field is not asked for. The field '' counts the
-- list itself. Nothing is counted beyond `most`.
CREATE OR REPLACE FUNCTION listing_counts(
    query tsquery, named bigint[], scope integer, groups text[], fields text[], of_variant boolean[],
    lowest numeric, highest numeric, most integer
) RETURNS TABLE (part text, field text, value text, amount numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- Of more than `most`, so many are looked at for the filters: what they say then is "at least", however many it were.
    enough CONSTANT integer := 1000;
    skipped integer;
    kinds integer[];
    wanted text;
    kind text;
    is_plain boolean;
    counts_price boolean;
    category bigint := (SELECT t.value::bigint FROM listing_term t WHERE t.id = scope);
    is_filtered CONSTANT boolean := cardinality(groups) > 0 OR lowest IS NOT NULL OR highest IS NOT NULL;
    -- 0: the list itself; -2: everything; -1: for the price; n: for one facet.
    parts integer[] := '{0}'::integer[]
        || CASE WHEN is_filtered THEN '{-2}'::integer[] ELSE '{}' END
        || CASE WHEN lowest IS NOT NULL OR highest IS NOT NULL THEN '{-1}'::integer[] ELSE '{}' END
        || ARRAY(SELECT generate_series(1, cardinality(groups)));
BEGIN
    FOREACH skipped IN ARRAY parts LOOP
        kinds := listing_kinds(groups, of_variant, skipped);
        wanted := listing_variant_where(kinds, lowest, highest, skipped);
        kind := CASE WHEN skipped = -2 THEN 'all' ELSE 'now' END;
        counts_price := skipped = -1 OR (skipped = 0 AND lowest IS NULL AND highest IS NULL);
        is_plain := query IS NULL AND scope IS NOT NULL AND (
            NOT is_filtered OR skipped = -2
            OR (skipped = -1 AND cardinality(groups) = 0)
            OR (skipped = 1 AND cardinality(groups) = 1 AND lowest IS NULL AND highest IS NULL));
        IF is_plain THEN
            IF skipped <> -1 THEN
                RETURN QUERY SELECT CASE WHEN f.term = 0 AND skipped > 0 THEN 'without' ELSE kind END,
                    coalesce(t.field, CASE WHEN skipped > 0 THEN fields[skipped] ELSE '' END), coalesce(t.value, ''),
                    f.products::numeric
                FROM category_facets f LEFT JOIN listing_term t ON t.id = f.term
                WHERE f.category_id = category AND f.term >= 0 AND f.products > 0
                    AND (skipped <= 0 OR f.term = 0 OR t.field = fields[skipped]);
            ELSE
                RETURN QUERY SELECT 'without'::text, 'price'::text, ''::text, f.products::numeric
                FROM category_facets f WHERE f.category_id = category AND f.term = 0 AND f.products > 0;
            END IF;
            IF counts_price THEN
                RETURN QUERY SELECT 'price'::text, 'price'::text, x.bound, x.price FROM (VALUES
                    ('lowest', (SELECT p.lowest FROM listing_place p
                                WHERE p.category_id = category AND p.published_at <= now() ORDER BY p.lowest LIMIT 1)),
                    ('highest', (SELECT p.highest FROM listing_place p
                                 WHERE p.category_id = category AND p.published_at <= now()
                                 ORDER BY p.highest DESC LIMIT 1))) AS x (bound, price)
                WHERE x.price IS NOT NULL;
            END IF;
            CONTINUE;
        END IF;
        RETURN QUERY EXECUTE format(
            'WITH l AS MATERIALIZED (SELECT l.product_id, l.tags, l.lowest, l.highest, l.kinds, l.prices FROM %1$s LIMIT %2$s),
             size AS MATERIALIZED (SELECT count(*) AS products, count(*) >= %2$s AS is_most FROM l),
             few AS MATERIALIZED (SELECT * FROM l LIMIT (SELECT CASE WHEN is_most THEN %3$s ELSE %2$s END FROM size))',
            listing_from(query, scope, groups, of_variant, kinds, skipped, most)
                || listing_where(query, named, scope, groups, of_variant, kinds, lowest, highest, skipped)
                -- In this order places are read one after the other; without it, the planner hopes for luck elsewhere.
                || CASE WHEN query IS NULL AND scope IS NOT NULL THEN ' ORDER BY l.sold DESC, l.product_id' ELSE '' END,
            most, enough)
            || CASE WHEN wanted IS NULL THEN '' ELSE
                ', o AS MATERIALIZED (SELECT few.product_id, v.kind, v.price
                 FROM few CROSS JOIN LATERAL unnest(few.kinds, few.prices) AS v (kind, price) WHERE ' || wanted || ')' END
            || ' SELECT CASE WHEN $2 = -1 OR $2 > 0 THEN ''without'' ELSE $1 END, $3, '''', products::numeric FROM size'
            || CASE WHEN counts_price THEN '
                UNION ALL SELECT ''price'', ''price'', x.bound, x.price FROM ('
                || CASE WHEN wanted IS NULL THEN 'SELECT min(lowest) AS low, max(highest) AS high FROM l'
                        ELSE 'SELECT CASE WHEN is_most THEN (SELECT min(lowest) FROM l)
                                          ELSE (SELECT min(price) FROM o) END AS low,
                                     CASE WHEN is_most THEN (SELECT max(highest) FROM l)
                                          ELSE (SELECT max(price) FROM o) END AS high FROM size' END
                || ') s CROSS JOIN LATERAL (VALUES (''lowest'', s.low), (''highest'', s.high)) AS x (bound, price)
                WHERE x.price IS NOT NULL' ELSE '' END
            || CASE WHEN skipped = -1 THEN '' ELSE '
                UNION ALL SELECT $1, t.field, t.value, c.products::numeric FROM (
                    SELECT term, count(*) AS products FROM (SELECT unnest(tags) AS term FROM few) u GROUP BY term'
                || CASE WHEN wanted IS NULL THEN '' ELSE '
                    UNION ALL SELECT -term, count(*) FROM (
                        SELECT DISTINCT o.product_id, k.term
                        FROM o JOIN (SELECT id, unnest(tags) AS term FROM listing_kind) k ON k.id = o.kind
                    ) u GROUP BY term' END
                || ') c JOIN listing_term t ON t.id = '
                || CASE WHEN wanted IS NULL THEN 'c.term' ELSE 'abs(c.term) AND t.of_variant = (c.term < 0)' END
                || ' WHERE ($2 <= 0 OR t.field = $3) AND t.field <> ALL ($4)' END
            USING kind, skipped,
                CASE WHEN skipped = -1 THEN 'price' WHEN skipped > 0 THEN fields[skipped] ELSE '' END,
                CASE WHEN skipped = 0 THEN fields ELSE '{}' END;
    END LOOP;
END $$;

-- One page of a list, best first. Few matches are put in order; among many the next ones in order are looked for.
CREATE OR REPLACE FUNCTION listing_page(
    query tsquery, query_named tsquery, named bigint[], scope integer, groups text[], of_variant boolean[],
    lowest numeric, highest numeric, sort text, is_more boolean, page_size integer, skip integer
) RETURNS TABLE (product_id bigint, place bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kinds CONSTANT integer[] := listing_kinds(groups, of_variant, 0);
    wanted CONSTANT text := listing_where(query, named, scope, groups, of_variant, kinds, lowest, highest, 0);
    near integer;
    found bigint[];
    ordered text := CASE sort
        WHEN 'newest' THEN 'l.published_at DESC, l.product_id'
        WHEN 'price' THEN 'l.lowest, l.product_id'
        WHEN 'price-down' THEN 'l.lowest DESC, l.product_id DESC'
        WHEN 'rating' THEN 'l.rating DESC, l.rating_count DESC, l.product_id'
        ELSE 'l.sold DESC, l.product_id' END;
BEGIN
    IF sort IN ('relevance', 'names') AND query IS NOT NULL AND NOT is_more THEN
        -- Names before descriptions, then the fit, and how well it sells among equals. To weigh the fit is not cheap.
        ordered := '(l.product_id = ANY (coalesce($1, ''{}''))) DESC, (l.found @@ $2) DESC, '
            || CASE WHEN sort = 'relevance' THEN 'ts_rank(l.found, $3) DESC, ' ELSE '' END || ordered;
    END IF;
    IF is_more AND scope IS NOT NULL AND query IS NULL THEN
        -- In the order of the list, a category's own places are walked until the page is full.
        RETURN QUERY EXECUTE format(
            'SELECT x.product_id, row_number() OVER () FROM (SELECT l.product_id FROM listing_place l
             WHERE l.category_id = (SELECT t.value::bigint FROM listing_term t WHERE t.id = %s) AND %s
             ORDER BY %s LIMIT %s OFFSET %s) x', scope, wanted, ordered, page_size, skip);
        RETURN;
    END IF;
    IF is_more THEN
        -- What comes first is looked through first. Who asks for more than is found there goes on among as many of the
        -- others as are counted, whichever those are: to put all of them in order would have no bound.
        FOREACH near IN ARRAY '{5000,20000}'::integer[] LOOP
            EXECUTE format(
                'SELECT array_agg(x.product_id) FROM (SELECT l.product_id FROM (SELECT * FROM listing_product l
                 WHERE l.published_at <= now() ORDER BY %1$s LIMIT %2$s) l WHERE %3$s%4$s ORDER BY %1$s LIMIT %5$s) x',
                ordered, near, wanted, coalesce(format(' AND l.tags @> ''{%s}''::integer[]', scope), ''), page_size + skip)
                INTO found;
            IF cardinality(found) = page_size + skip THEN
                RETURN QUERY SELECT n.* FROM unnest(found[skip + 1:]) WITH ORDINALITY AS n;
                RETURN;
            END IF;
        END LOOP;
        RETURN QUERY EXECUTE format(
            'SELECT x.product_id, row_number() OVER () FROM (
                SELECT product_id FROM unnest($1) WITH ORDINALITY AS f (product_id, place)
                UNION ALL (SELECT l.product_id FROM (
                    SELECT l.* FROM %s%s AND l.product_id <> ALL ($1) LIMIT 10001) l ORDER BY %s)
                LIMIT %s OFFSET %s) x',
            listing_from(query, scope, groups, of_variant, kinds, 0, 10001), wanted, ordered, page_size, skip)
            USING coalesce(found, '{}');
        RETURN;
    END IF;
    RETURN QUERY EXECUTE 'SELECT x.product_id, row_number() OVER () FROM (WITH l AS MATERIALIZED (
            SELECT l.product_id, l.sold, l.published_at, l.lowest, l.rating, l.rating_count'
        || CASE WHEN sort IN ('relevance', 'names') AND query IS NOT NULL THEN ', l.found' ELSE '' END
        || ' FROM ' || listing_from(query, scope, groups, of_variant, kinds, 0, 10001) || wanted
        || ') SELECT l.product_id FROM l ORDER BY ' || ordered || format(' LIMIT %s OFFSET %s) x', page_size, skip)
        USING named, query_named, query;
END $$;


-- Words of the catalogue, for spelling and for suggestions; read anew without keeping anybody from searching.
DROP INDEX IF EXISTS search_word_exact;
CREATE UNIQUE INDEX IF NOT EXISTS search_word_once ON search_word (word);
CREATE INDEX IF NOT EXISTS search_word_begins ON search_word (word text_pattern_ops);

-- These words are looked for in listing_product now.
DROP INDEX IF EXISTS product_search_all;

SELECT shop_fill_listing();
