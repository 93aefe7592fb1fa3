-- Accounts: sessions, codes, and what each role may do.

SELECT shop_keep_touched('user_session');

-- Two more secrets for the change log to mask, and what is no business of it.
DO $$ BEGIN
    EXECUTE replace(
        replace(pg_get_functiondef('shop_audit'::regproc), ',binding,sealed_code}', '}'),
        ',client_secret}', ',client_secret,binding,sealed_code}');
END $$;
SELECT shop_watch('users', 'User', true, 'last_login');
SELECT shop_watch('otp', 'OTP', true, 'sealed_code', 'binding', 'tries');

-- Accounts from before addresses had to be proven stay as good as they were.
UPDATE users SET email_verified_at = created_at WHERE email_verified_at IS NULL;

-- A new code replaces the live one of its purpose, whoever asks at the same time.
CREATE UNIQUE INDEX IF NOT EXISTS otp_one_live ON otp (user_id, purpose) WHERE NOT used AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS user_session_live ON user_session (user_id, last_seen_at DESC) WHERE revoked_at IS NULL;

-- What the roles begin with; rows that are there already, retired ones included, are left alone.
CREATE OR REPLACE FUNCTION shop_first_permissions() RETURNS void LANGUAGE sql AS $$
    INSERT INTO user_permission (role_id, permission, permission_type, description) VALUES
        (1, 'VIEW_DASHBOARD', 'Read', 'See the figures of the day.'),
        (1, 'VIEW_PRODUCTS', 'Read', 'See products that are not on sale yet.'),
        (1, 'CREATE_PRODUCT', 'Write', 'Add products.'),
        (1, 'CHANGE_PRODUCT', 'Write', 'Change products, variants and pictures.'),
        (1, 'DELETE_PRODUCT', 'Write', 'Retire products.'),
        (1, 'CHANGE_CATALOGUE', 'Write', 'Change categories, brands and attributes.'),
        (1, 'VIEW_STOCK', 'Read', 'See stock and its movements.'),
        (1, 'CHANGE_STOCK', 'Write', 'Change what is on hand.'),
        (1, 'VIEW_ORDERS', 'Read', 'See orders.'),
        (1, 'CHANGE_ORDER', 'Write', 'Change and cancel orders.'),
        (1, 'FULFIL_ORDER', 'Write', 'Mark parcels as sent.'),
        (1, 'VIEW_PAYMENTS', 'Read', 'See payments.'),
        (1, 'CHANGE_PAYMENT', 'Write', 'Record payments.'),
        (1, 'REFUND_PAYMENT', 'Admin', 'Give money back.'),
        (1, 'CHANGE_DISCOUNTS', 'Write', 'Change coupons and flash sales.'),
        (1, 'CHANGE_DELIVERY', 'Admin', 'Change delivery methods and tax rates.'),
        (1, 'VIEW_REVIEWS', 'Read', 'See reviews that are not public yet.'),
        (1, 'MODERATE_REVIEWS', 'Write', 'Publish and reject reviews.'),
        (1, 'VIEW_ACCOUNTS', 'Read', 'See other people''s accounts.'),
        (1, 'CHANGE_ACCOUNT', 'Admin', 'Change other people''s accounts.'),
        (1, 'SUSPEND_ACCOUNT', 'Admin', 'Suspend accounts and let them back in.'),
        (1, 'CHANGE_ROLE', 'Admin', 'Give and take roles and permissions.'),
        (1, 'CHANGE_PROVIDERS', 'Admin', 'Change the providers people sign in with.'),
        (1, 'VIEW_EMAILS', 'Read', 'See mails and where their delivery stands.'),
        (1, 'RESEND_EMAIL', 'Write', 'Send mails again.'),
        (1, 'VIEW_CHANGES', 'Read', 'See who changed what.'),
        (2, 'VIEW_DASHBOARD', 'Read', 'See the figures of the day.'),
        (2, 'VIEW_PRODUCTS', 'Read', 'See products that are not on sale yet.'),
        (2, 'CREATE_PRODUCT', 'Write', 'Add products.'),
        (2, 'CHANGE_PRODUCT', 'Write', 'Change products, variants and pictures.'),
        (2, 'VIEW_STOCK', 'Read', 'See stock and its movements.'),
        (2, 'CHANGE_STOCK', 'Write', 'Change what is on hand.'),
        (2, 'VIEW_ORDERS', 'Read', 'See orders.'),
        (2, 'FULFIL_ORDER', 'Write', 'Mark parcels as sent.'),
        (2, 'VIEW_REVIEWS', 'Read', 'See reviews that are not public yet.')
    ON CONFLICT (role_id, permission) DO NOTHING
$$;
SELECT shop_first_permissions();
