"""Many buyers at the last click: every cart filled, every checkout page open, then all at once."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.running import RunningShop
from bench.shopper import Answer, Shopper

PREPARED_AT_ONCE = 8


@dataclass
class Buyer:
    shopper: Shopper
    form: dict[str, str]

    async def click(self) -> Answer:
        return await self.shopper.post("/checkout", self.form)


@dataclass(frozen=True)
class Rush:
    """The answers in the order of the buyers, and how long it took until the last of them was there."""

    answers: list[Answer]
    seconds: float
    waits: list[float]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    @property
    def orders(self) -> set[str]:
        """The addresses of the orders that buyers were sent to."""
        return {answer.location for answer in self.answers if answer.status == 303}


async def at_the_last_click(shop: RunningShop, carts: Iterable[Sequence[str]]) -> list[Buyer]:
    """A buyer for each cart, given as slugs in the order they were added."""
    places = asyncio.Semaphore(PREPARED_AT_ONCE)

    async def prepare(cart: Sequence[str]) -> Buyer:
        async with places, shop.shopper() as shopper:
            for slug in cart:
                await shopper.add(slug)
            return Buyer(shopper, await shopper.checkout())

    return await asyncio.gather(*(prepare(cart) for cart in carts))


async def all_click(buyers: Sequence[Buyer], *, at_once: int | None = None) -> Rush:
    """Every buyer connects; once all stand ready they click at the same moment, or `at_once` at a time."""
    await asyncio.gather(*(buyer.shopper.connect() for buyer in buyers))
    places = asyncio.Semaphore(at_once or len(buyers))
    began = time.perf_counter()
    timed = await asyncio.gather(*(_timed(buyer, places) for buyer in buyers))
    seconds = time.perf_counter() - began
    for buyer in buyers:
        buyer.shopper.leave()
    return Rush([answer for answer, _ in timed], seconds, [wait for _, wait in timed])


async def products_on_sale(shop: RunningShop, count: int) -> list[str]:
    """The slugs of `count` products, the cheapest first, so that every way to pay is open."""
    async with shop.database() as database:
        rows = await database.fetch(
            "SELECT slug FROM product WHERE status = 'active' AND published_at <= now() ORDER BY price, id LIMIT $1",
            count,
        )
    return [row["slug"] for row in rows]


async def leave_in_stock(shop: RunningShop, slug: str, units: int) -> None:
    """Make exactly `units` available of the product's first variant, which its page then proposes, and no other."""
    async with shop.database() as database:
        await database.execute(
            """
            UPDATE inventory s SET quantity = s.reserved + CASE WHEN s.variant_id = first.id THEN $2::int ELSE 0 END
            FROM (SELECT v.id, p.id AS product_id FROM product_variant v JOIN product p ON p.id = v.product_id
                  WHERE p.slug = $1 ORDER BY v.position, v.id LIMIT 1) first
            WHERE s.product_id = first.product_id
            """,
            slug,
            units,
        )


async def available(shop: RunningShop, slug: str) -> int:
    async with shop.database() as database:
        return int(
            await database.fetchval(
                "SELECT sum(available) FROM inventory JOIN product p ON p.id = product_id WHERE p.slug = $1", slug
            )
        )


async def orders_placed(shop: RunningShop) -> int:
    async with shop.database() as database:
        return int(await database.fetchval("SELECT count(*) FROM orders"))


async def _timed(buyer: Buyer, places: asyncio.Semaphore) -> tuple[Answer, float]:
    async with places:
        began = time.perf_counter()
        return await buyer.click(), time.perf_counter() - began
