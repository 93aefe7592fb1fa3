"""What a guest put into the cart, after signing in and out."""

import pytest

from tests import factories
from tests.web.accounts import PASSWORD as MEMBERS
from tests.web.accounts import new_member
from tests.web.entering import location, send, sign_in, sign_out, sign_up


@pytest.fixture
async def owner(new_visitor, post, engine):
    """Somebody with an account, at a browser elsewhere."""
    owner = new_visitor()
    await sign_up(owner, post)
    return owner


async def test_the_cart_goes_along_and_what_changed_is_told(either, owner, mug, lamp, engine):
    await owner.add("everyday-mug", "2")
    await owner.add("dune-lamp", "1", Colour="Sand", Size="M")
    await either.add("everyday-mug", "3")
    await sign_in(either)
    page = await either.get("/")
    assert "Your cart also holds what you left in it before. Everyday mug: now 5 in all." in page.words
    cart = await either.get("/cart")
    assert "Dune lamp" in cart.words and 'aria-label="Cart, 6 items"' in cart.text
    assert 'aria-label="Cart, 6 items"' in (await owner.get("/")).text, "in every browser of theirs"


async def test_nothing_is_told_where_nothing_changed(either, owner, mug, engine):
    await either.add("everyday-mug", "3")
    await sign_in(either)
    page = await either.get("/cart")
    assert 'aria-label="Cart, 3 items"' in page.text and 'class="flash' not in page.text


async def test_after_signing_out_the_cart_is_empty(either, owner, mug, engine):
    await either.add("everyday-mug")
    await sign_in(either)
    await either.add("everyday-mug")
    assert "cart" not in either.client.cookies
    await sign_out(either)
    page = await either.get("/cart")
    assert "Your cart is empty" in page.words and "Everyday mug" not in page.words
    await sign_in(either)
    assert 'aria-label="Cart, 2 items"' in (await either.get("/")).text


async def test_another_person_at_the_same_browser_has_their_own(visitor, owner, mug, post, engine):
    await owner.add("everyday-mug", "4")
    await sign_in(visitor)
    await sign_out(visitor)
    await sign_up(visitor, post, email="eve@shop.example")
    assert 'aria-label="Cart, 0 items"' in (await visitor.get("/")).text
    await visitor.add("everyday-mug")
    assert 'aria-label="Cart, 4 items"' in (await owner.get("/")).text


async def test_many_changes_fit_into_one_message(visitor, owner, mug, engine):
    for number in range(8):
        slug = f"thing-{number}"
        await factories.make_product(name=f"Thing {number} {'x' * 130}", slug=slug, stock=2)
        await owner.add(slug)
        await visitor.add(slug)
    await sign_in(visitor)
    page = await visitor.get("/cart")
    assert page.words.count("now 2 in all") == 4 and "And 4 more changes." in page.words


async def test_what_somebody_looked_at_goes_with_them(visitor, owner, mug, engine):
    await sign_in(visitor)
    await visitor.get("/lately-seen/dot.gif?now=everyday-mug")
    assert "seen" in visitor.client.cookies
    await sign_out(visitor)
    assert "seen" not in visitor.client.cookies


async def test_the_header_of_shared_pages_is_each_ones_own(visitor, new_visitor, owner, mug, engine):
    for path in ("/", "/p/everyday-mug", "/search?q=mug"):
        for _ in range(2):
            guest, person = await visitor.get(path), await owner.get(path)
            assert 'aria-label="Sign in"' in guest.text and "/sign-out" not in guest.text
            assert 'action="/sign-out"' in person.text and 'aria-label="Sign in"' not in person.text
            assert guest.response.headers["cache-control"] == "no-cache" and "etag" in guest.response.headers
            assert person.response.headers["cache-control"] == "no-store"
    guest = await new_visitor().get("/search?q=mug")
    assert "/sign-in?next=/search%3Fq%3Dmug" in guest.links


async def test_the_cart_goes_along_after_the_second_factor_and_not_before(either, shop, mug, engine):
    member = await new_member(shop, either)
    await member.enrol()
    await either.add("everyday-mug", "3")
    half = location(await sign_in(either, email="ada@shop.example", password=MEMBERS, next="/cart"))
    assert half.startswith("/sign-in/two-factor")
    assert 'aria-label="Cart, 3 items"' in (await either.get("/cart")).text
    assert await engine.fetchval("SELECT count(*) FROM cart WHERE user_id IS NOT NULL") == 0
    wrong = await send(either, "/sign-in/two-factor", {"code": "000000"}, page=half)
    assert wrong.status == 422
    assert await engine.fetchval("SELECT count(*) FROM cart WHERE user_id IS NOT NULL") == 0
    done = await send(either, "/sign-in/two-factor", {"code": await member.code()}, page=half)
    assert location(done) == "/cart" and "cart" not in either.client.cookies
    assert 'aria-label="Cart, 3 items"' in (await either.get("/cart")).text
    query = "SELECT i.quantity FROM cart_item i JOIN cart c ON c.id = i.cart_id WHERE c.user_id = $1"
    assert [line["quantity"] for line in await engine.fetch(query, member.user["id"])] == [3]
