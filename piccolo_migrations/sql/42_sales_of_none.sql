-- A statement trigger is called for statements that change no row, too. The worker looks twice a minute for orders that
-- have lapsed and gives back what they had of a sale, mostly nothing: everything that was kept was read anew each time.

CREATE OR REPLACE FUNCTION shop_note_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM rows_after) THEN
        INSERT INTO catalogue_change DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER flash_sale_item_shown ON flash_sale_item;
CREATE OR REPLACE TRIGGER flash_sale_item_shown_new AFTER INSERT OR DELETE ON flash_sale_item
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_change();
CREATE OR REPLACE TRIGGER flash_sale_item_shown AFTER UPDATE ON flash_sale_item REFERENCING NEW TABLE AS rows_after
    FOR EACH STATEMENT EXECUTE FUNCTION shop_note_rows();
