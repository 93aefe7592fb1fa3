"""The demo shop: the same products, stock and prices every time, and sign-ins with passwords nobody chose."""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.adapters.db.demo.catalogue import CATALOGUE
from app.adapters.db.demo.offers import COUPONS, SALES
from app.adapters.db.demo.people import PEOPLE, SHOPPERS, Person, shoppers
from app.adapters.db.demo.records import DemoSale
from app.adapters.db.demo.reviews import DemoReview, reviews
from app.adapters.db.demo.shelves import Shelves, fill_shelves
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import Role, User
from app.adapters.db.tables.catalog import Product
from app.adapters.db.tables.coupons import Coupon
from app.adapters.db.tables.sales import FlashSale, FlashSaleItem
from app.adapters.db.tables.shipping import ShippingMethod, TaxRate
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.totp import PyotpAuthenticator
from app.ports.transactions import Transactions
from app.ports.vault import Place, Vault

# Two runs at once wait for each other. A whole catalogue is not worth a line per row in the change log.
BEGIN_LOAD = "SELECT pg_advisory_xact_lock(hashtext('demo shop')), set_config('app.bulk_load', 'on', true)"
ENROL = "UPDATE users SET two_factor_enabled = true, two_factor_secret = $2 WHERE id = $1"
HAS_PRODUCTS = "SELECT EXISTS (SELECT FROM product)"

# Nobody can sign in as one of them: they have no password.
ADD_SHOPPERS = """
INSERT INTO users (email, first_name, last_name, role_id, created_at)
SELECT email, first_name, last_name, $4, $5
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS given (email, first_name, last_name, place)
ORDER BY place
"""
SHOPPER_IDS = "SELECT id FROM users WHERE email = ANY ($1) ORDER BY email"
ADD_REVIEWS = """
INSERT INTO review (product_id, user_id, rating, comment, status, created_at, language)
SELECT product_id, user_id, rating, comment, status, created_at, language
FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
    WITH ORDINALITY AS given (product_id, user_id, rating, comment, status, created_at, language, place)
ORDER BY place
"""

# Country, what the tax is called there, rate.
TAXES = (
    ("US", "Sales tax", "0.0825"),
    ("CA", "HST", "0.13"),
    ("GB", "VAT", "0.20"),
    ("DE", "VAT", "0.19"),
    ("FR", "VAT", "0.20"),
    ("AT", "VAT", "0.20"),
    ("NL", "VAT", "0.21"),
)


class SignIn(NamedTuple):
    """`key` is what an authenticator is set up with; staff have a second factor from the start."""

    role: str
    email: str
    password: str
    key: str = ""


class DemoShop:
    def __init__(self, transactions: Transactions, vault: Vault) -> None:
        self._transactions = transactions
        self._vault = vault

    async def seed(self, progress: Callable[[str], None]) -> list[SignIn]:
        """Fill a shop that has no products. Returns the sign-ins it made: none where there was nothing to do."""
        if await _db().fetchval(HAS_PRODUCTS):
            progress("The shop has products already; the demo changes nothing.")
            return []
        people = [await _account(person) for person in PEOPLE]
        async with self._transactions.begin():
            await _db().fetchrow(BEGIN_LOAD)
            if await _db().fetchval(HAS_PRODUCTS):
                return []
            now = datetime.now(UTC)
            await User.insert(*(user for user, _ in people))
            for user, sign_in in people:
                await self._enrol(user, sign_in)
            ids = {person.key: user.id for person, (user, _) in zip(PEOPLE, people, strict=True)}
            progress(f"Demo: {len(people)} accounts")
            await ShippingMethod.insert(*_delivery_methods())
            await TaxRate.insert(*(TaxRate(country=c, name=name, rate=Decimal(rate)) for c, name, rate in TAXES))
            shelves = await fill_shelves(ids, now=now)
            progress(
                f"Demo: {len(CATALOGUE)} products with {shelves.variants} variants in {shelves.departments} departments"
            )
            written = await _add_reviews(shelves.products, now=now)
            progress(f"Demo: {written} reviews by {SHOPPERS} shoppers")
            await _add_offers(shelves, ids["ada"], now=now)
            progress(f"Demo: {len(SALES)} flash sales and {len(COUPONS)} coupons")
            await _db().execute("REFRESH MATERIALIZED VIEW search_word")
        return [sign_in for _, sign_in in people]

    async def _enrol(self, user: User, sign_in: SignIn) -> None:
        if sign_in.key:
            sealed = self._vault.seal(sign_in.key, Place("users", "two_factor_secret", user.id))
            await _db().execute(ENROL, user.id, sealed)


async def _account(person: Person) -> tuple[User, SignIn]:
    password = secrets.token_urlsafe(15)
    user = User(
        email=person.email,
        email_verified_at=datetime.now(UTC),
        password=await Argon2Passwords().hash(password),
        role_id=person.role.value,
        first_name=person.first_name,
        last_name=person.last_name,
    )
    key = PyotpAuthenticator().new_secret() if person.role is not Role.CUSTOMER else ""
    return user, SignIn(person.role.name, person.email, password, key)


def _delivery_methods() -> tuple[ShippingMethod, ...]:
    standard = ShippingMethod(
        code="standard",
        name="Standard delivery",
        description="By parcel post, with a tracking number.",
        price=Decimal("6.90"),
        free_from=Decimal("140.00"),
        min_days=3,
        max_days=5,
        position=1,
    )
    express = ShippingMethod(
        code="express",
        name="Express delivery",
        description="By courier, in the hands of whoever opens the door.",
        price=Decimal("14.90"),
        min_days=1,
        max_days=2,
        position=2,
    )
    return standard, express


async def _add_reviews(product_ids: Mapping[str, int], *, now: datetime) -> int:
    """Write the shoppers and what they said; returns how many reviews."""
    people = shoppers()
    emails, first_names, last_names = zip(*people, strict=True)
    await _db().execute(ADD_SHOPPERS, emails, first_names, last_names, Role.CUSTOMER.value, now - timedelta(days=1000))
    user_ids = [row["id"] for row in await _db().fetch(SHOPPER_IDS, emails)]
    said = reviews([(sample.sku, sample.stars, sample.age) for sample in CATALOGUE], shoppers=len(people))
    await _db().execute(
        ADD_REVIEWS,
        [product_ids[review.sku] for review in said],
        [user_ids[review.shopper] for review in said],
        [review.rating for review in said],
        [review.text for review in said],
        [review.status for review in said],
        [now - _ago(review, place) for place, review in enumerate(said)],
        [review.language for review in said],
    )
    return len(said)


def _ago(review: DemoReview, place: int) -> timedelta:
    """Some time of the review's day."""
    return timedelta(days=review.day - 1, minutes=place * 197 % 1440)


async def _add_offers(shelves: Shelves, created_by: int, *, now: datetime) -> None:
    sales = [_sale(sale, now) for sale in SALES]
    await FlashSale.insert(*sales)
    await FlashSaleItem.insert(
        *(
            FlashSaleItem(
                flash_sale_id=row.id,
                product_id=shelves.products[item.sku],
                price=Decimal(item.price),
                stock_cap=item.cap,
                sold=item.sold,
            )
            for sale, row in zip(SALES, sales, strict=True)
            for item in sale.items
        )
    )
    await Coupon.insert(
        *(
            Coupon(
                code=coupon.code,
                description=coupon.text,
                discount_type=coupon.kind,
                discount_value=Decimal(coupon.value),
                start_date=None if coupon.starts is None else now + timedelta(days=coupon.starts),
                end_date=None if coupon.ends is None else now + timedelta(days=coupon.ends),
                created_by=created_by,
            )
            for coupon in COUPONS
        )
    )


def _sale(sale: DemoSale, now: datetime) -> FlashSale:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return FlashSale(
        name=sale.name, starts_at=hour + timedelta(hours=sale.starts), ends_at=hour + timedelta(hours=sale.ends)
    )


def _db() -> ShopEngine:
    return engine_of(Product)
