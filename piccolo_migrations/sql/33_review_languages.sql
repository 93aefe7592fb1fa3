-- The language of a review is among what everybody sees, and a change of it among what is written down.
SELECT shop_show('review', VARIADIC '{}');
SELECT shop_watch('review', 'Review', true, VARIADIC '{}');
