"""What two sellers have: one row each in every table of their desk, and an order with lines of both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import asyncpg

from app.backoffice.seller_desks import SELLER_DESKS
from tests import factories
from tests.factories import insert

TABLES = tuple(desk.table._meta.tablename for desk in SELLER_DESKS)
SHARED = frozenset({"category", "brand", "attribute"})
"""The same for all sellers."""
HOUSE = "Zq0x"
"""Stands in what the house sells itself, which is no seller's."""
PRICE = Decimal("10.00")


@dataclass
class Wares:
    """Table to the ids of the rows that are this seller's; `mark` stands in every text of them."""

    mark: str
    ids: dict[str, list[int]] = field(default_factory=dict)

    def one(self, table: str) -> int:
        return self.ids[table][0]


async def wares_of(sellers: Sequence[asyncpg.Record]) -> list[Wares]:
    category = await factories.make_category(name="Kitchen")
    brand = await insert("brand", name="Tarn", slug="tarn")
    attribute = await insert("attribute", name="Material", code="material")
    shared = {"category": [category["id"]], "brand": [brand["id"]], "attribute": [attribute["id"]]}
    both = await factories.make_order(number="BOTH-1")
    await factories.make_product(name=f"{HOUSE} mug", sku=HOUSE, summary=HOUSE, category_id=category["id"])
    return [await _wares(seller, f"Zq{number}x", shared, both) for number, seller in enumerate(sellers, 1)]


async def _wares(seller: asyncpg.Record, mark: str, shared: dict[str, list[int]], both: asyncpg.Record) -> Wares:
    product = await factories.make_product(
        name=f"{mark} mug",
        slug=f"{mark.lower()}-mug",
        sku=f"{mark}-M",
        summary=mark,
        category_id=shared["category"][0],
        brand_id=shared["brand"][0],
        seller_id=seller["id"],
        stock=None,
    )
    variant = await factories.make_variant(product, sku=f"{mark}-V", options={"Colour": mark})
    image = await factories.make_image(product, alt=mark, image_url=f"/media/{mark}.webp")
    of_product: dict[str, Any] = {"product_id": product["id"]}
    uploaded = await insert("picture_upload", **of_product, file_key=f"incoming/{seller['id']:032x}", alt=mark)
    has = await insert(
        "product_attribute", **of_product, attribute_id=shared["attribute"][0], text_value=f"{mark} clay"
    )
    buyer = await factories.make_user()
    review = await factories.make_review(product, comment=mark, user_id=buyer["id"])
    alone = await factories.make_order(number=f"{mark}-1", email=f"{mark}@buyer.example")
    lines = [
        await insert(
            "order_item",
            order_id=order["id"],
            seller_id=seller["id"],
            variant_id=variant["id"],
            product_name=product["name"],
            sku=variant["sku"],
            unit_price=PRICE,
            total_price=PRICE,
            position=seller["id"],
            **of_product,
        )
        for order in (alone, both)
    ]
    ids = {
        "product": [product["id"]],
        "product_variant": [variant["id"]],
        "product_image": [image["id"]],
        "picture_upload": [uploaded["id"]],
        "product_attribute": [has["id"]],
        "review": [review["id"]],
        "orders": [alone["id"], both["id"]],
        "order_item": [line["id"] for line in lines],
        **shared,
    }
    for table in ("inventory", "stock_movement", "price_history"):
        rows = await factories.db().fetch(f"SELECT id FROM {table} WHERE product_id = $1 ORDER BY id", product["id"])
        ids[table] = [row["id"] for row in rows]
    assert set(ids) == set(TABLES)
    return Wares(mark, ids)
