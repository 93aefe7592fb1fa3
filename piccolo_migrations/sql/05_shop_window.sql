-- The tables of the shop window: their histories, what is unique in them, and the price of the moment.

SELECT shop_keep_touched(attrelid::regclass) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attname = 'updated_at' AND relkind = 'r' AND relnamespace = 'public'::regnamespace;

-- Once more for the tables that have new columns.
SELECT shop_watch('product', 'Product', true, 'rating_average', 'rating_count', 'sold_count', 'search_vector', 'found_by');
SELECT shop_watch('picture_upload', 'PictureUpload', true, 'attempts', 'lease_until');
SELECT shop_watch(tablename::regclass, entity, true, VARIADIC '{}')
FROM (VALUES
    ('product_image', 'ProductImage'),
    ('brand', 'Brand'),
    ('attribute', 'Attribute'),
    ('product_attribute', 'ProductAttribute'),
    ('colour', 'Colour'),
    ('slug_redirect', 'SlugRedirect'),
    ('synonym', 'Synonym')
) AS logged (tablename, entity);

CREATE INDEX IF NOT EXISTS product_cheapest ON product (price, id) WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS product_variant_colour ON product_variant ((options ->> 'Colour'))
    WHERE is_active AND deleted_at IS NULL;

-- An address that was once given out leads on; one that is used again leads nowhere else.
CREATE OR REPLACE FUNCTION shop_keep_old_slug() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM slug_redirect WHERE kind = TG_TABLE_NAME AND old_slug = NEW.slug;
    IF TG_OP = 'UPDATE' AND NEW.slug <> OLD.slug THEN
        INSERT INTO slug_redirect (kind, old_slug, product_id, category_id)
        VALUES (TG_TABLE_NAME, OLD.slug,
                CASE WHEN TG_TABLE_NAME = 'product' THEN NEW.id END,
                CASE WHEN TG_TABLE_NAME = 'category' THEN NEW.id END)
        ON CONFLICT (kind, old_slug) DO UPDATE
        SET product_id = EXCLUDED.product_id, category_id = EXCLUDED.category_id;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER product_old_slug AFTER INSERT OR UPDATE OF slug ON product
    FOR EACH ROW EXECUTE FUNCTION shop_keep_old_slug();
CREATE OR REPLACE TRIGGER category_old_slug AFTER INSERT OR UPDATE OF slug ON category
    FOR EACH ROW EXECUTE FUNCTION shop_keep_old_slug();

-- A category and all that lie below it.
CREATE OR REPLACE FUNCTION category_below(top bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE below AS (
        SELECT id, 1 AS depth FROM category WHERE id = $1
        UNION ALL
        SELECT c.id, depth + 1 FROM category c JOIN below ON c.parent_id = below.id
        WHERE c.deleted_at IS NULL AND depth < 9
    )
    SELECT id FROM below
$$;

-- Names of brands and categories are words of a product, too, and live in other tables, which a generated column cannot
-- see: this one is written by trigger, and once more when a brand or category is renamed or moved.
CREATE OR REPLACE FUNCTION shop_name_product() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.found_by := public.shop_plain(concat_ws(' ', (SELECT name FROM brand WHERE id = NEW.brand_id), (
        WITH RECURSIVE above AS (
            SELECT id, name, parent_id, 1 AS depth FROM category WHERE id = NEW.category_id
            UNION ALL
            SELECT c.id, c.name, c.parent_id, depth + 1 FROM category c JOIN above ON c.id = above.parent_id
            WHERE depth < 9
        )
        SELECT string_agg(name, ' ' ORDER BY depth) FROM above)));
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER product_found_by BEFORE INSERT OR UPDATE OF brand_id, category_id, found_by ON product
    FOR EACH ROW EXECUTE FUNCTION shop_name_product();

CREATE OR REPLACE FUNCTION shop_rename_products() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'brand' THEN
        UPDATE product SET found_by = '' WHERE brand_id = NEW.id;
    ELSE
        UPDATE product SET found_by = '' WHERE category_id IN (SELECT category_below(NEW.id));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER brand_renames AFTER UPDATE OF name ON brand
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION shop_rename_products();
CREATE OR REPLACE TRIGGER category_renames AFTER UPDATE OF name, parent_id ON category
    FOR EACH ROW WHEN (NEW.name <> OLD.name OR NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION shop_rename_products();

-- No loop in the tree, whoever writes it.
CREATE OR REPLACE FUNCTION shop_check_tree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.parent_id IN (SELECT category_below(NEW.id)) THEN
        RAISE EXCEPTION 'a category cannot lie below itself' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'category_is_not_its_own_parent', TABLE = 'category';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER category_tree AFTER UPDATE OF parent_id ON category
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION shop_check_tree();

-- The shop's own words, for the spelling of what people type. Refreshed by the worker; a word is found by its letters.
CREATE MATERIALIZED VIEW IF NOT EXISTS search_word AS
SELECT word, count(*)::int AS products
FROM product p, regexp_split_to_table(public.shop_plain(p.name) || ' ' || p.found_by, '[^[:alnum:]]+') AS word
WHERE p.status = 'active' AND p.deleted_at IS NULL AND length(word) >= 3
GROUP BY word;
CREATE INDEX IF NOT EXISTS search_word_exact ON search_word (word);
CREATE INDEX IF NOT EXISTS search_word_similar ON search_word USING gin (word public.gin_trgm_ops);

CREATE INDEX IF NOT EXISTS product_search_all ON product
    USING gin ((search_vector || to_tsvector('english'::regconfig, found_by)));

UPDATE product SET found_by = '';
