-- The language of a review is among what everybody sees.
SELECT shop_show('review', VARIADIC '{}');
