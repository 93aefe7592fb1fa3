"""A guest's cart goes into the person's own at a sign-in: once, whatever happens at the same time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from app.bootstrap import Shop
from app.core.cart import Cart, CartLine, Merging
from app.ports.cart import Visitor
from tests import factories

GUEST, ELSEWHERE = Visitor("a" * 64), Visitor("b" * 64)


@pytest_asyncio.fixture
async def ada(engine: Any) -> AsyncIterator[Visitor]:
    yield Visitor("", (await factories.make_user())["id"])


async def put(shop: Shop, visitor: Visitor, product: Any, quantity: int = 1) -> None:
    variant = await factories.variant_of(product)
    await shop.services.cart.add(visitor, variant_id=variant["id"], slug="", options={}, quantity=quantity)


async def held(shop: Shop, visitor: Visitor) -> dict[str, int]:
    return {line.offer.name: line.quantity for line in (await shop.services.cart.show(visitor)).shown}


async def test_the_person_has_what_the_guest_had(shop, ada):
    await put(shop, GUEST, await factories.make_product(name="Mug"), 2)
    merged = await shop.services.cart.merge(GUEST, ada.user_id)
    assert await held(shop, ada) == {"Mug": 2} and await held(shop, GUEST) == {}
    assert (merged.changes, merged.found_others) == ((), False)
    assert await shop.services.cart.count(ada) == 2


async def test_quantities_are_added_up_to_what_is_left(shop, ada):
    mug, lamp = await factories.make_product(name="Mug", stock=5), await factories.make_product(name="Lamp")
    await put(shop, ada, mug, 2)
    await put(shop, ada, lamp)
    await put(shop, GUEST, mug, 4)
    merged = await shop.services.cart.merge(GUEST, ada.user_id)
    assert await held(shop, ada) == {"Mug": 5, "Lamp": 1}
    assert [(change.how, change.units) for change in merged.changes] == [(Merging.LOWERED, 5)]
    assert merged.found_others


async def test_signing_in_again_adds_nothing(shop, ada):
    await put(shop, GUEST, await factories.make_product(name="Mug"), 2)
    for _ in range(3):
        await shop.services.cart.merge(GUEST, ada.user_id)
    assert await held(shop, ada) == {"Mug": 2}


async def test_what_is_not_to_be_had_is_left_out_and_named(shop, ada, engine):
    mug, lamp, vase = [await factories.make_product(name=name) for name in ("Mug", "Lamp", "Vase")]
    for product in (mug, lamp, vase):
        await put(shop, GUEST, product)
    async with engine.transaction():
        await engine.execute("UPDATE product SET status = 'archived' WHERE id = $1", lamp["id"])
        await engine.execute("UPDATE inventory SET quantity = 0 WHERE product_id = $1", vase["id"])
    merged = await shop.services.cart.merge(GUEST, ada.user_id)
    assert await held(shop, ada) == {"Mug": 1}
    told = [(change.how, change.name) for change in merged.changes]
    assert told == [(Merging.NOT_FOR_SALE, "Lamp"), (Merging.SOLD_OUT, "Vase")]


async def test_a_price_that_moved_is_named_and_still_to_be_agreed_to(shop, ada, engine):
    mug = await factories.make_product(name="Mug", price="14.00")
    await put(shop, GUEST, mug)
    async with engine.transaction():
        await engine.execute("UPDATE product SET price = 16")
    merged = await shop.services.cart.merge(GUEST, ada.user_id)
    assert [(change.how, change.old_price, change.new_price) for change in merged.changes] == [
        (Merging.NEW_PRICE, 14, 16)
    ]
    assert (await shop.services.cart.show(ada)).shown[0].has_new_price


async def test_a_merge_that_breaks_changes_nothing(shop, ada, monkeypatch):
    await put(shop, GUEST, await factories.make_product(name="Mug"), 2)

    async def breaks(self: Any, cart: Cart, *, into: Cart) -> None:
        raise ConnectionError

    monkeypatch.setattr(type(shop.services.cart.carts), "retire", breaks)
    await asyncio.gather(shop.services.cart.merge(GUEST, ada.user_id), return_exceptions=True)
    assert await held(shop, ada) == {} and await held(shop, GUEST) == {"Mug": 2}


async def test_fifty_sign_ins_at_once_add_once(shop, ada):
    mug, lamp = await factories.make_product(name="Mug", stock=500), await factories.make_product(name="Lamp")
    await put(shop, ada, lamp)
    await put(shop, GUEST, mug, 2)
    await put(shop, ELSEWHERE, mug, 3)
    guests = [GUEST, ELSEWHERE] * 25
    await asyncio.gather(*(shop.services.cart.merge(guest, ada.user_id) for guest in guests))
    assert await held(shop, ada) == {"Lamp": 1, "Mug": 5}


async def test_without_the_lock_they_would_add_twice(shop, ada, monkeypatch):
    """The negative control of the test above."""
    mug = await factories.make_product(name="Mug", stock=500)
    await put(shop, GUEST, mug, 2)
    carts = type(shop.services.cart.carts)
    save_line = carts.save_line

    async def find(self: Any, visitor: Visitor) -> Cart | None:
        return await carts.find(self, visitor)

    async def slow(self: Any, cart: Cart, line: CartLine) -> CartLine:
        await asyncio.sleep(0.05)
        return await save_line(self, cart, line)

    async def forgets(self: Any, cart: Cart, *, into: Cart) -> None:
        return None

    monkeypatch.setattr(carts, "open_locked", find)
    monkeypatch.setattr(carts, "save_line", slow)
    monkeypatch.setattr(carts, "retire", forgets)
    for _ in range(2):
        await shop.services.cart.merge(GUEST, ada.user_id)
    assert await held(shop, ada) == {"Mug": 4}
