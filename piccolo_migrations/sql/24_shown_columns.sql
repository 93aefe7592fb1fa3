-- Columns that came after their table was put among what everybody sees.

SELECT shop_show('category', VARIADIC '{}');
SELECT shop_show('flash_sale_item', VARIADIC '{}');
