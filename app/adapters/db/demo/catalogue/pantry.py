"""Pantry and pets."""

from app.adapters.db.demo.records import DemoProduct

PANTRY: tuple[DemoProduct, ...] = (
    DemoProduct(
        "groceries",
        "Rist house coffee",
        "RI-COFFEE",
        "coffee",
        "12.80",
        "250 g of whole beans from two cooperatives, roasted every Tuesday.",
        "The clay bag is a medium roast for filter and tastes of cocoa and plum; the ink bag is darker and meant"
        " for espresso. The roasting date is stamped on the back. It is best between one and eight weeks after"
        " that day.",
        ("Clay", "Ink"),
        (95, 88),
        brand="Rist",
        details={"weight": "250", "height": "22", "made-in": "Germany"},
        sold=724,
        stars=(1, 2, 4, 11, 19),
        age=280,
    ),
    DemoProduct(
        "groceries",
        "Hede heather honey",
        "HE-HONEY",
        "honey",
        "13.50",
        "A jar of late heather honey, 350 g, with a dipper of beech.",
        "It comes from forty hives on one heath and is stirred, not heated. Heather honey sets like a jelly and"
        " turns liquid again when it is stirred. Not for children under one year.",
        ("Honey",),
        (41,),
        brand="Hede",
        details={"weight": "560", "height": "11", "made-in": "Germany"},
        sold=198,
        stars=(0, 0, 2, 4, 9),
        age=45,
        seller="silas",
    ),
    DemoProduct(
        "pets",
        "Pelle pet bowl",
        "PE-BOWL",
        "petbowl",
        "29.00",
        "A heavy stoneware bowl that stays where it is put.",
        "The foot is ringed with rubber and the rim leans inwards, so less lands beside it. It holds 0.7 litres,"
        " enough for a dog of 20 kg or two cats who agree. The food in the picture is not included.",
        ("Sage", "Rose"),
        (28, 24),
        brand="Pelle",
        details={
            "material": ("Stoneware", "Rubber"),
            "weight": "1150",
            "width": "20",
            "capacity": "0.7",
            "dishwasher-safe": True,
            "made-in": "Portugal",
        },
        sold=151,
        stars=(0, 1, 1, 5, 9),
        age=125,
    ),
)
