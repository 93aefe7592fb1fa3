"""An order after its checkout, as staff move it. Whatever they do, the books agree."""

import asyncio
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.core.checkout import Address, Buyer, PaymentMethod
from app.ports.cart import Visitor
from app.services.checkout.placement import Placement
from app.settings import Settings
from tests import factories
from tests.backoffice.test_rows import reason

ADDRESS = Address("Ada Lovelace", "12 Analytical Way", "", "Austin", "TX", "73301", "US")


@pytest_asyncio.fixture
async def shop(engine: ShopEngine, settings: Settings) -> Shop:
    shop = build_shop(settings, engine=engine, jobs=NoJobs())
    await factories.make_shipping_method(code="standard")
    return shop


@pytest_asyncio.fixture
async def product(engine: ShopEngine) -> asyncpg.Record:
    return await factories.make_product(name="Mug", price="14.00", stock=20)


async def place(shop: Shop, product: asyncpg.Record, method: PaymentMethod) -> dict[str, int]:
    """An order of two; the ids of its rows."""
    variant = await factories.variant_of(product)
    token_hash = f"{next(factories._numbers):064x}"
    cart, _ = await shop.services.cart.add(
        Visitor(token_hash), variant_id=variant["id"], slug="", options={}, quantity=2
    )
    quote = await shop.services.quotes.quote(cart, country="US", delivery_code="standard")
    placement = Placement(
        buyer=Buyer("ada@shop.example", "", ADDRESS),
        delivery_code="standard",
        payment_method=method,
        digest=quote.digest,
        key=token_hash,
        body_hash="",
        locale="en_US",
    )
    order = await shop.services.placement.place(Visitor(token_hash), placement)
    payment = await factories.db().fetchval("SELECT id FROM payment WHERE order_id = $1", order.id)
    return {"order": order.id, "payment": payment}


@pytest_asyncio.fixture
async def cash(shop: Shop, product: asyncpg.Record) -> dict[str, int]:
    return await place(shop, product, PaymentMethod.CASH_ON_DELIVERY)


@pytest_asyncio.fixture
async def transfer(shop: Shop, product: asyncpg.Record) -> dict[str, int]:
    return await place(shop, product, PaymentMethod.BANK_TRANSFER)


async def status(engine: ShopEngine, order: dict[str, int]) -> Any:
    return await engine.fetchval("SELECT status FROM orders WHERE id = $1", order["order"])


async def events(engine: ShopEngine) -> list[str]:
    return [row["kind"] for row in await engine.fetch("SELECT kind FROM order_event ORDER BY id")]


async def test_shipping_takes_the_units_off_the_shelf(admin, admin_user, cash, product, shop, engine):
    assert await factories.stock_of(product) == (20, 2, 18)
    saved = await admin("PATCH", f"orders/{cash['order']}/", {"status": "shipped"})
    assert saved.status_code == 200, saved.text
    assert await factories.stock_of(product) == (18, 0, 18)
    assert await engine.fetchval("SELECT state FROM stock_reservation") == "consumed"
    assert await engine.fetchval("SELECT shipped_at IS NOT NULL FROM shipping_info")
    moved = await engine.fetchrow("SELECT * FROM stock_movement ORDER BY id DESC LIMIT 1")
    assert (moved["reason"], moved["quantity_delta"], moved["user_id"]) == ("ship", -2, admin_user["id"])
    assert await shop.doctor.examine() == []
    assert (await admin("PATCH", f"orders/{cash['order']}/", {"status": "delivered"})).status_code == 200
    assert await engine.fetchval("SELECT delivery_date IS NOT NULL FROM orders")
    assert await engine.fetchval("SELECT delivered_at >= shipped_at FROM shipping_info")
    assert await events(engine) == ["placed", "shipped", "delivered"]
    paid = await admin("PATCH", f"payment/{cash['payment']}/", {"status": "completed", "transaction_id": "receipt 7"})
    assert paid.status_code == 200, paid.text
    assert await status(engine, cash) == "delivered"
    assert await shop.doctor.examine() == []


async def test_cancelling_gives_the_units_back(admin, cash, transfer, product, shop, engine):
    assert await factories.stock_of(product) == (20, 4, 16)
    for order in (cash, transfer):
        assert (await admin("PATCH", f"orders/{order['order']}/", {"status": "cancelled"})).status_code == 200
    assert await factories.stock_of(product) == (20, 0, 20)
    assert await shop.doctor.examine() == []


async def test_cancelling_gives_back_what_a_flash_sale_gave(admin, product, shop, engine):
    item = await factories.make_flash_item(product, price="9.00", cap=5)
    order = await place(shop, product, PaymentMethod.CASH_ON_DELIVERY)
    assert await engine.fetchval("SELECT sold FROM flash_sale_item") == 2
    forged = await admin("PATCH", f"flash_sale_item/{item['id']}/", {"sold": 0})
    assert "is kept by the shop" in reason(forged)
    assert "within cap" in reason(await admin("PATCH", f"flash_sale_item/{item['id']}/", {"stock_cap": 1}))
    answers = await asyncio.gather(
        *(admin("PATCH", f"orders/{order['order']}/", {"status": "cancelled"}) for _ in range(4))
    )
    assert all(answer.status_code == 200 for answer in answers)
    assert await engine.fetchval("SELECT sold FROM flash_sale_item") == 0
    assert await shop.services.orders.count_sold() == 1
    assert await shop.doctor.examine() == []


async def test_money_that_came_confirms_the_order(admin, admin_user, transfer, product, shop, engine):
    paid = await admin("PATCH", f"payment/{transfer['payment']}/", {"status": "completed", "transaction_id": "SEPA 1"})
    assert paid.status_code == 200, paid.text
    assert await status(engine, transfer) == "confirmed"
    assert await engine.fetchval("SELECT payment_date IS NOT NULL FROM payment")
    assert await engine.fetchval("SELECT expires_at FROM stock_reservation") is None
    assert await events(engine) == ["placed", "payment completed", "confirmed"]
    assert await shop.services.orders.lapse_unpaid() == 0
    assert await shop.doctor.examine() == []
    log = await engine.fetch("SELECT entity_type, field_name FROM change_logs WHERE user_id = $1", admin_user["id"])
    assert {("Payment", "status"), ("Payment", "transaction_id"), ("Order", "status")} <= {tuple(row) for row in log}


async def test_money_that_came_too_late_is_noted_and_found(admin, transfer, product, shop, engine):
    async with engine.transaction():
        await engine.execute("UPDATE stock_reservation SET expires_at = now() - interval '1 day'")
    assert await shop.services.orders.lapse_unpaid() == 1
    assert (await admin("PATCH", f"payment/{transfer['payment']}/", {"status": "completed"})).status_code == 200
    assert await status(engine, transfer) == "lapsed"
    assert [finding.check for finding in await shop.doctor.examine()] == ["an order that was paid goes ahead"]
    assert (await admin("PATCH", f"payment/{transfer['payment']}/", {"status": "refunded"})).status_code == 200


async def test_nothing_is_skipped_and_nothing_goes_back(admin, cash, transfer, product, shop, engine):
    for order, wanted in (
        (cash, "pending"),
        (cash, "delivered"),
        (cash, "lapsed"),
        (transfer, "confirmed"),
        (transfer, "shipped"),
    ):
        words = reason(await admin("PATCH", f"orders/{order['order']}/", {"status": wanted}))
        assert "can become" in words
    await admin("PATCH", f"orders/{cash['order']}/", {"status": "shipped"})
    for wanted in ("confirmed", "cancelled", "pending"):
        assert reason(await admin("PATCH", f"orders/{cash['order']}/", {"status": wanted}))
    await admin("PATCH", f"payment/{transfer['payment']}/", {"status": "completed"})
    for wanted in ("pending", "failed"):
        assert reason(await admin("PATCH", f"payment/{transfer['payment']}/", {"status": wanted}))
    assert await factories.stock_of(product) == (18, 2, 16)
    assert await shop.doctor.examine() == []


async def test_a_status_that_does_not_exist(admin, cash):
    assert (await admin("PATCH", f"orders/{cash['order']}/", {"status": "lost"})).status_code == 422


async def test_a_refusal_by_the_database_undoes_what_went_before(admin, cash, product, shop, engine):
    answer = await admin("PATCH", f"orders/{cash['order']}/", {"status": "shipped", "email": ""})
    assert "orders has email" in reason(answer)
    assert await factories.stock_of(product) == (20, 2, 18)
    assert await events(engine) == ["placed"]


@pytest.mark.parametrize("wanted", ["shipped", "cancelled"])
async def test_two_members_of_staff_at_once(wanted, admin, cash, product, shop, engine):
    answers = await asyncio.gather(*(admin("PATCH", f"orders/{cash['order']}/", {"status": wanted}) for _ in range(4)))
    assert all(answer.status_code == 200 for answer in answers)  # the later ones change nothing
    assert await events(engine) == ["placed", wanted]
    assert await factories.stock_of(product) == ((18, 0, 18) if wanted == "shipped" else (20, 0, 20))
    assert await shop.doctor.examine() == []


async def test_while_shoppers_buy_and_staff_ship_the_books_agree(admin, product, shop, engine):
    orders = [await place(shop, product, PaymentMethod.CASH_ON_DELIVERY) for _ in range(6)]
    answers = await asyncio.gather(
        *(
            admin("PATCH", f"orders/{order['order']}/", {"status": ("shipped", "cancelled")[number % 2]})
            for number, order in enumerate(orders)
        ),
        *(place(shop, product, PaymentMethod.CASH_ON_DELIVERY) for _ in range(4)),
    )
    assert all(answer.status_code == 200 for answer in answers[:6])
    assert await factories.stock_of(product) == (14, 8, 6)
    assert await shop.doctor.examine() == []
