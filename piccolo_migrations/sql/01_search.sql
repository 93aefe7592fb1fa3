-- What Piccolo cannot express about columns: search, generated columns, further foreign keys, the order numbers.

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- unaccent() itself is only STABLE, since its dictionary is looked up by name; naming the dictionary settles that.
CREATE OR REPLACE FUNCTION public.shop_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$;
COMMENT ON FUNCTION public.shop_plain(text) IS 'Lower case without accents: how search sees a text.';

-- 'simple' finds words as typed (brands, sizes, article numbers), 'english' also their other forms. Hyphens once more
-- as spaces, since the parser reads the 200 of "xk-200" as a negative number.
ALTER TABLE product ADD COLUMN IF NOT EXISTS search_vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', public.shop_plain(name || ' ' || coalesce(sku, ''))), 'A')
    || setweight(to_tsvector('simple', translate(public.shop_plain(name || ' ' || coalesce(sku, '')), '-_/', '   ')), 'A')
    || setweight(to_tsvector('english', public.shop_plain(name)), 'A')
    || setweight(to_tsvector('english', public.shop_plain(description)), 'C')
) STORED;

ALTER TABLE inventory ADD COLUMN IF NOT EXISTS available integer GENERATED ALWAYS AS (quantity - reserved) STORED;

ALTER TABLE inventory DROP CONSTRAINT IF EXISTS inventory_variant_of_product;
ALTER TABLE inventory ADD CONSTRAINT inventory_variant_of_product
    FOREIGN KEY (variant_id, product_id) REFERENCES product_variant (id, product_id);

-- Checked at commit: the key is claimed before the order it stands for is written.
ALTER TABLE idempotency_key DROP CONSTRAINT IF EXISTS idempotency_key_order;
ALTER TABLE idempotency_key ADD CONSTRAINT idempotency_key_order
    FOREIGN KEY (order_id) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE admin_session DROP CONSTRAINT IF EXISTS admin_session_user;
ALTER TABLE admin_session ADD CONSTRAINT admin_session_user
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

CREATE SEQUENCE IF NOT EXISTS order_number_seq AS bigint;
