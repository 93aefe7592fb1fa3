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


CREATE OR REPLACE TRIGGER inventory_ledger
    AFTER INSERT OR DELETE OR UPDATE OF quantity, reserved, variant_id ON inventory
    FOR EACH ROW EXECUTE FUNCTION shop_record_stock();

CREATE OR REPLACE TRIGGER product_price_history
    AFTER INSERT OR UPDATE OF price, compare_at_price ON product
    FOR EACH ROW EXECUTE FUNCTION shop_record_price();

CREATE OR REPLACE TRIGGER product_variant_price_history
    AFTER INSERT OR UPDATE OF price_adjustment ON product_variant
    FOR EACH ROW EXECUTE FUNCTION shop_record_price();

DO $$
DECLARE
    tablename text;
    audited record;
BEGIN
    FOR tablename IN
        SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND c.column_name = 'updated_at' AND t.table_type = 'BASE TABLE'
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION shop_touch()',
            tablename || '_touch', tablename);
    END LOOP;

    -- Rows that are written with an order and never changed (lines, addresses, holds, mails) are logged only when
    -- somebody does change them. Carts, sessions, keys and the histories themselves are not logged.
    FOR audited IN
        SELECT * FROM (VALUES
            ('users', 'User', 'INSERT OR UPDATE OR DELETE', '{last_login}'),
            ('user_profile', 'UserProfile', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('user_role', 'UserRole', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('user_permission', 'UserPermission', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('oauth_provider', 'OAuthProvider', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('oauth_access_token', 'OAuthAccessToken', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('oauth_refresh_token', 'OAuthRefreshToken', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('otp', 'OTP', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('email', 'Email', 'UPDATE OR DELETE',
             '{data,subject,body,html_body,attempts,next_attempt_at,lease_until,message_id,temporal_id,sent_at}'),
            ('category', 'Category', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('product', 'Product', 'INSERT OR UPDATE OR DELETE',
             '{rating_average,rating_count,sold_count,search_vector}'),
            ('product_variant', 'ProductVariant', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('product_image', 'ProductImage', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('inventory', 'Inventory', 'INSERT OR UPDATE OR DELETE', '{reserved,available}'),
            ('stock_reservation', 'StockReservation', 'UPDATE OR DELETE', '{}'),
            ('orders', 'Order', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('order_item', 'OrderItem', 'UPDATE OR DELETE', '{}'),
            ('order_event', 'OrderEvent', 'UPDATE OR DELETE', '{}'),
            ('payment', 'Payment', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('billing_info', 'BillingInfo', 'UPDATE OR DELETE', '{}'),
            ('shipping_info', 'ShippingInfo', 'UPDATE OR DELETE', '{}'),
            ('shipping_method', 'ShippingMethod', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('tax_rate', 'TaxRate', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('coupon', 'Coupon', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('applied_coupon', 'AppliedCoupon', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('review', 'Review', 'INSERT OR UPDATE OR DELETE', '{}'),
            ('shipping_review', 'ShippingReview', 'INSERT OR UPDATE OR DELETE', '{}')
        ) AS listed (tablename, entity, events, unlogged)
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER %I AFTER %s ON %I FOR EACH ROW EXECUTE FUNCTION shop_audit(%s)',
            audited.tablename || '_audit', audited.events, audited.tablename,
            (SELECT string_agg(quote_literal(argument), ', ')
             FROM unnest(array_prepend(audited.entity, audited.unlogged::text[])) AS argument));
    END LOOP;
END $$;
