-- What must hold whoever writes: the shop, Piccolo Admin or somebody at a console.
-- The functions run as their owner, so that a role with few rights still leaves its traces.

CREATE OR REPLACE FUNCTION shop_touch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION shop_actor() RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
COMMENT ON FUNCTION shop_actor() IS 'Who this transaction acts for; null for the shop itself or a guest.';


CREATE OR REPLACE FUNCTION shop_record_stock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stock inventory;
    moved integer := 0;
    promised integer := 0;
    said text := nullif(current_setting('app.stock_reason', true), '');
    derived text;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        stock := NEW;
        moved := NEW.quantity;
        promised := NEW.reserved;
    END IF;
    IF TG_OP = 'DELETE' THEN
        stock := OLD;
        stock.quantity := 0;
        stock.reserved := 0;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'UPDATE' AND NEW.variant_id <> OLD.variant_id THEN
            RAISE EXCEPTION 'stock stays with its variant' USING
                ERRCODE = 'check_violation', CONSTRAINT = 'inventory_keeps_its_variant', TABLE = 'inventory';
        END IF;
        moved := moved - OLD.quantity;
        promised := promised - OLD.reserved;
    END IF;
    IF TG_OP <> 'INSERT' AND moved = 0 AND promised = 0 THEN
        RETURN NULL;
    END IF;
    derived := CASE
        WHEN TG_OP = 'INSERT' THEN 'initial'
        WHEN TG_OP = 'DELETE' THEN 'remove'
        WHEN moved = 0 AND promised > 0 THEN 'reserve'
        WHEN moved = 0 AND promised < 0 THEN 'release'
        WHEN moved < 0 AND promised = moved THEN 'ship'
        ELSE 'adjust'
    END;
    INSERT INTO stock_movement
        (variant_id, product_id, quantity_delta, reserved_delta, quantity_after, reserved_after, reason, user_id)
    VALUES
        (stock.variant_id, stock.product_id, moved, promised, stock.quantity, stock.reserved,
         coalesce(said, derived), public.shop_actor());
    RETURN NULL;
END $$;


CREATE OR REPLACE FUNCTION shop_record_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'product' THEN
        IF TG_OP = 'UPDATE' AND (NEW.price, NEW.compare_at_price) IS NOT DISTINCT FROM (OLD.price, OLD.compare_at_price)
        THEN
            RETURN NULL;
        END IF;
        INSERT INTO price_history (product_id, price, compare_at_price)
        VALUES (NEW.id, NEW.price, NEW.compare_at_price);
    ELSE
        IF TG_OP = 'UPDATE' AND NEW.price_adjustment = OLD.price_adjustment THEN
            RETURN NULL;
        END IF;
        INSERT INTO price_history (product_id, variant_id, price_adjustment)
        VALUES (NEW.product_id, NEW.id, NEW.price_adjustment);
    END IF;
    RETURN NULL;
END $$;


-- Arguments: the entity's name, then the columns that are not worth a line (counters, leases, bodies).
CREATE OR REPLACE FUNCTION shop_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    secret CONSTANT text[] := '{password,two_factor_secret,token,token_hash,otp,access_token,refresh_token,client_secret}';
    unlogged text[] := '{updated_at}' || TG_ARGV[1:];
    before jsonb;
    after jsonb;
BEGIN
    -- A bulk load may switch the log off, but only as the table's owner acting as itself.
    IF current_setting('app.bulk_load', true) = 'on' AND current_setting('role') = 'none' AND pg_has_role(
        session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        before := to_jsonb(OLD) - unlogged;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW) - unlogged;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO change_logs (entity_type, entity_id, field_name, old_value, new_value, action, user_id)
        SELECT TG_ARGV[0], NEW.id, n.key,
               CASE WHEN n.key = ANY (secret) AND o.value IS NOT NULL THEN '***' ELSE o.value END,
               CASE WHEN n.key = ANY (secret) AND n.value IS NOT NULL THEN '***' ELSE n.value END,
               'UPDATE', public.shop_actor()
        FROM jsonb_each_text(after) n JOIN jsonb_each_text(before) o USING (key)
        WHERE n.value IS DISTINCT FROM o.value;
        RETURN NULL;
    END IF;
    INSERT INTO change_logs (entity_type, entity_id, old_value, new_value, action, user_id)
    SELECT TG_ARGV[0], (coalesce(after, before) ->> 'id')::bigint,
           CASE WHEN TG_OP = 'DELETE' THEN record::text END,
           CASE WHEN TG_OP = 'INSERT' THEN record::text END,
           TG_OP, public.shop_actor()
    FROM (
        SELECT jsonb_object_agg(
            key, CASE WHEN key = ANY (secret) AND value <> 'null' THEN '"***"' ELSE value END) AS record
        FROM jsonb_each(coalesce(after, before))
    ) masked;
    RETURN NULL;
END $$;


-- Puts a table under the eyes of the change log, and again after its columns have changed. An update fires only when it
-- sets a column that is worth a line, so that counters, leases and reservations cost nothing.
CREATE OR REPLACE FUNCTION shop_watch(watched regclass, entity text, on_insert boolean, VARIADIC unlogged text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    logged text;
    tablename text := (SELECT relname FROM pg_class WHERE oid = watched);
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO logged FROM pg_attribute
    WHERE attrelid = watched AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND attname <> 'updated_at' AND attname <> ALL (unlogged);
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER %I AFTER %s UPDATE OF %s OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION shop_audit(%s)',
        tablename || '_audit', CASE WHEN on_insert THEN 'INSERT OR' ELSE '' END, logged, watched,
        (SELECT string_agg(quote_literal(argument), ', ') FROM unnest(array_prepend(entity, unlogged)) AS argument));
END $$;

CREATE OR REPLACE FUNCTION shop_keep_touched(touched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION shop_touch()',
        (SELECT relname FROM pg_class WHERE oid = touched) || '_touch', touched);
END $$;


CREATE OR REPLACE TRIGGER inventory_ledger
    AFTER INSERT OR DELETE OR UPDATE OF quantity, reserved, variant_id ON inventory
    FOR EACH ROW EXECUTE FUNCTION shop_record_stock();

CREATE OR REPLACE TRIGGER product_price_history
    AFTER INSERT OR UPDATE OF price, compare_at_price ON product
    FOR EACH ROW EXECUTE FUNCTION shop_record_price();

CREATE OR REPLACE TRIGGER product_variant_price_history
    AFTER INSERT OR UPDATE OF price_adjustment ON product_variant
    FOR EACH ROW EXECUTE FUNCTION shop_record_price();

SELECT shop_keep_touched(attrelid::regclass) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attname = 'updated_at' AND relkind = 'r' AND relnamespace = 'public'::regnamespace;

SELECT shop_watch('users', 'User', true, 'last_login');
SELECT shop_watch('product', 'Product', true, 'rating_average', 'rating_count', 'sold_count', 'search_vector');
SELECT shop_watch('inventory', 'Inventory', true, 'reserved', 'available');

SELECT shop_watch(tablename::regclass, entity, true, VARIADIC '{}')
FROM (VALUES
    ('user_profile', 'UserProfile'),
    ('user_role', 'UserRole'),
    ('user_permission', 'UserPermission'),
    ('oauth_provider', 'OAuthProvider'),
    ('oauth_access_token', 'OAuthAccessToken'),
    ('oauth_refresh_token', 'OAuthRefreshToken'),
    ('otp', 'OTP'),
    ('category', 'Category'),
    ('product_variant', 'ProductVariant'),
    ('product_image', 'ProductImage'),
    ('orders', 'Order'),
    ('payment', 'Payment'),
    ('shipping_method', 'ShippingMethod'),
    ('tax_rate', 'TaxRate'),
    ('coupon', 'Coupon'),
    ('applied_coupon', 'AppliedCoupon'),
    ('review', 'Review'),
    ('shipping_review', 'ShippingReview')
) AS logged (tablename, entity);

-- Copies that are written with an order are logged only when somebody changes or deletes them.
-- Carts, sessions, keys and the histories themselves are not logged at all.
SELECT shop_watch('email', 'Email', false, 'data', 'subject', 'body', 'html_body', 'attempts', 'next_attempt_at',
                  'lease_until', 'message_id', 'temporal_id', 'sent_at');

SELECT shop_watch(tablename::regclass, entity, false, VARIADIC '{}')
FROM (VALUES
    ('stock_reservation', 'StockReservation'),
    ('order_item', 'OrderItem'),
    ('order_event', 'OrderEvent'),
    ('billing_info', 'BillingInfo'),
    ('shipping_info', 'ShippingInfo')
) AS logged (tablename, entity);
