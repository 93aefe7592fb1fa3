"""The address book: one's own and nobody else's, with one default of each kind, and a way back from deleting."""

import asyncio
from typing import Any

import pytest

from app.bootstrap import Shop
from app.core.addresses import MOST_ADDRESSES
from tests import factories
from tests.web.conftest import NewVisitor, Visitor
from tests.web.signing_in import sign_in

BOOK = "/account/addresses"
TYPED = {
    "full_name": "Ada Lovelace",
    "country": "US",
    "line1": "12 Analytical Way",
    "line2": "",
    "city": "Austin",
    "region": "Texas",
    "postal_code": "73301",
    "phone": "512 555 0123",
}


async def add(visitor: Visitor, **typed: str) -> Any:
    form = (await visitor.get(f"{BOOK}/new")).form(BOOK)
    return await visitor.post(BOOK, form | TYPED | typed)


async def act(visitor: Visitor, address_id: int, action: str) -> Any:
    token = (await visitor.get(f"{BOOK}/new")).fields["csrf_token"]
    return await visitor.post(f"{BOOK}/{address_id}", {"csrf_token": token, "action": action})


async def rows(engine: Any) -> list[tuple[Any, ...]]:
    found = await engine.fetch(
        "SELECT line1, is_delivery_default, is_billing_default FROM address WHERE deleted_at IS NULL ORDER BY id"
    )
    return [tuple(row) for row in found]


async def test_nobody_gets_in_without_a_session(visitor: Visitor, engine: Any) -> None:
    for path in (BOOK, f"{BOOK}/new", f"{BOOK}/1"):
        answer = (await visitor.get(path)).response
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
    assert (await visitor.post(BOOK, TYPED)).status == 303
    assert await rows(engine) == []


async def test_the_first_address_is_the_default_for_everything(either: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(either, shop)
    assert "No address yet" in (await either.get(BOOK)).words
    answer = await add(either)
    if either.htmx:
        assert answer.response.headers["hx-redirect"] == BOOK
    else:
        assert (answer.status, answer.response.headers["location"]) == (303, BOOK)
    page = await either.get(BOOK)
    assert "Your address was saved." in page.words and "Austin, TX 73301" in page.words
    assert "For orders" in page.words and "For bills" in page.words
    row = await engine.fetchrow("SELECT * FROM address")
    assert (row["user_id"], row["region"], row["phone"]) == (user_id, "TX", "+15125550123")


async def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost(
    either: Visitor, shop: Shop, engine: Any
) -> None:
    await sign_in(either, shop)
    wrong = {"full_name": " ", "line1": "x" * 121, "postal_code": "nonsense", "region": "Nowhere", "phone": "12"}
    answer = await add(either, **wrong)
    assert answer.status == 422 and "<title>Error:" in answer.text
    for field in wrong:
        assert f'href="#{field}"' in answer.text and f'id="{field}-error"' in answer.text
    assert answer.fields["postal_code"] == "nonsense" and answer.fields["line1"] == "x" * 121
    assert ("<!doctype" in answer.text) != either.htmx
    assert await rows(engine) == []


@pytest.mark.parametrize("country", ["", "XX", "us", "ZZZZ", "\x00"])
async def test_a_country_the_shop_does_not_know(country: str, visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    answer = await add(visitor, country=country)
    assert answer.status == 422 and "Choose a country we deliver to." in answer.words


async def test_the_fields_follow_the_country(either: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(either, shop)
    form = (await either.get(f"{BOOK}/new")).form(BOOK)
    assert "region" in form
    answer = await either.post(f"{BOOK}/fields", form | {"country": "DE", "city": "Berlin"})
    assert answer.status == 200 and "Postcode" in answer.words and "region" not in answer.fields
    assert answer.fields["city"] == "Berlin"
    assert ("<!doctype" in answer.text) != either.htmx
    assert await rows(engine) == []


async def test_an_address_is_changed(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await add(visitor)
    address_id = await engine.fetchval("SELECT id FROM address")
    form = (await visitor.get(f"{BOOK}/{address_id}")).form(f"{BOOK}/{address_id}")
    assert form["line1"] == "12 Analytical Way" and form["phone"] == "+15125550123"
    answer = await visitor.post(f"{BOOK}/{address_id}", form | {"line1": "13 Analytical Way"})
    assert answer.status == 303
    assert await rows(engine) == [("13 Analytical Way", True, True)]


async def test_defaults_move_and_there_is_one_of_each(either: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(either, shop)
    await add(either, line1="1 First")
    await add(either, line1="2 Second", default_delivery="yes")
    assert await rows(engine) == [("1 First", False, True), ("2 Second", True, False)]
    first = await engine.fetchval("SELECT min(id) FROM address")
    answer = await act(either, first, "delivery")
    assert answer.status == (200 if either.htmx else 303)
    assert await rows(engine) == [("1 First", True, True), ("2 Second", False, False)]
    await act(either, first, "remove")
    assert await rows(engine) == [("2 Second", True, True)], "the next one takes its place"


async def test_deleting_has_a_way_back(either: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(either, shop)
    await add(either)
    address_id = await engine.fetchval("SELECT id FROM address")
    answer = await act(either, address_id, "remove")
    page = answer if either.htmx else await either.get(BOOK)
    assert "The address was deleted." in page.words and "Undo" in page.words and "No address yet" in page.words
    undo = page.form(f"{BOOK}/{address_id}")
    assert undo["action"] == "restore"
    if either.htmx:
        assert 'hx-target="#addresses"' in page.text
    answer = await either.post(f"{BOOK}/{address_id}", undo)
    assert await rows(engine) == [("12 Analytical Way", True, True)]
    assert (await either.get(f"{BOOK}/{address_id}")).status == 200


async def test_somebody_elses_address_is_as_little_there_as_none(
    new_visitor: NewVisitor, shop: Shop, engine: Any
) -> None:
    owner, stranger = new_visitor(), new_visitor()
    await sign_in(owner, shop)
    await add(owner)
    await sign_in(stranger, shop)
    address_id = await engine.fetchval("SELECT id FROM address")
    for other in (str(address_id), "4711", "-1", "abc", "%00", "9" * 30):
        assert (await stranger.get(f"{BOOK}/{other}")).status == 404, other
    for action in ("remove", "restore", "delivery", "billing", "nonsense"):
        assert (await act(stranger, address_id, action)).status == 404, action
    form = (await stranger.get(f"{BOOK}/new")).form(BOOK)
    assert (await stranger.post(f"{BOOK}/{address_id}", form | TYPED)).status == 404
    assert (await stranger.post(f"{BOOK}/fields", form | TYPED | {"id": str(address_id)})).status == 404
    assert await rows(engine) == [("12 Analytical Way", True, True)]


async def test_the_book_holds_a_sane_number_also_where_two_add_at_once(
    visitor: Visitor, shop: Shop, engine: Any
) -> None:
    user_id = await sign_in(visitor, shop)
    for number in range(MOST_ADDRESSES - 1):
        await factories.insert(
            "address", user_id=user_id, full_name="Ada", line1=f"{number} Road", city="Berlin", country="DE"
        )
    form = (await visitor.get(f"{BOOK}/new")).form(BOOK) | TYPED
    answers = await asyncio.gather(*(visitor.post(BOOK, form | {"line1": f"{n} Last"}) for n in range(4)))
    assert sorted(answer.status for answer in answers) == [303, 422, 422, 422]
    assert len(await rows(engine)) == MOST_ADDRESSES
    refused = next(answer for answer in answers if answer.status == 422)
    assert "up to 20 addresses" in refused.words and refused.fields["line1"].endswith("Last")
    assert "Add an address" not in (await visitor.get(BOOK)).words


async def test_two_that_make_a_default_at_once_leave_one(visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop)
    ids = [
        (
            await factories.insert(
                "address", user_id=user_id, full_name="Ada", line1=f"{n} Road", city="Berlin", country="DE"
            )
        )["id"]
        for n in range(3)
    ]
    await asyncio.gather(*(act(visitor, address_id, "delivery") for address_id in ids))
    assert sum(is_default for _, is_default, _ in await rows(engine)) == 1


async def test_a_form_of_another_session_is_refused(new_visitor: NewVisitor, shop: Shop, engine: Any) -> None:
    one, other = new_visitor(), new_visitor()
    await sign_in(one, shop)
    await sign_in(other, shop)
    form = (await other.get(f"{BOOK}/new")).form(BOOK) | TYPED
    assert (await one.post(BOOK, form)).status == 403
    assert await rows(engine) == []


async def test_other_columns_are_not_for_the_form(visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop)
    other = await factories.make_user()
    await add(visitor, user_id=str(other["id"]), is_delivery_default="true", deleted_at="2026-01-01", id="7")
    row = await engine.fetchrow("SELECT * FROM address")
    assert (row["user_id"], row["deleted_at"]) == (user_id, None)


class TestCheckout:
    """Two actions: open the checkout, place the order."""

    async def test_the_default_address_is_chosen(self, visitor: Visitor, shop: Shop, mug: Any, engine: Any) -> None:
        user_id = await sign_in(visitor, shop, email="ada@shop.example")
        await add(visitor)
        await visitor.add("everyday-mug")
        form = (await visitor.get("/checkout")).form("/checkout")
        assert "email" not in form and "line1" not in form
        answer = await visitor.post("/checkout", form)
        assert answer.status == 303, answer.words
        order = await engine.fetchrow("SELECT * FROM orders")
        assert (order["created_by"], order["email"]) == (user_id, "ada@shop.example")
        parcel = await engine.fetchrow("SELECT line1, region, phone FROM shipping_info")
        assert tuple(parcel) == ("12 Analytical Way", "TX", "+15125550123")
        assert await engine.fetchval("SELECT user_id FROM billing_info") == user_id
        assert (await visitor.get(answer.response.headers["location"])).status == 200

    async def test_another_address_of_the_book(self, either: Visitor, shop: Shop, mug: Any, engine: Any) -> None:
        await sign_in(either, shop)
        await add(either)
        await add(either, line1="5 Rue Longue", city="Lyon", country="FR", postal_code="69001", region="", phone="")
        await either.add("everyday-mug")
        second = str(await engine.fetchval("SELECT max(id) FROM address"))
        form = (await either.get("/checkout")).form("/checkout")
        quoted = await either.post("/checkout/quote", form | {"address": second})
        assert quoted.status == 200 and quoted.fields["address"] == second
        answer = await either.post("/checkout", form | {"address": second, "digest": quoted.fields["digest"]})
        assert answer.status in (200, 303), answer.words
        assert await engine.fetchval("SELECT country FROM shipping_info") == "FR"

    async def test_a_new_address_is_typed_and_kept_where_asked(
        self, either: Visitor, shop: Shop, mug: Any, engine: Any
    ) -> None:
        await sign_in(either, shop)
        await add(either)
        await either.add("everyday-mug")
        form = (await either.get("/checkout")).form("/checkout")
        quoted = await either.post("/checkout/quote", form | {"address": "new"})
        assert "line1" in quoted.fields and quoted.fields["line1"] == ""
        typed = form | TYPED | {"address": "new", "line1": "99 New Street", "keep_address": "yes"}
        answer = await either.post("/checkout", typed | {"digest": quoted.fields["digest"]})
        assert answer.status in (200, 303), answer.words
        assert await engine.fetchval("SELECT line1 FROM shipping_info") == "99 New Street"
        assert await rows(engine) == [("12 Analytical Way", True, True), ("99 New Street", False, False)]
        await either.post("/checkout", typed | {"digest": quoted.fields["digest"]})
        assert len(await rows(engine)) == 2, "sent twice, kept once"

    async def test_a_new_address_with_errors_stays_typed(self, either: Visitor, shop: Shop, mug: Any) -> None:
        await sign_in(either, shop)
        await add(either)
        await either.add("everyday-mug")
        form = (await either.get("/checkout")).form("/checkout") | TYPED | {"address": "new", "line1": ""}
        answer = await either.post("/checkout", form | {"city": "Elsewhere", "keep_address": "yes"})
        assert answer.status == 422 and answer.fields["city"] == "Elsewhere" and answer.fields["keep_address"] == "yes"

    async def test_somebody_elses_address_goes_nowhere(
        self, new_visitor: NewVisitor, shop: Shop, mug: Any, engine: Any
    ) -> None:
        owner, thief = new_visitor(), new_visitor()
        await sign_in(owner, shop)
        await add(owner, line1="1 Secret Lane")
        secret = str(await engine.fetchval("SELECT id FROM address"))
        await sign_in(thief, shop)
        await add(thief, line1="2 Thief Road")
        await thief.add("everyday-mug")
        form = (await thief.get("/checkout")).form("/checkout")
        for address in (secret, "0", "x", "9" * 40):
            answer = await thief.post("/checkout", form | {"address": address})
            assert answer.status == 422 and "Choose an address of the list" in answer.words
            assert "Secret Lane" not in answer.text
            assert "Secret Lane" not in (await thief.post("/checkout/quote", form | {"address": address})).text
        assert await engine.fetchval("SELECT count(*) FROM orders") == 0

    async def test_a_guest_keeps_nothing(self, visitor: Visitor, shop: Shop, mug: Any, engine: Any) -> None:
        await visitor.add("everyday-mug")
        page = await visitor.get("/checkout")
        assert "Keep this address" not in page.words
        answer = await visitor.post("/checkout", await visitor.checkout_form(keep_address="yes", address="1"))
        assert answer.status == 303
        assert await rows(engine) == []
        assert await engine.fetchval("SELECT created_by FROM orders") is None


async def test_a_new_address_stands_below_the_others(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    page = await visitor.get("/account/addresses/new")
    crumbs = page.text.partition('class="crumbs')[2].partition("</nav>")[0]
    assert [name for name in ("/account", "/account/addresses") if f'href="{name}"' in crumbs] == [
        "/account",
        "/account/addresses",
    ]
