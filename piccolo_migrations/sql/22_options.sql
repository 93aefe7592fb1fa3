-- JSONB keeps no order of its keys; a variant's name tells the one that shoppers see: "Colour / Size".

CREATE OR REPLACE FUNCTION options_in_order(options jsonb, names text) RETURNS json
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(json_object_agg(o.key, o.value ORDER BY array_position(string_to_array(names, ' / '), o.key), o.key), '{}')
    FROM jsonb_each_text(options) AS o
$$;
COMMENT ON FUNCTION options_in_order(jsonb, text) IS
    'The options of a variant in the order its name has them; those it does not name come last.';
