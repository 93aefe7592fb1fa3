"""Whoever asked hears once that something is back, whatever happens to the workers."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.core.errors import InStock, NotForSale, NotFound, TooOften
from app.core.throttle import REQUEST_FROM
from app.ports.requests import AnsweredRequest
from app.services.requests import AT_ONCE, RequestService
from app.settings import Settings
from tests import factories
from tests.factories import db


@pytest_asyncio.fixture
async def shop(engine: ShopEngine, database_url: str) -> Shop:
    return build_shop(Settings.from_environment({"DATABASE_URL": database_url}), engine=engine, jobs=NoJobs())


@pytest.fixture
def requests(shop: Shop) -> RequestService:
    return shop.services.requests


@pytest_asyncio.fixture
async def bowl(engine: ShopEngine) -> Any:
    """A variant that is sold out."""
    return await factories.variant_of(await factories.make_product(name="Plain bowl", slug="plain-bowl", stock=0))


async def run(sql: str, *args: object) -> None:
    async with db().transaction():
        await db().execute(sql, *args)


async def waiting(variant: Any, *emails: str) -> None:
    for email in emails:
        await factories.insert("back_in_stock_request", variant_id=variant["id"], email=email)


async def arrives(variant: Any, units: int = 3) -> None:
    await run("UPDATE inventory SET quantity = quantity + $2 WHERE variant_id = $1", variant["id"], units)


async def told() -> list[str]:
    """Whom a mail was queued for, in that order."""
    return [row["recipient_email"] for row in await db().fetch("SELECT recipient_email FROM email ORDER BY id")]


async def ask(requests: RequestService, variant: Any, email: str = "ada@shop.example", **more: Any) -> None:
    asked = {"slug": "plain-bowl", "variant_id": variant["id"], "locale": "en_US", "visitor": "192.0.2.1"}
    await requests.ask(email=email, **(asked | more))


async def test_asking_twice_is_asking_once(requests, bowl):
    await ask(requests, bowl)
    await ask(requests, bowl, "Ada@Shop.example")
    assert await db().fetchval("SELECT count(*) FROM back_in_stock_request") == 1


async def test_nobody_waits_for_what_is_there(requests, bowl):
    await arrives(bowl)
    with pytest.raises(InStock):
        await ask(requests, bowl)


async def test_nobody_waits_for_what_is_no_longer_sold(requests, bowl):
    await run("UPDATE product_variant SET is_active = false")
    with pytest.raises(NotForSale):
        await ask(requests, bowl)


async def test_a_variant_of_another_product_is_unknown(requests, bowl):
    other = await factories.variant_of(await factories.make_product(stock=0))
    for variant_id in (other["id"], 0, 999_999_999):
        with pytest.raises(NotFound):
            await ask(requests, bowl, variant_id=variant_id)
    assert await db().fetchval("SELECT count(*) FROM back_in_stock_request") == 0


async def test_there_is_a_limit_for_each_visitor_and_for_each_address(requests, bowl):
    for number in range(REQUEST_FROM.most):
        await ask(requests, bowl, f"ada{number}@shop.example")
    with pytest.raises(TooOften):
        await ask(requests, bowl, "ada9@shop.example")
    for number in range(REQUEST_FROM.most):
        await ask(requests, bowl, "bob@shop.example", visitor=f"198.51.100.{number}")
    with pytest.raises(TooOften):
        await ask(requests, bowl, "bob@shop.example", visitor="198.51.100.99")


async def test_everybody_is_told_in_the_order_they_asked_however_few_units_came(requests, bowl):
    people = [f"buyer{number}@shop.example" for number in range(2 * AT_ONCE + 7)]
    await waiting(bowl, *people)
    assert await requests.answer() == 0
    await arrives(bowl, 3)
    assert [await requests.answer() for _ in range(4)] == [AT_ONCE, AT_ONCE, 7, 0]
    assert await told() == people
    assert await db().fetchval("SELECT count(*) FROM back_in_stock_request WHERE told_at IS NULL") == 0


NOT_TO_BE_HAD = {
    "all promised": "UPDATE inventory SET quantity = 3, reserved = 3",
    "unpublished": "UPDATE product SET status = 'draft'",
    "published later": "UPDATE product SET published_at = now() + interval '1 day'",
    "not offered": "UPDATE product_variant SET is_active = false",
    "retired": "UPDATE product_variant SET deleted_at = now()",
}


@pytest.mark.parametrize("change", NOT_TO_BE_HAD.values(), ids=NOT_TO_BE_HAD.keys())
async def test_nobody_is_told_of_what_cannot_be_bought(requests, bowl, change):
    await waiting(bowl, "ada@shop.example")
    await arrives(bowl)
    await run(change)
    assert await requests.answer() == 0
    assert await told() == []


async def test_only_those_who_wait_for_what_came_are_told(requests, bowl):
    other = await factories.variant_of(await factories.make_product(stock=0))
    await waiting(other, "bob@shop.example")
    await waiting(bowl, "ada@shop.example")
    await arrives(bowl)
    assert await requests.answer() == 1
    assert await told() == ["ada@shop.example"]


async def test_who_was_told_can_ask_again(requests, bowl):
    await ask(requests, bowl)
    await arrives(bowl)
    await requests.answer()
    await run("UPDATE inventory SET quantity = 0")
    await ask(requests, bowl)
    await arrives(bowl)
    await requests.answer()
    assert await told() == ["ada@shop.example"] * 2


async def test_a_worker_that_ends_half_way_has_told_nobody(requests, bowl):
    await waiting(bowl, "ada@shop.example", "bob@shop.example")
    await arrives(bowl)

    async def fails(**_: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await replace(requests, emails=type("Failing", (), {"queue": staticmethod(fails)})()).answer()
    assert await db().fetchval("SELECT count(*) FROM back_in_stock_request WHERE state = 'waiting'") == 2
    assert await requests.answer() == 2
    assert await told() == ["ada@shop.example", "bob@shop.example"]


async def test_workers_at_once_tell_each_person_once(requests, bowl):
    people = [f"buyer{number}@shop.example" for number in range(120)]
    await waiting(bowl, *people)
    await arrives(bowl)

    async def work() -> None:
        while await requests.answer():
            pass

    await asyncio.gather(*(work() for _ in range(5)))
    while await requests.answer():
        pass
    assert sorted(await told()) == sorted(people)


class LookThenTell:
    """Reads who waits, and marks them afterwards without another look."""

    def __init__(self) -> None:
        self._both = asyncio.Barrier(2)

    async def answer(self, limit: int) -> Sequence[AnsweredRequest]:
        rows = await db().fetch(
            "SELECT id, email, locale FROM back_in_stock_request WHERE state = 'waiting' ORDER BY id LIMIT $1",
            limit,
        )
        await self._both.wait()
        for row in rows:
            await db().execute("UPDATE back_in_stock_request SET state = 'told' WHERE id = $1", row["id"])
        return [AnsweredRequest(**row) for row in rows]


async def test_a_look_before_telling_tells_twice(requests, bowl):
    await waiting(bowl, "ada@shop.example")
    await arrives(bowl)
    careless = replace(requests, requests=LookThenTell())
    await asyncio.gather(careless.answer(), careless.answer())
    assert await told() == ["ada@shop.example"] * 2


async def test_the_mail_names_price_link_and_that_it_is_the_only_one(shop, requests):
    lamp = await factories.make_product(name="Dune lamp", slug="dune-lamp", price="64.00", stock=None)
    variant = await factories.make_variant(lamp, stock=3, options={"Colour": "Sand & sky", "Size": "M"})
    await factories.make_flash_sale(lamp, price="50.00")
    await waiting(variant, "ada@shop.example")
    await requests.answer()
    email = await db().fetchval("SELECT id FROM email")
    claimed = await shop.services.emails._claim(email)
    assert claimed is not None and claimed.rendered is not None
    text = claimed.rendered.text
    assert claimed.rendered.subject == "Back in stock: Dune lamp"
    for words in (
        "Dune lamp, Sand & sky / M",
        "$50.00",
        "/p/dune-lamp?option.Colour=Sand+%26+sky&option.Size=M",
        "Only 3 left at the moment",
        "units are limited",
        "It is the only one",
        "/back-in-stock/withdrawal?id=",
    ):
        assert words in text
    assert "?option.Colour=Sand+%26+sky&amp;option.Size=M" in claimed.rendered.html


async def test_addresses_are_forgotten_in_time_and_the_log_never_had_them(requests, bowl, superuser):
    """Thirty days after the answer, or a year after it was asked, answered or not."""
    ages = {"told": (29, 31), "withdrawn": (29, 31), "waiting": (364, 366)}
    for state, days in ages.items():
        for day in days:
            await superuser.execute(
                "BEGIN; SET LOCAL session_replication_role = replica;"
                "INSERT INTO back_in_stock_request (variant_id, email, state, created_at, updated_at)"
                f" VALUES ({bowl['id']}, '{state}-{day}@shop.example', '{state}', now() - interval '{day} days',"
                f" now() - interval '{day} days'); COMMIT"
            )
    assert await requests.forget() == 3
    assert await requests.forget() == 0
    left = [row["email"] for row in await db().fetch("SELECT email FROM back_in_stock_request ORDER BY id")]
    assert left == ["told-29@shop.example", "withdrawn-29@shop.example", "waiting-364@shop.example"]
    assert await superuser.fetchval("SELECT count(*) FROM change_logs WHERE action = 'DELETE'") == 3
    assert not await superuser.fetchval(
        "SELECT count(*) FROM change_logs WHERE concat(old_value, new_value) LIKE '%@%'"
    )
