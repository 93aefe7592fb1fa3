-- The worker lists products anew where time or sales have moved them: what everybody sees has changed then, too.

CREATE OR REPLACE TRIGGER listing_product_shown AFTER INSERT OR DELETE OR TRUNCATE ON listing_product
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_change();
