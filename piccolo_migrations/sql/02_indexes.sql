-- Partial, expression and covering indexes. Plain ones on single columns are declared in the tables.

-- Uniqueness among rows that are not deleted.
CREATE UNIQUE INDEX IF NOT EXISTS users_email_once ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS users_username_once ON users (lower(username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS product_image_one_primary ON product_image (product_id)
    WHERE is_primary AND deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS cart_one_active_per_token ON cart (token_hash)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS cart_one_active_per_user ON cart (user_id)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS coupon_code_once ON coupon (upper(code)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS payment_transaction_once ON payment (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS review_once_per_customer ON review (user_id, product_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS shipping_review_once_per_order ON shipping_review (order_id, user_id)
    WHERE deleted_at IS NULL;

-- The shop window.
CREATE INDEX IF NOT EXISTS product_by_category ON product (category_id, sold_count DESC, id)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS product_best_sellers ON product (sold_count DESC, id)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS product_newest ON product (published_at DESC, id)
    WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS product_search ON product USING gin (search_vector);
CREATE INDEX IF NOT EXISTS product_name_similar ON product USING gin (name public.gin_trgm_ops);
CREATE INDEX IF NOT EXISTS product_variant_sku_any_case ON product_variant (lower(sku));
CREATE INDEX IF NOT EXISTS review_shown ON review (product_id, created_at DESC)
    WHERE status = 'approved' AND deleted_at IS NULL;

-- Carts and orders.
CREATE INDEX IF NOT EXISTS cart_by_token ON cart (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS cart_expiring ON cart (expires_at) WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS orders_by_email ON orders (lower(email));
CREATE INDEX IF NOT EXISTS orders_by_date ON orders (order_date DESC);
CREATE INDEX IF NOT EXISTS idempotency_key_age ON idempotency_key (created_at);

-- Work that is due.
CREATE INDEX IF NOT EXISTS email_due ON email (next_attempt_at) WHERE status IN ('queued', 'sending');
CREATE INDEX IF NOT EXISTS stock_reservation_held ON stock_reservation (variant_id, expires_at) WHERE state = 'held';
CREATE INDEX IF NOT EXISTS stock_reservation_expiring ON stock_reservation (expires_at)
    WHERE state = 'held' AND expires_at IS NOT NULL;

-- Histories.
CREATE INDEX IF NOT EXISTS stock_movement_of_variant ON stock_movement (variant_id, id);
CREATE INDEX IF NOT EXISTS price_history_of_product ON price_history (product_id, variant_id, valid_from DESC);
CREATE INDEX IF NOT EXISTS change_logs_of_entity ON change_logs (entity_type, entity_id, id);
