"""Each fault is planted in a healthy shop by raw SQL, with constraints and triggers out of the way, and found."""

from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.doctor import CHECKS, SHOWN_PER_CHECK, PiccoloBooks
from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables import TABLES
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.core.checkout import Address, Buyer, PaymentMethod
from app.ports.cart import Visitor
from app.ports.doctor import Finding
from app.services.checkout.placement import Placement
from app.services.doctor import DoctorService
from app.settings import Settings
from tests import database, factories

ADDRESS = Address("Ada Lovelace", "12 Analytical Way", "", "Austin", "TX", "73301", "US")

DROP_CHECKS = """
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP;
END $$
"""

CASH = "(SELECT id FROM orders WHERE status = 'confirmed')"
TRANSFER = "(SELECT id FROM orders WHERE status = 'pending')"
MUG = "(SELECT id FROM product_variant WHERE sku = 'MUG')"

# Check, the fault, and what the finding says: subject, expected, found. NUMBER is the cash order's, LATER the other's.
FAULTS = [
    (
        "stock on hand is what the ledger adds up to",
        f"UPDATE inventory SET quantity = 21 WHERE variant_id = {MUG}",
        ("MUG", "20", "21"),
    ),
    (
        "stock on hand is what the ledger adds up to",
        f"DELETE FROM inventory WHERE variant_id = {MUG}",
        ("MUG", "20", "0"),
    ),
    (
        "stock on hand is what the ledger adds up to",
        f"UPDATE stock_movement SET quantity_delta = 5 WHERE variant_id = {MUG} AND reason = 'initial'",
        ("MUG", "5", "20"),
    ),
    (
        "reserved stock is what the ledger adds up to",
        f"DELETE FROM stock_movement WHERE variant_id = {MUG} AND reason = 'reserve'",
        ("MUG", "0", "3"),
    ),
    (
        "reserved stock is what orders hold",
        f"UPDATE inventory SET reserved = 7 WHERE variant_id = {MUG}",
        ("MUG", "3", "7"),
    ),
    (
        "reserved stock is what orders hold",
        f"DELETE FROM stock_reservation WHERE order_id = {CASH}",
        ("MUG", "1", "3"),
    ),
    (
        "stock is neither negative nor promised twice",
        f"UPDATE inventory SET quantity = 2 WHERE variant_id = {MUG}",
        ("MUG", "reserved between 0 and 2", "3"),
    ),
    (
        "an open order holds what was ordered",
        f"UPDATE stock_reservation SET quantity = 5 WHERE order_id = {CASH}",
        ("order NUMBER, MUG", "2 held", "5 held"),
    ),
    (
        "an open order holds what was ordered",
        f"DELETE FROM stock_reservation WHERE order_id = {TRANSFER}",
        ("order LATER, MUG", "1 held", "0 held"),
    ),
    (
        "an open order holds what was ordered",
        f"UPDATE stock_reservation SET state = 'lapsed' WHERE order_id = {CASH}",
        ("order NUMBER, MUG", "2 held", "0 held"),
    ),
    (
        "an open order holds what was ordered",
        f"UPDATE order_item SET deleted_at = now() WHERE order_id = {CASH}",
        ("order NUMBER, MUG", "0 held", "2 held"),
    ),
    (
        "a closed order holds nothing",
        f"UPDATE orders SET status = 'cancelled' WHERE id = {CASH}",
        ("order NUMBER, MUG", "nothing held, since it is cancelled", "2 held"),
    ),
    (
        "every variant on offer has a stock row",
        f"DELETE FROM inventory WHERE variant_id = {MUG}",
        ("MUG", "a stock row", "none"),
    ),
    (
        "every product on sale has something to buy",
        "UPDATE product_variant SET is_active = false",
        ("Mug", "a variant", "none"),
    ),
    (
        "a line costs its units",
        f"UPDATE order_item SET total_price = 27 WHERE order_id = {CASH}",
        ("order NUMBER, MUG", "2 x 14.00 = 28.00", "27.00"),
    ),
    (
        "the lines add up to the subtotal",
        f"UPDATE orders SET subtotal = 27.99 WHERE id = {CASH}",
        ("order NUMBER", "28.00", "27.99"),
    ),
    (
        "the lines' shares add up to the discount",
        f"UPDATE orders SET discount = 1 WHERE id = {CASH}",
        ("order NUMBER", "0.00", "1.00"),
    ),
    (
        "the tax is that of the lines and of the delivery",
        f"UPDATE orders SET tax = 2.71 WHERE id = {CASH}",
        ("order NUMBER", "2.72", "2.71"),
    ),
    (
        "subtotal, discount, delivery and tax make the total",
        f"UPDATE orders SET total_price = 35.73 WHERE id = {CASH}",
        ("order NUMBER", "35.72", "35.73"),
    ),
    (
        "the parcels cost what the order says",
        f"UPDATE shipping_info SET shipping_cost = 0 WHERE order_id = {CASH}",
        ("order NUMBER", "5.00", "0.00"),
    ),
    (
        "coupons took off no more than the discount",
        f"""
        INSERT INTO coupon (code, discount_value) VALUES ('TEN', 10);
        INSERT INTO applied_coupon (order_id, coupon_id, discount_applied)
        SELECT {CASH}, id, 10 FROM coupon
        """,
        ("order NUMBER", "at most 0.00", "10.00"),
    ),
    *(
        ("an order is complete", f"DELETE FROM {table} WHERE order_id = {CASH}", ("order NUMBER", f"a {part}", "none"))
        for table, part in (
            ("order_item", "line"),
            ("payment", "payment"),
            ("billing_info", "billing address"),
            ("shipping_info", "parcel"),
            ("order_event", "first event"),
            ("email", "confirmation mail"),
        )
    ),
    (
        "an order's cart is closed",
        f"UPDATE cart SET status = 'active' WHERE id = (SELECT cart_id FROM orders WHERE id = {CASH})",
        ("order NUMBER", "cart CART completed", "active"),
    ),
    ("a closed cart has its order", f"DELETE FROM orders WHERE id = {CASH}", ("cart CART", "an order", "none")),
    (
        "units at a flash price are what orders hold",
        """
        INSERT INTO flash_sale (id, name, starts_at, ends_at) VALUES (4711, 'Sale', now(), now());
        INSERT INTO flash_sale_item (id, flash_sale_id, product_id, price, stock_cap, sold, sold_before)
        SELECT 4711, 4711, id, 9, 10, 3, 1 FROM product
        """,
        ("item 4711, Mug", "1", "3"),
    ),
    (
        "a line is counted as what became of its order",
        f"UPDATE order_item SET to_count = false WHERE order_id = {CASH}",
        ("order NUMBER, MUG", "2", "0"),
    ),
    ("units sold are what was counted", "UPDATE product SET sold_count = 7", ("Mug", "0", "7")),
    (
        "payments come to the order's total",
        f"UPDATE payment SET amount = 30 WHERE order_id = {CASH}",
        ("order NUMBER", "35.72 USD", "30.00 USD"),
    ),
    (
        "payments come to the order's total",
        f"UPDATE payment SET currency = 'EUR' WHERE order_id = {CASH}",
        ("order NUMBER", "35.72 USD", "35.72 EUR"),
    ),
    (
        "money that came was noted with its day",
        f"UPDATE payment SET status = 'completed' WHERE order_id = {CASH}",
        ("order NUMBER, payment PAYMENT", "a payment date", "none"),
    ),
    (
        "an order that was paid goes ahead",
        f"UPDATE payment SET status = 'completed', payment_date = now() WHERE order_id = {TRANSFER}",
        ("order LATER", "confirmed, since it is paid", "pending"),
    ),
    (
        "nothing leaves unpaid that had to be paid first",
        f"UPDATE orders SET status = 'shipped' WHERE id = {TRANSFER}",
        ("order LATER", "paid, since it is shipped", "pending"),
    ),
    (
        "mail leaves within ten minutes",
        f"UPDATE email SET next_attempt_at = now() - interval '11 minutes' WHERE order_id = {CASH}",
        ("mail MAIL, order_confirmation", "sent or failed", "queued for 00:11:00"),
    ),
    (
        "mail leaves within ten minutes",
        f"UPDATE email SET status = 'sending', lease_until = now() - interval '1 hour' WHERE order_id = {CASH}",
        ("mail MAIL, order_confirmation", "sent or failed", "sending for 01:00:00"),
    ),
    (
        "a checkout's key leads to its order",
        "INSERT INTO idempotency_key (scope, route, key, body_hash, order_id) VALUES ('s', 'r', 'k', 'h', 4711)",
        ("key KEY", "order 4711", "none"),
    ),
]


@pytest_asyncio.fixture(scope="module")
async def unguarded(new_database) -> AsyncIterator[str]:
    """A database without its CHECK constraints."""
    async with new_database() as url:
        connection = await asyncpg.connect(url)
        await connection.execute(DROP_CHECKS)
        await connection.close()
        yield url


@pytest_asyncio.fixture
async def surgeon(unguarded: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that no trigger and no foreign key hinders, on an empty database."""
    connection = await asyncpg.connect(unguarded)
    await connection.execute(database.CLEAN)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def empty_shop(unguarded: str) -> AsyncIterator[Shop]:
    engine = ShopEngine(unguarded)
    await engine.open()
    yield build_shop(Settings.from_environment({"DATABASE_URL": unguarded}), engine=engine, jobs=NoJobs())
    await engine.close()


@pytest_asyncio.fixture
async def shop(empty_shop: Shop, surgeon: asyncpg.Connection) -> Shop:
    """Two orders: two mugs for cash on delivery, and one by bank transfer that nobody has paid yet."""
    shop = empty_shop
    shop.engine.bind(TABLES)
    await factories.make_shipping_method(code="standard")
    await factories.make_tax_rate("US", "0.0825")
    product = await factories.make_product(name="Mug", price="14.00", stock=None)
    await factories.make_variant(product, sku="MUG", stock=20)
    await order(shop, "a" * 64, quantity=2, method=PaymentMethod.CASH_ON_DELIVERY)
    await order(shop, "b" * 64, quantity=1, method=PaymentMethod.BANK_TRANSFER)
    return shop


async def order(shop: Shop, token_hash: str, *, quantity: int, method: PaymentMethod) -> None:
    variant = await factories.db().fetchval("SELECT id FROM product_variant")
    cart, _ = await shop.services.cart.add(
        Visitor(token_hash), variant_id=variant, slug="", options={}, quantity=quantity
    )
    quote = await shop.services.quotes.quote(cart, country="US", delivery_code="standard")
    await shop.services.placement.place(
        Visitor(token_hash),
        Placement(
            buyer=Buyer("ada@shop.example", "", ADDRESS),
            delivery_code="standard",
            payment_method=method,
            digest=quote.digest,
            key=token_hash,
            body_hash="",
            locale="en_US",
        ),
    )


async def names(surgeon: asyncpg.Connection) -> dict[str, str]:
    """What stands in a finding for the words of FAULTS in capitals."""
    cash, transfer = await surgeon.fetch("SELECT * FROM orders ORDER BY id")
    return {
        "NUMBER": cash["number"],
        "LATER": transfer["number"],
        "CART": str(cash["cart_id"]),
        "PAYMENT": str(await surgeon.fetchval("SELECT min(id) FROM payment")),
        "MAIL": str(await surgeon.fetchval("SELECT min(id) FROM email")),
        "KEY": str(await surgeon.fetchval("SELECT nextval('idempotency_key_id_seq') + 1")),
    }


@pytest.mark.parametrize(("check", "fault", "said"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_fault_is_found(check, fault, said, shop, surgeon):
    assert await shop.doctor.examine() == []
    known = await names(surgeon)
    await surgeon.execute(fault)
    for name, value in known.items():
        said = tuple(text.replace(name, value) for text in said)
    found = [(f.subject, f.expected, f.found) for f in await shop.doctor.examine() if f.check == check]
    assert found == [said]


def test_every_check_has_a_fault_that_proves_it():
    assert {check.name for check in CHECKS} == {check for check, _, _ in FAULTS}
    assert len(CHECKS) >= 20


async def test_an_unpaid_order_whose_stock_went_to_somebody_else_is_no_fault(shop, surgeon):
    """Another checkout may free an expired hold before the sweeper closes its order."""
    await surgeon.execute("SET session_replication_role = origin")
    await surgeon.execute("UPDATE stock_reservation SET state = 'lapsed' WHERE expires_at IS NOT NULL")
    await surgeon.execute("UPDATE inventory SET reserved = 2")
    assert await shop.doctor.examine() == []
    await surgeon.execute(
        "UPDATE stock_reservation SET expires_at = now() - interval '1 day' WHERE expires_at IS NOT NULL"
    )
    assert await shop.services.orders.lapse_unpaid() == 1
    assert await shop.doctor.examine() == []


async def test_a_retry_that_is_not_due_yet_is_no_fault(shop, surgeon):
    await surgeon.execute(
        "UPDATE email SET created_at = now() - interval '5 hours', next_attempt_at = now() + interval '1 hour'"
    )
    assert await shop.doctor.examine() == []


async def test_many_findings_end_in_a_word_that_there_are_more(shop, surgeon):
    await surgeon.execute(
        "INSERT INTO idempotency_key (scope, route, key, body_hash, order_id)"
        " SELECT 's', 'r', n::text, 'h', 4711 FROM generate_series(1, 150) n"
    )
    found = await shop.doctor.examine()
    assert len(found) == SHOWN_PER_CHECK + 1
    assert found[-1].subject == "others"


async def test_nothing_is_written_and_nothing_left_open(engine):
    await factories.make_product()
    assert await DoctorService(PiccoloBooks()).examine() == []
    assert engine.transaction_here() is None
    assert engine.pool.get_idle_size() == engine.pool.get_size()
    async with PiccoloTransactions().begin():
        assert await engine.fetchval("SHOW transaction_read_only") == "off"


def test_a_finding_is_a_sentence():
    assert str(Finding("stock on hand", "MUG", "20", "21", "Count the shelf.")) == (
        "stock on hand: MUG: expected 20, found 21. Count the shelf."
    )


async def test_gross_prices_add_up_too(empty_shop, unguarded, surgeon):
    settings = Settings.from_environment({"DATABASE_URL": unguarded, "PRICES_INCLUDE_TAX": "true"})
    shop = build_shop(settings, engine=empty_shop.engine, jobs=NoJobs())
    await factories.make_shipping_method(code="standard", price=Decimal("4.95"))
    await factories.make_tax_rate("US", "0.19")
    product = await factories.make_product(price="9.99", stock=None)
    await factories.make_variant(product, sku="MUG", stock=20)
    for number, quantity in enumerate((1, 3, 7)):
        await order(shop, f"{number}" * 64, quantity=quantity, method=PaymentMethod.CASH_ON_DELIVERY)
    assert await shop.doctor.examine() == []
