"""The demo's departments and what lies below them. One category is empty, as they are in real shops."""

from app.adapters.db.demo.records import DemoCategory

DEPARTMENTS: tuple[DemoCategory, ...] = (
    DemoCategory(
        "Electronics",
        "electronics",
        "Things with a plug or a battery, chosen for how long they can be repaired.",
        (
            DemoCategory(
                "Audio",
                "audio",
                "Headphones, speakers and radios, chosen for how they sound at low volume as much as at high.",
                old_slug="sound",
            ),
            DemoCategory("Computers", "computers", "Laptops, screens and what lies on the desk before them."),
            DemoCategory("Phones & power", "phones-and-power", "Phones that get updates, and the current for them."),
            DemoCategory("Cameras", "cameras", "Cameras that make one want to go outside."),
        ),
        wide_picture="wide-electronics-sage",
    ),
    DemoCategory(
        "Lighting",
        "lighting",
        "Lamps that put light where it is needed and are pleasant to look at when they are off.",
        (
            DemoCategory("Table & desk lamps", "table-lamps", "Light for a bedside, a sideboard or a desk."),
            DemoCategory("Pendant lamps", "pendant-lamps", "Light from above, for the table below."),
            DemoCategory("Candles", "candles", "Clean-burning candles, with a scent or without."),
        ),
    ),
    DemoCategory(
        "Kitchen",
        "kitchen",
        "Tools and tableware for daily use, made to be washed up a few thousand times.",
        (
            DemoCategory("Tableware", "tableware", "Stoneware for every day, and for guests."),
            DemoCategory("Cookware", "cookware", "Pans that outlive their recipes."),
            DemoCategory("Tea & coffee", "tea-and-coffee", "Pots and kettles that pour without a drip."),
            DemoCategory("Flasks", "flasks", "Hot or cold, a day long."),
        ),
        wide_picture="wide-kitchen-sage",
    ),
    DemoCategory(
        "Living",
        "living",
        "Furniture, textiles and small things for the room, delivered assembled or with one hex key.",
        (
            DemoCategory(
                "Furniture",
                "furniture",
                "Solid pieces that can be repaired and passed on.",
                (
                    DemoCategory("Seating", "seating", "Stools, chairs and armchairs."),
                    DemoCategory("Tables & shelves", "tables-and-shelves", "For putting things on, level and sturdy."),
                    DemoCategory("Garden furniture", "garden-furniture", "Comes back with the spring."),
                ),
            ),
            DemoCategory("Textiles", "textiles", "Linen, wool and feathers."),
            DemoCategory("Decoration", "decoration", "Clocks, vases and other quiet company."),
        ),
    ),
    DemoCategory(
        "Carry",
        "carry",
        "Bags, and what goes into them.",
        (
            DemoCategory("Bags", "bags", "For the market, the office and the hills."),
            DemoCategory("Umbrellas", "umbrellas", "For the way there, in any weather."),
            DemoCategory("Stationery", "stationery", "Paper that takes ink."),
        ),
        wide_picture="wide-carry-sky",
    ),
    DemoCategory(
        "Fashion",
        "fashion",
        "A few good pieces, most of them from workshops we have visited.",
        (
            DemoCategory("Clothing", "clothing", "Cotton and wool, cut to last."),
            DemoCategory("Accessories", "accessories", "Caps, belts and sunglasses."),
            DemoCategory("Watches & jewellery", "watches-and-jewellery", "Small things that are worn every day."),
        ),
    ),
    DemoCategory(
        "Care",
        "care",
        "For skin, hands and the bathroom cabinet, with the full list of ingredients on every box.",
        (
            DemoCategory("Skin & bath", "skin-and-bath", "Creams and soaps in vessels that can be refilled."),
            DemoCategory("Fragrance & make-up", "fragrance-and-make-up", "Light scents and quiet colours."),
            DemoCategory("Health", "health", "What belongs in every household."),
        ),
        wide_picture="wide-care-rose",
    ),
    DemoCategory(
        "Play",
        "play",
        "Sport and toys, for the floor, the park and the road.",
        (
            DemoCategory("Sport", "sport", "Equipment that is still good next year."),
            DemoCategory("Toys", "toys", "Wooden toys with rounded edges."),
        ),
        wide_picture="wide-play-clay",
    ),
    DemoCategory(
        "Pantry & pets",
        "pantry-and-pets",
        "Coffee, honey and something for the dog.",
        (
            DemoCategory("Groceries", "groceries", "From people we know by name."),
            DemoCategory("Pets", "pets", "Bowls and more for those who do not read this."),
        ),
    ),
)
