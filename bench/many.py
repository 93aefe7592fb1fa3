"""A large catalogue, the same every time: brands, products, variants, stock, pictures and reviews, written set by set.

It fills the categories that the demo shop has below its departments. How often a word, a colour or a brand occurs falls
off as in real shops, so that a search finds anything from a handful of products to half of them. Triggers sleep
meanwhile (only the owner of the database can do that); what they would keep is made anew at the end.
"""

import sys
import time

import asyncpg

from app.adapters.files.static import PREFIX
from bench.running import ROOT

BATCH = 20_000
BRANDS = 400
FIRST = 1_000_000
"""Generated products begin here, so that every number follows from the product's place alone."""


def _words(text: str) -> list[str]:
    return text.split()


ADJECTIVES = _words("""
classic quiet bright compact slim heavy soft warm light modern rustic folded woven matte glossy portable outdoor
studio travel weekend evening morning winter summer coastal nordic urban alpine desert garden little grand double
curved straight hidden open round square tall low wide narrow plain striped speckled brushed polished waxed washed
recycled organic handmade vintage signature everyday
""")
MATERIALS = _words("""
oak steel cotton linen wool glass ceramic leather bamboo walnut brass copper marble cork felt rattan ash birch slate
denim canvas velvet silk paper rubber silicone aluminium titanium concrete terracotta porcelain enamel
""")
NOUNS = _words("""
lamp chair mug kettle speaker headphones backpack bottle jacket shirt scarf cap belt watch ring vase bowl plate tray
table shelf stool bench rug cushion blanket towel mirror clock frame candle basket board knife pan pot press grinder
scale timer camera tripod keyboard mouse stand dock charger cable lens light torch tent mat ball racket helmet glove
sock boot shoe sandal wallet tote pouch case notebook pen pencil puzzle blocks doll kite drum guitar flute brush comb
soap cream serum perfume balm mask thermometer cuff bandage pillbox honey tea coffee oil vinegar spice pasta jam leash
collar feeder bed perch
""")
SYLLABLES = ["ka", "lo", "mi", "ra", "ve", "no", "tu", "si", "ber", "dal", "fen", "gor", "hal", "jun", "lem", "mor"]
COLOURS = ["Sand", "Ink", "Sage", "Clay", "Sky", "Rose", "Amber", "Moss", "Plum", "Stone"]
SIZES = ["XS", "S", "M", "L", "XL"]

# A number below `among` that follows from a place and a salt alone; `rare` prefers low ones, as popularity does.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(place bigint, salt integer, among integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT ((((place * 2654435761 + salt * 97531) % 4294967296) * 1103515245 % 4294967296) / 65536 % $3)::integer
$$;
CREATE OR REPLACE FUNCTION pg_temp.rare(place bigint, salt integer, among integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT least(floor(power(pg_temp.draw($1, $2, 65536) / 65536.0, 2.2) * $3), $3 - 1)::integer
$$;
"""
ADD_BRANDS = """
INSERT INTO brand (name, slug)
SELECT 'Maker ' || n, 'maker-' || n FROM generate_series(1, $1::int) n ON CONFLICT (slug) DO NOTHING
"""
ADD_COLOURS = """
INSERT INTO colour (name, swatch) SELECT name, '#' || lpad(to_hex(place * 1581000), 6, '0')
FROM unnest($1::text[]) WITH ORDINALITY AS given (name, place) ON CONFLICT (name) DO NOTHING
"""
SHELVES = """
SELECT array_agg(c.id ORDER BY c.id) FROM category c
WHERE c.deleted_at IS NULL AND NOT EXISTS (SELECT FROM category below WHERE below.parent_id = c.id)
"""
ADD_PRODUCTS = """
INSERT INTO product (id, name, slug, sku, summary, description, category_id, brand_id, price, compare_at_price,
                     found_by, status, published_at, rating_average, rating_count, sold_count, created_at, updated_at)
SELECT $2 + n, initcap(words), replace(words, ' ', '-') || '-' || n, 'P' || n, 'A ' || words || ' to keep.',
       'Made of ' || material || CASE WHEN n % 2 = 0 THEN ' for every household' ELSE ' with great care' END
           || ', by people who know their ' || noun || 's. '
           || repeat('It lasts, it can be mended, and it ages well. ', 4),
       category_id, brand_id, price, CASE WHEN pg_temp.draw(n, 5, 8) = 0 THEN price + price / 4 END,
       lower(concat_ws(' ', (SELECT name FROM brand WHERE id = brand_id),
                            (SELECT name FROM category WHERE id = category_id))),
       'active', now() - make_interval(hours => pg_temp.draw(n, 6, 26000)),
       CASE WHEN n % 3 = 0 THEN 0 ELSE 2.5 + pg_temp.draw(n, 7, 26) / 10.0 END,
       CASE WHEN n % 3 = 0 THEN 0 ELSE 1 + n % 8 END,
       pg_temp.rare(n, 8, 20000), now(), now()
FROM (
    SELECT n, concat_ws(' ', ($3::text[])[1 + pg_temp.rare(n, 1, cardinality($3))], material, noun,
                        ($6::text[])[1 + pg_temp.draw(n, 9, 16)] || ($6::text[])[1 + pg_temp.draw(n, 10, 16)]
                            || ($6::text[])[1 + pg_temp.draw(n, 11, 16)]) AS words,
           material, noun, ($7::bigint[])[1 + pg_temp.rare(n, 3, cardinality($7))] AS category_id,
           (SELECT id FROM brand WHERE slug = 'maker-' || 1 + pg_temp.rare(n, 4, $8::int)) AS brand_id,
           5 + pg_temp.rare(n, 12, 90000) / 100.0 AS price
    FROM (SELECT n, ($4::text[])[1 + pg_temp.rare(n, 2, cardinality($4))] AS material,
                 ($5::text[])[1 + pg_temp.draw(n, 13, cardinality($5))] AS noun
          FROM generate_series($1::bigint, $1 + $9::bigint - 1) n) named
) drawn
"""
# 1 variant for two of five products, 3 colours for as many, 3 colours in 3 sizes for the rest.
ADD_VARIANTS = """
INSERT INTO product_variant (id, product_id, sku, variant_name, variant_value, options, price_adjustment, position,
                             created_at, updated_at)
SELECT ($2 + n) * 10 + k, $2 + n, 'V' || n || '-' || k,
       CASE n % 5 WHEN 0 THEN '' WHEN 1 THEN '' WHEN 2 THEN 'Colour / Size' ELSE 'Colour' END,
       CASE n % 5 WHEN 0 THEN '' WHEN 1 THEN '' WHEN 2 THEN colour || ' / ' || size ELSE colour END,
       CASE n % 5 WHEN 0 THEN '{}' WHEN 1 THEN '{}' WHEN 2 THEN jsonb_build_object('Colour', colour, 'Size', size)
                  ELSE jsonb_build_object('Colour', colour) END,
       CASE WHEN n % 5 = 2 THEN k % 3 * 2 ELSE 0 END, k, now(), now()
FROM (SELECT n, k,
             ($3::text[])[1 + (pg_temp.rare(n, 20, 10) + k / CASE WHEN n % 5 = 2 THEN 3 ELSE 1 END) % 10] AS colour,
             ($4::text[])[1 + (n + k) % 3 + n % 2] AS size
      FROM generate_series($1::bigint, $1 + $5::bigint - 1) n,
           generate_series(0, CASE n % 5 WHEN 0 THEN 0 WHEN 1 THEN 0 WHEN 2 THEN 8 ELSE 2 END) k) made
"""
ADD_STOCK = """
INSERT INTO inventory (product_id, variant_id, quantity, created_at, updated_at)
SELECT product_id, id, CASE pg_temp.draw(id, 30, 12) WHEN 0 THEN 0 WHEN 1 THEN 3 ELSE 25 END, now(), now()
FROM product_variant WHERE product_id >= $1 AND product_id < $1 + $2::bigint
"""
ADD_PICTURES = """
INSERT INTO product_image (product_id, image_url, alt, is_primary, position, width, height, widths,
                           created_at, updated_at)
SELECT p, ($3::text[])[1 + (p + k * 7) % cardinality($3)], 'Seen from the side', k = 0, k, 640, 640, '{320,480,640}',
       now(), now()
FROM generate_series($1::bigint, $1 + $2::bigint - 1) p, generate_series(0, (p % 3)::int) k
"""
# What is struck through was asked for half of its time.
ADD_PRICES = """
INSERT INTO price_history (product_id, variant_id, price, compare_at_price, price_adjustment, valid_from)
SELECT id, NULL::bigint, coalesce(compare_at_price, price), NULL::numeric, NULL::numeric, published_at
FROM product WHERE id >= $1 AND id < $1 + $2::bigint
UNION ALL
SELECT id, NULL, price, compare_at_price, NULL, published_at + (now() - published_at) / 2
FROM product WHERE id >= $1 AND id < $1 + $2::bigint AND compare_at_price IS NOT NULL
UNION ALL
SELECT p.id, v.id, NULL, NULL, v.price_adjustment, p.published_at
FROM product p JOIN product_variant v ON v.product_id = p.id
WHERE p.id >= $1 AND p.id < $1 + $2::bigint AND p.compare_at_price IS NOT NULL
"""
ADD_REVIEWS = """
INSERT INTO review (product_id, user_id, rating, comment, status, created_at, updated_at)
SELECT p, ($3::bigint[])[1 + (p + k * 13) % cardinality($3)], 3 + (p + k) % 3, 'Does what it should, and looks well.',
       'approved', now() - make_interval(days => k * 9), now()
FROM generate_series($1::bigint, $1 + $2::bigint - 1) p, generate_series(1, (1 + (p - $4) % 8)::int) k
WHERE (p - $4) % 3 <> 0
"""
SLOW_INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(c.oid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = 'product'::regclass AND a.amname = 'gin'
"""
WORDS = "REFRESH MATERIALIZED VIEW search_word"
FILL_LISTS = "shop_fill_listing"


async def load(database: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
    """Add `count` products to a demo shop. Needs the database's owner."""
    await database.execute(
        "SET session_replication_role = replica; SET app.bulk_load = 'on'; SET app.listing_later = 'on';"
        " SET synchronous_commit = off;"
        f"SET maintenance_work_mem = '512MB'; SET statement_timeout = 0; {DRAW}"
    )
    await database.execute(ADD_BRANDS, BRANDS)
    await database.execute(ADD_COLOURS, COLOURS)
    shelves = await database.fetchval(SHELVES)
    shoppers = await database.fetchval("SELECT array_agg(id) FROM (SELECT id FROM users ORDER BY id LIMIT 200) u")
    indexes = await database.fetch(SLOW_INDEXES)
    for index in indexes:
        await database.execute(f'DROP INDEX "{index["name"]}"')
    bar = Bar(count)
    for first in range(1, count + 1, BATCH):
        size = min(BATCH, count + 1 - first)
        ids = FIRST + first, size
        words = ADJECTIVES, MATERIALS, NOUNS, SYLLABLES
        async with database.transaction():
            await database.execute(ADD_PRODUCTS, first, FIRST, *words, shelves, BRANDS, size)
            await database.execute(ADD_VARIANTS, first, FIRST, COLOURS, SIZES, size)
            await database.execute(ADD_STOCK, *ids)
            await database.execute(ADD_PICTURES, *ids, pictures())
            await database.execute(ADD_PRICES, *ids)
            await database.execute(ADD_REVIEWS, *ids, shoppers, FIRST)
        bar.show(first + size - 1)
    bar.end()
    for index in indexes:
        say(f"index {index['name']}")
        await database.execute(index["made"])
    say("statistics")
    await database.execute("ANALYZE")
    if await database.fetchval("SELECT to_regproc($1) IS NOT NULL", FILL_LISTS):
        say("lists")
        await database.execute(f"SELECT {FILL_LISTS}()")
    say("words")
    await database.execute(WORDS)
    await database.execute("INSERT INTO catalogue_change DEFAULT VALUES; RESET ALL")
    say("statistics, once more")
    await database.execute("VACUUM ANALYZE")


def pictures() -> list[str]:
    """Addresses of the demo's pictures, in their widest form."""
    return sorted(f"{PREFIX}img/products/{path.name}" for path in (ROOT / "static/img/products").glob("*-640.webp"))


class Bar:
    """How far it is and how long it will take, on one line of the terminal."""

    def __init__(self, whole: int) -> None:
        self._whole = whole
        self._began = time.monotonic()

    def show(self, done: int) -> None:
        filled = 40 * done // self._whole
        left = (time.monotonic() - self._began) * (self._whole - done) / done
        line = f"[{'#' * filled:<40}] {done:>9,} of {self._whole:,} products, {left:4.0f} s left"
        print(f"\r{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        print(f"  ({time.monotonic() - self._began:.0f} s)", file=sys.stderr, flush=True)


def say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)
