-- How often things were sold, counted after the fact: an order never waits for the row of a product.

-- Once more for the tables that have new columns.
SELECT shop_watch('product', 'Product', true, 'rating_average', 'rating_count', 'sold_count', 'sold_before',
                  'search_vector', 'found_by');
SELECT shop_watch('order_item', 'OrderItem', false, 'counted', 'to_count');

CREATE INDEX IF NOT EXISTS order_item_to_count ON order_item (id) WHERE to_count;

-- What is known to be sold when a product is entered was sold elsewhere.
UPDATE product SET sold_before = sold_count;
CREATE OR REPLACE FUNCTION shop_keep_sold_before() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.sold_before := NEW.sold_count;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER product_sold_before BEFORE INSERT ON product
    FOR EACH ROW EXECUTE FUNCTION shop_keep_sold_before();

-- An order that is closed unsold takes its units out of the counter again, whoever closes it.
CREATE OR REPLACE FUNCTION shop_count_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE order_item SET to_count = true WHERE order_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER orders_count_again AFTER UPDATE OF status ON orders
    FOR EACH ROW WHEN ((NEW.status IN ('cancelled', 'lapsed')) <> (OLD.status IN ('cancelled', 'lapsed')))
    EXECUTE FUNCTION shop_count_again();
