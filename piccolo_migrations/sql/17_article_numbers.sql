-- A search looks for the words as an article number, too: of variants and of products as a whole.
CREATE INDEX IF NOT EXISTS product_sku_any_case ON product (lower(sku)) WHERE sku IS NOT NULL;
