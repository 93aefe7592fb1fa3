-- Flash sales, pre-orders and what shoppers ask to be told.

SELECT shop_keep_touched(attrelid::regclass) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attname = 'updated_at' AND relkind = 'r' AND relnamespace = 'public'::regnamespace;

SELECT shop_watch('product', 'Product', true, 'rating_average', 'rating_count', 'sold_count', 'search_vector', 'found_by');
SELECT shop_watch('flash_sale', 'FlashSale', true, VARIADIC '{}');
SELECT shop_watch('flash_sale_item', 'FlashSaleItem', true, 'sold');
SELECT shop_watch('newsletter_subscription', 'NewsletterSubscription', false, VARIADIC '{}');
SELECT shop_watch('back_in_stock_request', 'BackInStockRequest', false, VARIADIC '{}');

CREATE INDEX IF NOT EXISTS flash_sale_by_time ON flash_sale (ends_at, starts_at) WHERE is_active AND deleted_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS back_in_stock_request_once ON back_in_stock_request (variant_id, lower(email))
    WHERE state = 'waiting';
CREATE UNIQUE INDEX IF NOT EXISTS newsletter_subscription_once ON newsletter_subscription (lower(email))
    WHERE deleted_at IS NULL;

-- What a product costs less at this moment: of the sales that run and have units left, the cheapest.
CREATE OR REPLACE FUNCTION running_flash(of_product bigint)
RETURNS TABLE (item_id bigint, price numeric, ends_at timestamptz, stock_cap integer, sold integer)
LANGUAGE sql STABLE AS $$
    SELECT i.id, i.price, f.ends_at, i.stock_cap, i.sold
    FROM flash_sale_item i JOIN flash_sale f ON f.id = i.flash_sale_id
    WHERE i.product_id = of_product AND i.deleted_at IS NULL AND i.sold < i.stock_cap
        AND f.is_active AND f.deleted_at IS NULL AND f.starts_at <= now() AND f.ends_at > now()
    ORDER BY i.price, i.id LIMIT 1
$$;
COMMENT ON FUNCTION running_flash(bigint) IS 'The flash offer that holds now for a product; no row without one.';
