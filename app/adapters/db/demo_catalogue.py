"""What the demo shop sells. The brands are invented; prices are in the shop's own currency.

A product's pictures are `<picture>-<colour>-<width>.webp`. Its variants are every colour with every size, in that
order, and `stock` has one number for each of them.
"""

from dataclasses import dataclass
from enum import StrEnum

PICTURE_WIDTHS = (320, 480, 640)

DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("Audio", "Headphones, speakers and radios, chosen for how they sound at low volume as much as at high."),
    ("Lighting", "Lamps that put light where it is needed and are pleasant to look at when they are off."),
    ("Kitchen", "Tools and tableware for daily use, made to be washed up a few thousand times."),
    ("Furniture", "Seats, tables and small things for the room, delivered assembled or with one hex key."),
    ("Carry", "Bags, and what goes into them or on top of them."),
)

SHOWN_ON_PICTURES = {
    "phones": "Over-ear headphones",
    "speaker": "Bookshelf speaker",
    "earbuds": "Earbuds in their case",
    "radio": "Table radio",
    "lamp": "Table lamp",
    "desklamp": "Desk lamp",
    "pendant": "Pendant lamp",
    "candle": "Candle in a jar",
    "mug": "Mug",
    "teapot": "Teapot",
    "kettle": "Kettle",
    "pan": "Pan",
    "thermos": "Vacuum flask",
    "bowl": "Bowl",
    "stool": "Stool",
    "chair": "Chair",
    "table": "Side table",
    "clock": "Clock",
    "vase": "Vase",
    "cushion": "Cushion",
    "tote": "Tote bag",
    "backpack": "Backpack",
    "umbrella": "Umbrella",
    "cap": "Cap",
    "watch": "Wristwatch",
    "sunglasses": "Sunglasses",
    "notebook": "Notebook",
}


class Stage(StrEnum):
    """How far a product has come when the demo begins."""

    ON_SALE = "on sale"
    ARCHIVED = "archived"
    DRAFT = "draft"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Sizes:
    """A second option beside the colour: its name, and what each of its values adds to the price."""

    name: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """`age` is in days since it was published; `rating` is the mean of `ratings` reviews."""

    department: str
    name: str
    sku: str
    picture: str
    price: str
    text: str
    colours: tuple[str, ...]
    stock: tuple[int, ...]
    sizes: Sizes | None = None
    earlier_price: str | None = None
    sold: int = 0
    rating: str = "0.00"
    ratings: int = 0
    age: int = 90
    by_seller: bool = False
    stage: Stage = Stage.ON_SALE


AUDIO = (
    DemoProduct(
        "Audio",
        "Norrvik Hush headphones",
        "NV-HUSH",
        "phones",
        "249.00",
        "Closed over-ear headphones with noise cancelling that takes away engines and fans, and lets speech through at"
        " the press of a button. They run 34 hours on a charge and take a cable when it is empty. The ear pads come off"
        " without tools and are sold separately.",
        ("Ink", "Sand", "Sage"),
        (24, 11, 4),
        earlier_price="299.00",
        sold=412,
        rating="4.62",
        ratings=187,
        age=210,
    ),
    DemoProduct(
        "Audio",
        "Norrvik Commute headphones",
        "NV-COMM",
        "phones",
        "89.00",
        "Light headphones on a folding steel band, 178 g in all. They stay connected to two devices, so that a call on"
        " the phone interrupts the music on the laptop. No noise cancelling.",
        ("Sky", "Rose"),
        (38, 0),
        sold=155,
        rating="4.10",
        ratings=64,
        age=120,
    ),
    DemoProduct(
        "Audio",
        "Halden One bookshelf speakers",
        "HA-ONE",
        "speaker",
        "1290.00",
        "A pair of two-way speakers, 21 cm wide and 36 cm high, with a 16 cm paper cone and a silk dome. They want an"
        " amplifier of 30 to 120 watts and a hand's width of air behind them. The veneer of each pair is cut from one"
        " sheet.",
        ("Clay", "Ink"),
        (6, 2),
        sold=38,
        rating="4.84",
        ratings=21,
        age=320,
    ),
    DemoProduct(
        "Audio",
        "Halden Shelf speaker",
        "HA-SHELF",
        "speaker",
        "179.00",
        "One powered speaker for a kitchen or a study, with Bluetooth and a jack for anything older. Two of them find"
        " each other and play in stereo.",
        ("Sand", "Sage", "Sky"),
        (15, 9, 22),
        sold=231,
        rating="4.35",
        ratings=98,
        age=75,
    ),
    DemoProduct(
        "Audio",
        "Norrvik Pebble earbuds",
        "NV-PEB",
        "earbuds",
        "119.00",
        "Earbuds that weigh five grams each and stay in on a run. Seven hours of playing, and three more charges in the"
        " case. Four sizes of silicone tips are in the box.",
        ("Ink", "Rose", "Sky", "Sand"),
        (60, 31, 44, 18),
        earlier_price="139.00",
        sold=690,
        rating="4.21",
        ratings=301,
        age=45,
    ),
    DemoProduct(
        "Audio",
        "Ebba table radio",
        "EB-RADIO",
        "radio",
        "159.00",
        "FM, DAB+ and a dial that clicks. The beech cabinet gives a single speaker more body than its size suggests,"
        " and six AA cells keep it going in the garden for two weeks of evenings.",
        ("Clay", "Sage"),
        (13, 5),
        sold=87,
        rating="4.55",
        ratings=42,
        age=12,
        by_seller=True,
    ),
    DemoProduct(
        "Audio",
        "Norrvik Tour headphones",
        "NV-TOUR",
        "phones",
        "199.00",
        "The model before Hush: the same ear pads, 22 hours on a charge and an older noise cancelling. No longer made.",
        ("Clay",),
        (0,),
        sold=1204,
        rating="4.40",
        ratings=512,
        age=900,
        stage=Stage.ARCHIVED,
    ),
)

LIGHTING = (
    DemoProduct(
        "Lighting",
        "Lumen & Moss Dune lamp",
        "LM-DUNE",
        "lamp",
        "128.00",
        "A table lamp with a pleated linen shade on a turned ash foot. It takes any E27 bulb up to 60 watts and comes"
        " with a warm 6-watt one. The switch is on the foot, where a hand finds it in the dark.",
        ("Sand", "Clay", "Rose"),
        (17, 8, 3),
        sold=268,
        rating="4.71",
        ratings=119,
        age=160,
    ),
    DemoProduct(
        "Lighting",
        "Lumen & Moss Dusk lamp",
        "LM-DUSK",
        "lamp",
        "64.00",
        "The small one for a bedside: 28 cm high, dimmed by touching the foot. Three steps of light, the lowest just"
        " enough to find a glass of water.",
        ("Ink", "Sky", "Sage"),
        (29, 12, 26),
        earlier_price="79.00",
        sold=341,
        rating="4.28",
        ratings=133,
        age=60,
    ),
    DemoProduct(
        "Lighting",
        "Arkitekt 3 desk lamp",
        "AR-3",
        "desklamp",
        "189.00",
        "Two arms balanced by springs hold the head wherever it is left. The light has a colour rendering of 95, so"
        " that blue and black thread can be told apart. Clamp and foot are both in the box.",
        ("Ink", "Sage", "Clay"),
        (14, 7, 1),
        sold=196,
        rating="4.80",
        ratings=88,
        age=400,
    ),
    DemoProduct(
        "Lighting",
        "Skagen pendant",
        "SK-PEND",
        "pendant",
        "215.00",
        "Spun aluminium, white inside whatever the colour outside, which throws the light down and a little of it back"
        " to the ceiling. The textile cable is cut to length when it is hung.",
        ("Ink", "Sky", "Sand"),
        (9, 6, 8, 0, 4, 5),
        sizes=Sizes("Diameter", {"28 cm": "0.00", "42 cm": "90.00"}),
        sold=74,
        rating="4.46",
        ratings=31,
        age=25,
    ),
    DemoProduct(
        "Lighting",
        "Fyr candle",
        "FY-CAND",
        "candle",
        "18.50",
        "Rapeseed wax with a cotton wick, poured into a glass that is a good size for drinking from afterwards. Burns"
        " for 40 hours. Cedar and smoke in clay, fig leaf in sage, nothing at all in sand.",
        ("Clay", "Sage", "Sand"),
        (80, 64, 52),
        sold=903,
        rating="4.05",
        ratings=240,
        age=140,
        by_seller=True,
    ),
)

KITCHEN = (
    DemoProduct(
        "Kitchen",
        "Kiln Street mug",
        "KS-MUG",
        "mug",
        "14.00",
        "Stoneware that holds 330 ml and heat. The handle takes three fingers, the foot is left unglazed and sanded"
        " smooth. Fit for dishwasher, oven and microwave.",
        ("Ink", "Sand", "Clay", "Sage", "Sky", "Rose"),
        (120, 86, 44, 97, 61, 5),
        sold=1840,
        rating="4.66",
        ratings=523,
        age=500,
    ),
    DemoProduct(
        "Kitchen",
        "Kiln Street teapot",
        "KS-TEAPOT",
        "teapot",
        "58.00",
        "Pours 1.1 litres without a drip, which took eleven trials of the spout. The lid locks when the pot is tilted,"
        " and the steel sieve is wide enough for whole leaves.",
        ("Sage", "Ink"),
        (19, 23),
        sold=207,
        rating="4.73",
        ratings=92,
        age=500,
    ),
    DemoProduct(
        "Kitchen",
        "Kiln Street bowl",
        "KS-BOWL",
        "bowl",
        "16.00",
        "For soup, cereal or rice, from the same clay as the mug and stackable to a dozen. The large one carries a"
        " salad for four.",
        ("Sand", "Sky"),
        (70, 24, 58, 16),
        sizes=Sizes("Size", {"15 cm": "0.00", "24 cm": "22.00"}),
        sold=766,
        rating="4.50",
        ratings=201,
        age=480,
    ),
    DemoProduct(
        "Kitchen",
        "Ferrum frying pan",
        "FE-PAN",
        "pan",
        "72.00",
        "Bare carbon steel, 2.5 mm thick, with a handle of the same steel riveted on. It comes with a coat of beeswax"
        " to wash off and needs oil and heat before its first egg. Works on every hob and in the oven.",
        ("Ink",),
        (33, 27, 0),
        sizes=Sizes("Diameter", {"24 cm": "0.00", "28 cm": "14.00", "32 cm": "30.00"}),
        sold=388,
        rating="4.58",
        ratings=174,
        age=220,
    ),
    DemoProduct(
        "Kitchen",
        "Ferrum gooseneck kettle",
        "FE-KETTLE",
        "kettle",
        "94.00",
        "A narrow spout for slow pouring, a thermometer in the lid, and a base that keeps any of five temperatures for"
        " half an hour. Holds 900 ml and boils it in four minutes.",
        ("Sand", "Ink"),
        (0, 0),
        earlier_price="109.00",
        sold=519,
        rating="4.39",
        ratings=208,
        age=180,
    ),
    DemoProduct(
        "Kitchen",
        "Tarn flask",
        "TA-FLASK",
        "thermos",
        "34.00",
        "Double-walled steel with a cup for a lid. Tea poured in at seven is still too hot to drink at nine and warm at"
        " six. The seal can be taken out and boiled.",
        ("Sky", "Rose", "Ink"),
        (41, 33, 20, 14, 52, 28),
        sizes=Sizes("Volume", {"0.5 l": "0.00", "0.75 l": "6.00"}),
        sold=980,
        rating="4.44",
        ratings=260,
        age=300,
    ),
    DemoProduct(
        "Kitchen",
        "Kiln Street espresso cup",
        "KS-ESP",
        "mug",
        "9.50",
        "80 ml, thick at the rim and without a handle. A tray of test glazes is being fired; photographs follow.",
        ("Rose",),
        (40,),
        stage=Stage.DRAFT,
    ),
)

FURNITURE = (
    DemoProduct(
        "Furniture",
        "Otto stool",
        "OT-STOOL",
        "stool",
        "89.00",
        "Three ash legs wedged through a round seat, no screws, no glue that can give. It carries 150 kg and stacks"
        " five high.",
        ("Sand", "Sage", "Clay"),
        (21, 10, 16),
        sold=322,
        rating="4.61",
        ratings=110,
        age=260,
    ),
    DemoProduct(
        "Furniture",
        "Otto chair",
        "OT-CHAIR",
        "chair",
        "320.00",
        "A dining chair that is comfortable through the third course: a seat hollowed by hand and a back that gives a"
        " little. Sold singly, delivered in one piece.",
        ("Sand", "Ink"),
        (12, 8),
        earlier_price="360.00",
        sold=141,
        rating="4.77",
        ratings=56,
        age=260,
    ),
    DemoProduct(
        "Furniture",
        "Otto side table",
        "OT-TABLE",
        "table",
        "240.00",
        "45 cm across and as high as a sofa's arm. The top is solid and oiled, so a ring left by a glass can be sanded"
        " away; a sheet of the right paper is taped below.",
        ("Clay", "Sand"),
        (0, 0),
        sold=97,
        rating="4.52",
        ratings=37,
        age=110,
    ),
    DemoProduct(
        "Furniture",
        "Noon wall clock",
        "NO-CLOCK",
        "clock",
        "76.00",
        "Silent: the hands glide and do not tick. 26 cm in diameter, one AA cell a year.",
        ("Ink", "Sky", "Rose"),
        (18, 25, 9),
        sold=264,
        rating="4.18",
        ratings=79,
        age=190,
    ),
    DemoProduct(
        "Furniture",
        "Ara vase",
        "AR-VASE",
        "vase",
        "46.00",
        "Thrown, not cast, so no two are quite the same height; most are 24 cm. Glazed inside and watertight, bare"
        " outside and pleasant to hold.",
        ("Clay", "Sage", "Rose"),
        (13, 2, 7),
        sold=119,
        rating="4.69",
        ratings=45,
        age=20,
        by_seller=True,
    ),
    DemoProduct(
        "Furniture",
        "Hollis cushion",
        "HO-CUSH",
        "cushion",
        "39.00",
        "Washed linen over duck feathers, with a zip long enough to get the filling back in. The cover is washed at"
        " 40 degrees.",
        ("Rose", "Sage", "Sky", "Sand"),
        (34, 19, 27, 12, 45, 22, 30, 17),
        sizes=Sizes("Size", {"45 x 45 cm": "0.00", "60 x 60 cm": "16.00"}),
        earlier_price="49.00",
        sold=455,
        rating="4.24",
        ratings=128,
        age=85,
    ),
    DemoProduct(
        "Furniture",
        "Otto bench",
        "OT-BENCH",
        "stool",
        "410.00",
        "The stool, drawn out to 140 cm and given a fourth leg. The first ones are drying in the workshop.",
        ("Ink",),
        (15,),
        age=-9,
        stage=Stage.SCHEDULED,
    ),
)

CARRY = (
    DemoProduct(
        "Carry",
        "Market tote",
        "MK-TOTE",
        "tote",
        "28.00",
        "Heavy organic canvas with handles long enough for the shoulder and sewn in down to the seam. It carries 15 kg"
        " and fits into its own inner pocket.",
        ("Sand", "Ink", "Sage", "Rose"),
        (90, 75, 38, 41),
        sold=1120,
        rating="4.37",
        ratings=274,
        age=350,
        by_seller=True,
    ),
    DemoProduct(
        "Carry",
        "Fell 22 backpack",
        "FL-22",
        "backpack",
        "145.00",
        "22 litres in waxed cotton, with a sleeve for a 16-inch laptop that hangs clear of the ground. The buckles are"
        " metal and can be replaced with a screwdriver.",
        ("Ink", "Clay", "Sky"),
        (16, 11, 5),
        earlier_price="170.00",
        sold=377,
        rating="4.64",
        ratings=151,
        age=130,
    ),
    DemoProduct(
        "Carry",
        "Lull umbrella",
        "LU-UMB",
        "umbrella",
        "42.00",
        "Eight fibreglass ribs that turn inside out in a gust and back again without breaking. Folds to 29 cm and"
        " weighs 340 g.",
        ("Sky", "Ink", "Rose"),
        (26, 39, 15),
        sold=289,
        rating="4.02",
        ratings=97,
        age=8,
    ),
    DemoProduct(
        "Carry",
        "Harbour cap",
        "HB-CAP",
        "cap",
        "24.00",
        "Six panels of brushed cotton and a strap of the same cloth. Fades where the sun gets at it, as it should.",
        ("Ink", "Sand", "Sky"),
        (30, 42, 35, 22, 51, 8, 12, 27, 3),
        sizes=Sizes("Size", {"S": "0.00", "M": "0.00", "L": "0.00"}),
        sold=540,
        rating="3.94",
        ratings=118,
        age=95,
    ),
    DemoProduct(
        "Carry",
        "Meridian 38 watch",
        "ME-38",
        "watch",
        "485.00",
        "A Swiss automatic movement in a 38 mm steel case, water-resistant to 100 metres. The strap changes without a"
        " tool. Regulated to within six seconds a day before it leaves the workshop.",
        ("Ink", "Sage"),
        (4, 2),
        sold=61,
        rating="4.88",
        ratings=26,
        age=28,
    ),
    DemoProduct(
        "Carry",
        "Cala sunglasses",
        "CA-SUN",
        "sunglasses",
        "98.00",
        "Acetate frames with five-barrel hinges and polarised lenses. An optician can fit them with your prescription.",
        ("Clay", "Ink", "Rose"),
        (17, 28, 6),
        sold=203,
        rating="4.31",
        ratings=71,
        age=40,
    ),
    DemoProduct(
        "Carry",
        "Folio notebook",
        "FO-NOTE",
        "notebook",
        "12.00",
        "144 pages of 100 g paper that takes fountain ink, sewn so that it lies flat. Dots or lines.",
        ("Ink", "Clay", "Sky"),
        (64, 71, 55, 40, 33, 49),
        sizes=Sizes("Ruling", {"Dotted": "0.00", "Lined": "0.00"}),
        sold=870,
        rating="4.48",
        ratings=190,
        age=310,
    ),
    DemoProduct(
        "Carry",
        "Folio pocket notebook",
        "FO-POCKET",
        "notebook",
        "3.50",
        "48 stapled pages the size of a passport. Lined on the left, blank on the right.",
        ("Sage",),
        (210,),
        sold=1350,
        rating="4.12",
        ratings=166,
        age=310,
    ),
)

CATALOGUE: tuple[DemoProduct, ...] = (*AUDIO, *LIGHTING, *KITCHEN, *FURNITURE, *CARRY)
