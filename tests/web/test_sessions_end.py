"""A session that is renewed, or that ends, while somebody is at it."""

import pytest

from tests import factories
from tests.web.conftest import BUYER, ORIGIN
from tests.web.entering import EMAIL, location, send, sign_in, sign_up


async def end_sessions(engine):
    async with engine.transaction():
        await engine.execute("UPDATE user_session SET revoked_at = now(), revoked_reason = 'revoked'")


@pytest.fixture
async def owner(either, post, engine, mug):
    await sign_up(either, post)
    await either.add("everyday-mug", "2")
    return either


async def test_an_order_is_placed_once_though_the_access_token_is_over(owner, engine):
    form = await owner.checkout_form()
    owner.client.cookies.set("access", "over", domain="shop.test", path="/")
    page = await owner.post("/checkout", form)
    assert location(page).startswith("/orders/")
    assert await engine.fetchval("SELECT count(*) FROM orders") == 1


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
async def test_pages_of_the_cart_lead_to_the_sign_in_and_back(owner, engine, path):
    await end_sessions(engine)
    page = await owner.get(path)
    assert location(page) == f"/sign-in?next=%2F{path[1:]}"
    assert "Your session has ended. Sign in again to go on." in (await owner.get("/sign-in")).words
    assert location(await sign_in(owner, next=path)) == path
    assert (await owner.get(path)).status == 200


async def test_pages_for_everybody_stay_open(owner, engine):
    await end_sessions(engine)
    page = await owner.get("/p/everyday-mug")
    assert page.status == 200 and 'aria-label="Sign in"' in page.text
    assert "access" not in owner.client.cookies


async def test_what_was_typed_into_the_checkout_is_kept(owner, engine):
    form = await owner.checkout_form(line1="7 Long Letter Lane", note="Ring twice")
    await end_sessions(engine)
    page = await owner.post("/checkout", form)
    assert location(page) == "/sign-in?next=%2Fcheckout"
    assert "what you typed is kept" in (await owner.get("/sign-in")).words
    assert await engine.fetchval("SELECT count(*) FROM orders") == 0
    await sign_in(owner, next="/checkout")
    kept = (await owner.get("/checkout")).form("/checkout")
    assert (kept["line1"], kept["note"]) == ("7 Long Letter Lane", "Ring twice")
    assert location(await owner.post("/checkout", kept)).startswith("/orders/")


async def test_a_change_of_the_cart_is_not_lost_without_a_word(owner, engine):
    line = await engine.fetchval("SELECT id FROM cart_item")
    form = (await owner.get("/cart")).form(f"/cart/items/{line}")
    await end_sessions(engine)
    referrer = {"referer": f"{ORIGIN}/cart"}
    page = await owner.post(f"/cart/items/{line}", form | {"quantity": "3"}, headers=referrer)
    assert location(page) == "/sign-in?next=%2Fcart"
    assert "what you sent was not saved" in (await owner.get("/sign-in")).words


async def test_what_is_put_into_the_cart_meanwhile_goes_along(owner, engine):
    await end_sessions(engine)
    await owner.add("everyday-mug")
    await sign_in(owner)
    assert 'aria-label="Cart, 3 items"' in (await owner.get("/")).text


class TestCheckout:
    async def test_the_address_is_the_accounts_whatever_the_form_says(self, owner, engine, post):
        page = await owner.get("/checkout")
        assert "email" not in page.form("/checkout") and EMAIL in page.words and "Guest checkout" not in page.words
        assert page.form("/checkout")["full_name"] == "Ada King Lovelace"
        await owner.post("/checkout", await owner.checkout_form(email="eve@shop.example"))
        order = await engine.fetchrow("SELECT email, created_by FROM orders")
        assert order["email"] == EMAIL
        assert order["created_by"] == await engine.fetchval("SELECT id FROM users")
        assert [mail.recipient for mail in await post.deliver()] == [EMAIL]

    async def test_the_second_order_takes_two_actions(self, owner, engine):
        await owner.post("/checkout", await owner.checkout_form())
        await owner.add("everyday-mug")
        form = (await owner.get("/checkout")).form("/checkout")
        assert (form["full_name"], form["line1"], form["region"]) == ("Ada Lovelace", "12 Analytical Way", "TX")
        assert location(await owner.post("/checkout", form)).startswith("/orders/")

    async def test_signing_in_on_the_way_keeps_what_was_typed(self, either, new_visitor, mug, post, engine):
        await sign_up(new_visitor(), post)
        await either.add("everyday-mug")
        typed = (await either.get("/checkout")).form("/checkout") | BUYER
        typed |= {"line1": "7 Long Letter Lane", "email": "other@shop.example", "note": "Ring twice"}
        assert location(await either.post("/checkout/sign-in", typed)) == "/sign-in?next=%2Fcheckout"
        assert location(await sign_in(either, next="/checkout")) == "/checkout"
        kept = (await either.get("/checkout")).form("/checkout")
        assert (kept["line1"], kept["note"], kept["postal_code"]) == ("7 Long Letter Lane", "Ring twice", "73301")
        assert location(await either.post("/checkout", kept)).startswith("/orders/")
        assert await engine.fetchval("SELECT email FROM orders") == EMAIL

    async def test_what_was_typed_is_wiped_with_the_order_and_after_a_day(self, visitor, mug, shop, engine):
        await visitor.add("everyday-mug")
        form = await visitor.checkout_form(line1="7 Long Letter Lane")
        await visitor.post("/checkout/sign-in", form)
        assert (await visitor.get("/checkout")).form("/checkout")["line1"] == "7 Long Letter Lane"
        async with engine.transaction():
            await engine.execute("UPDATE cart SET drafted_at = now() - interval '25 hours'")
        assert (await visitor.get("/checkout")).form("/checkout")["line1"] == ""
        assert await shop.services.cart.forget_drafts() == 1
        assert await engine.fetchval("SELECT draft FROM cart") is None
        await visitor.post("/checkout/sign-in", form)
        await visitor.post("/checkout", form)
        assert await engine.fetchval("SELECT draft FROM cart") is None

    async def test_fifty_signed_in_clicks_make_one_order(self, owner, engine):
        import asyncio

        form = await owner.checkout_form()
        pages = await asyncio.gather(*(owner.post("/checkout", form) for _ in range(20)))
        assert len({location(page) for page in pages}) == 1
        assert await engine.fetchval("SELECT count(*) FROM orders") == 1


class TestGuestOrders:
    async def order(self, visitor, **typed):
        await visitor.add("everyday-mug")
        return location(await visitor.post("/checkout", await visitor.checkout_form(**typed)))

    async def test_one_field_makes_an_account_of_an_order(self, either, mug, post, engine):
        path = await self.order(either)
        number = path.partition("?")[0].rpartition("/")[2]
        page = await send(either, f"/orders/{number}/account", {"password": "short"}, page=path)
        assert page.status == 422 and "Use at least 15 characters" in page.words
        page = await send(either, f"/orders/{number}/account", {"password": "seven quiet lamps in june"}, page=path)
        assert location(page) == "/verify"
        page = await send(either, "/verify", {"code": await post.code(BUYER["email"])})
        assert location(page) == path
        user = await engine.fetchrow("SELECT id, first_name, last_name FROM users")
        assert (user["first_name"], user["last_name"]) == ("Ada", "Lovelace")
        assert await engine.fetchval("SELECT created_by FROM orders") == user["id"]
        assert "Keep this order in an account" not in (await either.get(path)).words

    async def test_earlier_orders_of_a_proven_address_are_attached(self, visitor, new_visitor, mug, post, engine):
        await self.order(new_visitor(), email="Ada@Shop.Example")
        await self.order(new_visitor(), email=EMAIL)
        await self.order(new_visitor(), email="eve@shop.example")
        await send(visitor, "/sign-up", {"name": "Ada", "email": EMAIL, "password": "seven quiet lamps in june"})
        assert await engine.fetchval("SELECT count(created_by) FROM orders") == 0, "nothing is proven yet"
        await send(visitor, "/verify", {"code": await post.code(EMAIL)})
        assert await engine.fetchval("SELECT count(created_by) FROM orders") == 2
        stranger = await engine.fetchval("SELECT created_by FROM orders WHERE email = 'eve@shop.example'")
        assert stranger is None

    async def test_the_order_of_somebody_elses_account_is_not_taken(self, visitor, mug, post, engine):
        other = await factories.make_user(email="eve@shop.example")
        path = await self.order(visitor)
        async with engine.transaction():
            await engine.execute("UPDATE orders SET created_by = $1", other["id"])
        await sign_up(visitor, post)
        assert await engine.fetchval("SELECT created_by FROM orders") == other["id"]
        assert (await visitor.get(path)).status == 200

    async def test_a_wrong_key_makes_no_account(self, either, mug, engine):
        path = await self.order(either)
        number = path.partition("?")[0].rpartition("/")[2]
        form = (await either.get(path)).form(f"/orders/{number}/account") | {"password": "seven quiet lamps in june"}
        for key in ("", "x", "\0"):
            assert (await either.post(f"/orders/{number}/account", form | {"key": key})).status == 404
        assert await engine.fetchval("SELECT count(*) FROM users") == 0
