-- The version of what everybody sees. Every statement that changes it adds a row, which becomes visible together with the
-- change itself: whoever reads the sum has a snapshot that holds exactly the changes counted in it, whatever the order
-- in which transactions commit. Nothing is updated, so that orders never wait for each other here.

CREATE OR REPLACE FUNCTION shop_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO catalogue_change DEFAULT VALUES;
    RETURN NULL;
END $$;

-- Shoppers read the exact number of units only where few are left (LOW_STOCK of app/core/stock.py).
CREATE OR REPLACE FUNCTION shown_stock(available integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT least(greatest(available, 0), 6) $$;

CREATE OR REPLACE FUNCTION shop_note_stock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stock_before b JOIN stock_after a USING (id)
        WHERE shown_stock(a.quantity - a.reserved) <> shown_stock(b.quantity - b.reserved)
            OR a.deleted_at IS DISTINCT FROM b.deleted_at)
    THEN
        INSERT INTO catalogue_change DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;

-- Puts a table among what everybody sees, and again after its columns have changed. Columns that are named show nowhere,
-- or may be some minutes old (counters that only decide an order).
CREATE OR REPLACE FUNCTION shop_show(shown regclass, VARIADIC unshown text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    tablename text := (SELECT relname FROM pg_class WHERE oid = shown);
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = shown AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND attname <> 'updated_at' AND attname <> ALL (unshown);
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER %I AFTER INSERT OR DELETE OR UPDATE OF %s ON %s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION shop_note_change(%s)',
        tablename || '_shown', columns, shown,
        (SELECT string_agg(quote_literal(argument), ', ') FROM unnest(unshown) AS argument));
END $$;

SELECT shop_show('product', 'sold_count', 'found_by', 'search_vector');
SELECT shop_show(tablename::regclass, VARIADIC '{}')
FROM unnest(ARRAY[
    'category', 'brand', 'product_variant', 'product_image', 'attribute', 'product_attribute', 'colour', 'synonym',
    'flash_sale', 'flash_sale_item', 'review', 'shipping_method', 'tax_rate'
]) AS tablename;
-- Of people only the names of sellers and reviewers are shown; who signs up changes nothing.
CREATE OR REPLACE TRIGGER users_shown AFTER UPDATE OF first_name, last_name, username ON users
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_change();

CREATE OR REPLACE TRIGGER inventory_shown_new AFTER INSERT OR DELETE ON inventory
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_change();
CREATE OR REPLACE TRIGGER inventory_shown AFTER UPDATE ON inventory
    REFERENCING OLD TABLE AS stock_before NEW TABLE AS stock_after
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_stock();

CREATE INDEX IF NOT EXISTS product_released ON product (released_at) WHERE released_at IS NOT NULL;
