"""Rows for tests. Each call makes what it needs, commits, and returns the stored row; names count up."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables import Product, Role

_numbers = itertools.count(1)
YESTERDAY = timedelta(days=1)


async def make_user(**values: Any) -> asyncpg.Record:
    """A customer without a password whose address is proven."""
    number = next(_numbers)
    given = {
        "role_id": Role.CUSTOMER,
        "email": f"user{number}@shop.example",
        "email_verified_at": datetime.now(UTC) - YESTERDAY,
    }
    if values.get("two_factor_enabled"):
        given["two_factor_secret"] = "sealed"
    return await insert("users", **given | values)


async def make_category(**values: Any) -> asyncpg.Record:
    number = next(_numbers)
    return await insert("category", **{"name": f"Category {number}", "slug": f"category-{number}"} | values)


async def make_product(
    *, price: Decimal | str = "10.00", stock: int | None = 10, published: bool = True, **values: Any
) -> asyncpg.Record:
    """A published product with one variant and `stock` units of it; no variant at all when stock is None."""
    number = next(_numbers)
    if "category_id" not in values:
        values["category_id"] = (await make_category())["id"]
    product = await insert(
        "product",
        **{
            "name": f"Product {number}",
            "slug": f"product-{number}",
            "description": "A useful thing.",
            "price": Decimal(price),
            "status": "active" if published else "draft",
            "published_at": datetime.now(UTC) - YESTERDAY if published else None,
        }
        | values,
    )
    if stock is not None:
        await make_variant(product, stock=stock)
    return product


async def make_variant(
    product: asyncpg.Record, *, stock: int = 10, options: dict[str, str] | None = None, **values: Any
) -> asyncpg.Record:
    """One more thing to buy of `product`, with its inventory row."""
    options = options or {}
    variant = await insert(
        "product_variant",
        **{
            "product_id": product["id"],
            "sku": f"SKU-{next(_numbers)}",
            "variant_name": " / ".join(options),
            "variant_value": " / ".join(options.values()),
            "options": json.dumps(options),
        }
        | values,
    )
    await insert("inventory", product_id=product["id"], variant_id=variant["id"], quantity=stock)
    return variant


async def make_image(product: asyncpg.Record, **values: Any) -> asyncpg.Record:
    return await insert(
        "product_image",
        **{
            "product_id": product["id"],
            "image_url": f"/media/{next(_numbers)}.webp",
            "alt": product["name"],
            "is_primary": True,
            "width": 600,
            "height": 600,
        }
        | values,
    )


async def make_flash_sale(
    *products: asyncpg.Record,
    price: Decimal | str = "8.00",
    cap: int = 10,
    sold: int = 0,
    begins: timedelta = -YESTERDAY,
    ends: timedelta = YESTERDAY,
    **values: Any,
) -> asyncpg.Record:
    """A flash sale of these products at one price; `begins` and `ends` count from now."""
    now = datetime.now(UTC)
    sale = await insert(
        "flash_sale",
        **{"name": f"Sale {next(_numbers)}", "starts_at": now + begins, "ends_at": now + ends} | values,
    )
    for product in products:
        await insert(
            "flash_sale_item",
            flash_sale_id=sale["id"],
            product_id=product["id"],
            price=Decimal(price),
            stock_cap=cap,
            sold=sold,
        )
    return sale


async def make_flash_item(product: asyncpg.Record, **values: Any) -> asyncpg.Record:
    """The product's item in a flash sale of its own; `values` are those of `make_flash_sale`."""
    sale = await make_flash_sale(product, **values)
    item = await db().fetchrow("SELECT * FROM flash_sale_item WHERE flash_sale_id = $1", sale["id"])
    assert item is not None
    return item


async def make_review(product: asyncpg.Record, *, rating: int = 5, **values: Any) -> asyncpg.Record:
    """An approved review by somebody new, Ada Lovelace unless told otherwise."""
    names = {"first_name": values.pop("first_name", "Ada"), "last_name": values.pop("last_name", "Lovelace")}
    user = await make_user(**names)
    return await insert(
        "review",
        **{
            "product_id": product["id"],
            "user_id": user["id"],
            "rating": rating,
            "comment": "Good.",
            "status": "approved",
        }
        | values,
    )


async def variant_of(product: asyncpg.Record) -> asyncpg.Record:
    """The product's first variant."""
    row = await db().fetchrow("SELECT * FROM product_variant WHERE product_id = $1 ORDER BY id LIMIT 1", product["id"])
    assert row is not None
    return row


async def stock_of(product: asyncpg.Record) -> tuple[int, int, int]:
    """(on hand, reserved, available), summed over the product's variants."""
    row = await db().fetchrow(
        "SELECT sum(quantity)::int, sum(reserved)::int, sum(available)::int FROM inventory WHERE product_id = $1",
        product["id"],
    )
    assert row is not None
    return row[0], row[1], row[2]


async def make_cart(**values: Any) -> asyncpg.Record:
    """An active guest cart whose token hash counts up, unless a user or a hash is given."""
    return await insert("cart", **{"token_hash": f"{next(_numbers):064x}"} | values)


async def make_cart_item(cart: asyncpg.Record, variant: asyncpg.Record, **values: Any) -> asyncpg.Record:
    return await insert(
        "cart_item",
        **{
            "cart_id": cart["id"],
            "product_id": variant["product_id"],
            "variant_id": variant["id"],
            "quantity": 1,
            "unit_price": Decimal("10.00"),
        }
        | values,
    )


async def make_order(**values: Any) -> asyncpg.Record:
    """A pending order over 10.00 from a completed cart, without lines."""
    if "cart_id" not in values:
        values["cart_id"] = (await make_cart(status="completed"))["id"]
    return await insert(
        "orders",
        **{
            "number": f"T{next(_numbers)}",
            "subtotal": Decimal("10.00"),
            "total_price": Decimal("10.00"),
            "email": "buyer@shop.example",
            "full_name": "Bo Buyer",
        }
        | values,
    )


async def make_shipping_method(**values: Any) -> asyncpg.Record:
    number = next(_numbers)
    return await insert(
        "shipping_method",
        **{
            "code": f"method-{number}",
            "name": f"Method {number}",
            "price": Decimal("5.00"),
            "min_days": 2,
            "max_days": 4,
        }
        | values,
    )


async def make_tax_rate(country: str, rate: Decimal | str) -> asyncpg.Record:
    return await insert("tax_rate", country=country, name="Tax", rate=Decimal(rate))


async def insert(table: str, **values: Any) -> asyncpg.Record:
    """One committed row of any table; the columns left out take the database's defaults."""
    columns = ", ".join(f'"{column}"' for column in values)
    places = ", ".join(f"${position}" for position in range(1, len(values) + 1))
    sql = f'INSERT INTO "{table}" ({columns}) VALUES ({places}) RETURNING *'
    if db().transaction_here() is not None:
        row = await db().fetchrow(sql, *values.values())
    else:
        async with db().transaction():
            row = await db().fetchrow(sql, *values.values())
    assert row is not None
    return row


def db() -> ShopEngine:
    return engine_of(Product)
