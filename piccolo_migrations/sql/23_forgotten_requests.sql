-- Addresses of those who wait for something are deleted in time; the log of changes must not keep them.

SELECT shop_watch('back_in_stock_request', 'BackInStockRequest', false, 'email');
CREATE INDEX IF NOT EXISTS back_in_stock_request_by_age ON back_in_stock_request (created_at);
