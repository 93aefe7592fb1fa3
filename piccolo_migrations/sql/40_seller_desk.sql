-- The seller desk works as the role shop_seller, which the shop's own role takes on for one transaction. Row-level security
-- leaves it the rows of the seller that the transaction acts for (shop_actor), and nothing at all where it acts for nobody.
-- Policies are for this role alone, and the shop's role owns the tables: shop, worker and /admin/ see what they always saw.

CREATE OR REPLACE FUNCTION shop_seller_acting() RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT CASE WHEN current_user = 'shop_seller' THEN public.shop_actor() END $$;
COMMENT ON FUNCTION shop_seller_acting() IS 'Whose a row is that is made at the seller desk; null anywhere else.';
ALTER TABLE product ALTER COLUMN seller_id SET DEFAULT shop_seller_acting(),
    ALTER COLUMN created_by SET DEFAULT shop_seller_acting();


-- What runs as its owner and is called by the shop alone.
REVOKE EXECUTE ON FUNCTION shop_list(bigint[]), shop_tend_listing(), shop_fill_listing() FROM PUBLIC;


CREATE OR REPLACE FUNCTION shop_may_be_seller() RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- From PostgreSQL 16 on, to be a member of a role and to be able to take it on are two things.
    RETURN pg_has_role(session_user, 'shop_seller',
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END);
END $$;

CREATE OR REPLACE FUNCTION shop_desk_fault() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seller pg_roles;
    found text;
BEGIN
    SELECT * INTO seller FROM pg_roles WHERE rolname = 'shop_seller';
    IF seller.oid IS NULL THEN
        RETURN format('there is no role shop_seller, and %s may not create it; a superuser can: '
            'CREATE ROLE shop_seller NOLOGIN; GRANT shop_seller TO %s', session_user, quote_ident(session_user));
    END IF;
    IF seller.rolsuper OR seller.rolbypassrls OR seller.rolcanlogin OR seller.rolcreaterole OR seller.rolcreatedb
        OR seller.rolreplication OR EXISTS (SELECT FROM pg_auth_members WHERE member = seller.oid)
    THEN
        RETURN 'the role shop_seller may do more than it should; '
            'it must be NOLOGIN, without any other attribute, and a member of no role';
    END IF;
    IF NOT shop_may_be_seller() THEN
        RETURN format('%s may not act as shop_seller; a superuser can allow it: GRANT shop_seller TO %s',
            session_user, quote_ident(session_user));
    END IF;
    SELECT string_agg(relname, ', ') INTO found FROM pg_class WHERE relowner = seller.oid;
    IF found IS NOT NULL THEN
        RETURN format('the role shop_seller owns %s; it must own nothing', found);
    END IF;
    IF NOT has_any_column_privilege(seller.oid, 'product', 'SELECT') THEN
        RETURN 'the role shop_seller has no rights on the tables of this database';
    END IF;
    SELECT string_agg(c.relname, ', ' ORDER BY c.relname) INTO found FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        AND (has_any_column_privilege(seller.oid, c.oid, 'SELECT, INSERT, UPDATE')
            OR has_table_privilege(seller.oid, c.oid, 'DELETE, TRUNCATE'))
        AND NOT (c.relrowsecurity AND EXISTS (
            SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polpermissive AND p.polroles = ARRAY[seller.oid]));
    IF found IS NOT NULL THEN
        RETURN format('sellers would not be kept apart in %s: row-level security is off, or its policy is missing', found);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION shop_desk_fault() IS
    'Why the seller desk must stay closed, in one line; null where the database keeps sellers apart.';


-- Gives the role exactly its rights, and makes it where that is allowed. `migrate` calls it until there is no fault; a
-- migration that changes what the desk shows replaces it and calls it once more. Returns the fault that is left.
CREATE OR REPLACE FUNCTION shop_open_desk() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    item record;
    own_product CONSTANT text := 'product_id IN (SELECT id FROM product)';
    anybody CONSTANT text := 'deleted_at IS NULL AND public.shop_actor() IS NOT NULL';
    own_variant CONSTANT text := '(variant_id IS NULL OR variant_id IN (SELECT v.id FROM product_variant v))';
BEGIN
    BEGIN
        IF to_regrole('shop_seller') IS NULL THEN
            BEGIN
                CREATE ROLE shop_seller NOLOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- roles belong to the server: a migration of another database was faster
            END;
        END IF;
        IF NOT shop_may_be_seller() THEN
            EXECUTE format('GRANT shop_seller TO %I', session_user)
                || CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN ' WITH INHERIT FALSE, SET TRUE'
                        ELSE '' END;
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RETURN shop_desk_fault();
    END;

    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM shop_seller;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM shop_seller;
    GRANT USAGE ON SCHEMA public TO shop_seller;
    -- `sees`, `adds` and `changes` are columns; `added` must hold of a new row as well, since a form sends each column.
    FOR item IN SELECT * FROM (VALUES
        ('product', 'seller_id = public.shop_actor()', NULL,
         'id,name,slug,sku,summary,description,category_id,brand_id,price,compare_at_price,status,published_at,released_at,'
         'is_digital,rating_average,rating_count,sold_count,created_at,updated_at,deleted_at',
         'id,name,slug,sku,summary,description,category_id,brand_id,price,compare_at_price,status,published_at,released_at,'
         'is_digital,rating_average,rating_count,sold_count,created_at,updated_at,deleted_at',
         'name,slug,sku,summary,description,category_id,brand_id,price,compare_at_price,status,published_at,released_at,'
         'is_digital,deleted_at',
         'rating_average = 0 AND rating_count = 0 AND sold_count = 0'),
        ('product_variant', own_product, NULL,
         'id,product_id,sku,variant_name,variant_value,options,price_adjustment,position,is_active,created_at,updated_at,'
         'deleted_at',
         'id,product_id,sku,variant_name,variant_value,options,price_adjustment,position,is_active,created_at,updated_at,'
         'deleted_at',
         'sku,variant_name,variant_value,options,price_adjustment,position,is_active,deleted_at', NULL),
        ('product_image', own_product, own_variant,
         'id,product_id,variant_id,image_url,alt,is_primary,position,width,height,created_at,updated_at,deleted_at',
         NULL, 'variant_id,alt,is_primary,position,deleted_at', NULL),
        ('picture_upload', own_product, own_variant,
         'id,product_id,variant_id,file_key,alt,state,fault,image_id,created_at,updated_at',
         'id,product_id,variant_id,file_key,alt,state,fault,image_id,created_at,updated_at',
         NULL, 'state = ''waiting'' AND fault = '''' AND image_id IS NULL'),
        ('product_attribute', own_product, NULL,
         'id,product_id,attribute_id,text_value,number_value,boolean_value,created_at,updated_at',
         'id,product_id,attribute_id,text_value,number_value,boolean_value,created_at,updated_at',
         'text_value,number_value,boolean_value', NULL),
        ('inventory', own_product, own_variant,
         'id,product_id,variant_id,quantity,reserved,created_at,updated_at',
         'id,product_id,variant_id,quantity,reserved,created_at,updated_at',
         'quantity', 'reserved = 0'),
        ('stock_movement', own_product, NULL,
         'id,product_id,variant_id,quantity_delta,reserved_delta,quantity_after,reserved_after,reason,created_at',
         NULL, NULL, NULL),
        ('price_history', own_product, NULL,
         'id,product_id,variant_id,price,compare_at_price,price_adjustment,valid_from', NULL, NULL, NULL),
        ('review', own_product || ' AND deleted_at IS NULL', NULL, 'id,product_id,rating,comment,status,created_at', NULL, NULL, NULL),
        ('order_item', 'seller_id = public.shop_actor()', NULL,
         'id,order_id,product_id,variant_id,product_name,variant_name,sku,quantity,unit_price,total_price,discount,tax_rate,'
         'tax,released_at,is_digital,created_at',
         NULL, NULL, NULL),
        ('orders', 'id IN (SELECT order_id FROM order_item)', NULL,
         'id,number,status,currency,prices_include_tax,order_date,delivery_date', NULL, NULL, NULL),
        -- Whether a row has changed since its form was opened.
        ('change_logs',
         'CASE entity_type WHEN ''Product'' THEN entity_id IN (SELECT id FROM product)'
         ' WHEN ''ProductVariant'' THEN entity_id IN (SELECT id FROM product_variant)'
         ' WHEN ''ProductImage'' THEN entity_id IN (SELECT id FROM product_image)'
         ' WHEN ''ProductAttribute'' THEN entity_id IN (SELECT id FROM product_attribute)'
         ' WHEN ''Inventory'' THEN entity_id IN (SELECT id FROM inventory) ELSE false END', NULL,
         'entity_type,entity_id,timestamp,user_id', NULL, NULL, NULL),
        -- What goods are described with is the same for all sellers.
        ('category', anybody, NULL, 'id,name,slug', NULL, NULL, NULL),
        ('brand', anybody, NULL, 'id,name,slug', NULL, NULL, NULL),
        ('attribute', anybody, NULL, 'id,name,code,kind,unit', NULL, NULL, NULL)
    ) AS rights (tablename, own, fits, sees, adds, changes, added) LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', item.tablename);
        EXECUTE format('DROP POLICY IF EXISTS sellers ON %I', item.tablename);
        EXECUTE format('CREATE POLICY sellers ON %I TO shop_seller USING (%s) WITH CHECK (%2$s%s)',
                       item.tablename, item.own, ' AND ' || item.fits);
        EXECUTE format('DROP POLICY IF EXISTS sellers_new ON %I', item.tablename);
        IF item.added IS NOT NULL THEN
            EXECUTE format('CREATE POLICY sellers_new ON %I AS RESTRICTIVE FOR INSERT TO shop_seller WITH CHECK (%s)',
                           item.tablename, item.added);
        END IF;
        EXECUTE format('GRANT SELECT (%s) ON %I TO shop_seller', item.sees, item.tablename);
        IF item.adds IS NOT NULL THEN
            EXECUTE format('GRANT INSERT (%s) ON %I TO shop_seller', item.adds, item.tablename);
            EXECUTE format('GRANT USAGE ON SEQUENCE %s TO shop_seller', pg_get_serial_sequence(item.tablename, 'id'));
        END IF;
        IF item.changes IS NOT NULL THEN
            EXECUTE format('GRANT UPDATE (%s) ON %I TO shop_seller', item.changes, item.tablename);
        END IF;
    END LOOP;
    GRANT DELETE ON product_attribute TO shop_seller;
    RETURN shop_desk_fault();
END $$;
REVOKE EXECUTE ON FUNCTION shop_open_desk() FROM PUBLIC;

SELECT shop_open_desk();
