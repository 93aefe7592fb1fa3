-- Flash prices that hold, and what went at them before this shop kept books.

SELECT shop_watch('flash_sale_item', 'FlashSaleItem', true, 'sold', 'sold_before');

-- A price that is not lower than the usual one is none: the shopper pays the usual one.
CREATE OR REPLACE FUNCTION running_flash(of_product bigint)
RETURNS TABLE (item_id bigint, price numeric, ends_at timestamptz, stock_cap integer, sold integer)
LANGUAGE sql STABLE AS $$
    SELECT i.id, i.price, f.ends_at, i.stock_cap, i.sold
    FROM flash_sale_item i JOIN flash_sale f ON f.id = i.flash_sale_id JOIN product p ON p.id = i.product_id
    WHERE i.product_id = of_product AND i.deleted_at IS NULL AND i.sold < i.stock_cap AND i.price < p.price
        AND f.is_active AND f.deleted_at IS NULL AND f.starts_at <= now() AND f.ends_at > now()
    ORDER BY i.price, i.id LIMIT 1
$$;

UPDATE flash_sale_item SET sold_before = sold;
CREATE OR REPLACE FUNCTION shop_keep_flash_sold_before() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.sold_before := NEW.sold;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER flash_sale_item_sold_before BEFORE INSERT ON flash_sale_item
    FOR EACH ROW EXECUTE FUNCTION shop_keep_flash_sold_before();
