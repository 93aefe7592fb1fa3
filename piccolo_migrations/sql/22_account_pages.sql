-- The pages of an account: addresses, copies of personal data, deletion.

SELECT shop_keep_touched(tablename::regclass) FROM unnest(ARRAY['address', 'data_export', 'account_deletion']) AS tablename;
SELECT shop_watch('address', 'Address', true, VARIADIC '{}');
SELECT shop_watch('account_deletion', 'AccountDeletion', true, VARIADIC '{}');

-- One default of each kind, and one of each under way, whoever asks at the same time.
CREATE UNIQUE INDEX IF NOT EXISTS address_one_for_delivery ON address (user_id) WHERE is_delivery_default;
CREATE UNIQUE INDEX IF NOT EXISTS address_one_for_billing ON address (user_id) WHERE is_billing_default;
CREATE UNIQUE INDEX IF NOT EXISTS data_export_one_waiting ON data_export (user_id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS data_export_expiring ON data_export (expires_at) WHERE state = 'ready';
CREATE UNIQUE INDEX IF NOT EXISTS account_deletion_one_waiting ON account_deletion (user_id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS account_deletion_due ON account_deletion (erase_at) WHERE state = 'waiting';

-- Orders of one customer, latest first.
CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (created_by, order_date DESC, id DESC)
    WHERE created_by IS NOT NULL AND deleted_at IS NULL;
