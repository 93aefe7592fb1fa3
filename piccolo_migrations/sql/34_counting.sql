-- Filtered lists of large departments. What few products have in a department is found where its index and the one of the
-- department meet, instead of reading the whole department.

-- The planner takes two terms of one array for independent of each other, expects far more than there are, and would
-- rather read everything. Where a list knows better, it is told not to; an empty source lets it choose again.
CREATE OR REPLACE FUNCTION listing_by_index(source text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('enable_seqscan', CASE WHEN source LIKE '(%' THEN 'off' ELSE 'on' END, true);
END $$;

CREATE OR REPLACE FUNCTION listing_from(
    query tsquery, scope integer, groups text[], of_variant boolean[], kinds integer[], skipped integer, most integer
) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- A row of the shop's table, found by an index, costs as much as so many that follow one another.
    apart CONSTANT integer := 5;
    -- And so many entries of an index of arrays cost as much as one row.
    entries CONSTANT integer := 50;
    category bigint := (SELECT t.value::bigint FROM listing_term t WHERE t.id = scope);
    whole bigint;
    best record;
    in_shop numeric;
    places numeric;
    meeting numeric;
BEGIN
    IF query IS NOT NULL OR category IS NULL THEN
        RETURN 'listing_product l WHERE ' || coalesce(format('l.tags @> ''{%s}''::integer[] AND ', scope), '');
    END IF;
    SELECT products INTO whole FROM category_facets WHERE category_id = category AND term = 0;
    SELECT w.wanted, w.ids, w.terms, coalesce(f.products, 0) AS products INTO best
    FROM (
        SELECT * FROM listing_wanted(groups, of_variant, kinds, skipped)
        UNION ALL  -- a variant that meets several groups has a term of each
        SELECT 'tags', x.g::integer[], x.g::integer[] FROM unnest(groups) WITH ORDINALITY AS x (g, place)
        WHERE x.place <> skipped AND skipped <> -2
    ) w
    CROSS JOIN LATERAL (
        SELECT sum(products) AS products FROM category_facets WHERE category_id = category AND term = ANY (w.terms)
    ) f ORDER BY 4 LIMIT 1;
    IF best.wanted IS NULL THEN
        RETURN format('listing_place l WHERE l.category_id = %s AND ', category);
    END IF;
    in_shop := listing_in_shop(best.terms);
    places := least(whole, most * whole / greatest(best.products, 1));
    meeting := apart * best.products + (in_shop + whole) / entries;
    IF places <= least(meeting, apart * in_shop) THEN
        RETURN format('listing_place l WHERE l.category_id = %s AND ', category);
    END IF;
    IF meeting < apart * in_shop THEN
        -- The counts say how few have both, which the planner cannot know of two terms of one array.
        RETURN format('(SELECT * FROM listing_product l WHERE l.%s && %L::integer[] AND l.tags @> ''{%s}''::integer[] OFFSET 0) l WHERE ',
                      best.wanted, best.ids, scope);
    END IF;
    RETURN format('listing_product l WHERE l.%s && %L::integer[] AND arraycontains(l.tags, ''{%s}'') AND ',
                  best.wanted, best.ids, scope);
END $$;

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
    source text;
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
        source := listing_from(query, scope, groups, of_variant, kinds, skipped, most);
        PERFORM listing_by_index(source);
        RETURN QUERY EXECUTE format(
            'WITH l AS MATERIALIZED (SELECT l.product_id, l.tags, l.lowest, l.highest, l.kinds, l.prices FROM %1$s LIMIT %2$s),
             size AS MATERIALIZED (SELECT count(*) AS products, count(*) >= %2$s AS is_most FROM l),
             few AS MATERIALIZED (SELECT * FROM l LIMIT (SELECT CASE WHEN is_most THEN %3$s ELSE %2$s END FROM size))',
            source || listing_where(query, named, scope, groups, of_variant, kinds, lowest, highest, skipped)
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
        PERFORM listing_by_index('');
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION listing_page(
    query tsquery, query_named tsquery, named bigint[], scope integer, groups text[], of_variant boolean[],
    lowest numeric, highest numeric, sort text, is_more boolean, page_size integer, skip integer
) RETURNS TABLE (product_id bigint, place bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kinds CONSTANT integer[] := listing_kinds(groups, of_variant, 0);
    wanted CONSTANT text := listing_where(query, named, scope, groups, of_variant, kinds, lowest, highest, 0);
    source CONSTANT text := listing_from(query, scope, groups, of_variant, kinds, 0, 10001);
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
            source, wanted, ordered, page_size, skip)
            USING coalesce(found, '{}');
        RETURN;
    END IF;
    PERFORM listing_by_index(source);
    RETURN QUERY EXECUTE 'SELECT x.product_id, row_number() OVER () FROM (WITH l AS MATERIALIZED (
            SELECT l.product_id, l.sold, l.published_at, l.lowest, l.rating, l.rating_count'
        || CASE WHEN sort IN ('relevance', 'names') AND query IS NOT NULL THEN ', l.found' ELSE '' END
        || ' FROM ' || source || wanted
        || ') SELECT l.product_id FROM l ORDER BY ' || ordered || format(' LIMIT %s OFFSET %s) x', page_size, skip)
        USING named, query_named, query;
    PERFORM listing_by_index('');
END $$;

ALTER FUNCTION listing_page(tsquery, tsquery, bigint[], integer, text[], boolean[], numeric, numeric, text, boolean, integer, integer) ROWS 24;
