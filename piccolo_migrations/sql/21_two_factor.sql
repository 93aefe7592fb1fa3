-- Two more secrets for the change log to mask; and what is no business of it.
DO $$ BEGIN
    EXECUTE replace(
        replace(pg_get_functiondef('shop_audit'::regproc), ',two_factor_pending,code_hash,', ','),
        'two_factor_secret,', 'two_factor_secret,two_factor_pending,code_hash,');
END $$;
SELECT shop_watch('users', 'User', true, 'last_login', 'two_factor_pending', 'two_factor_step');
