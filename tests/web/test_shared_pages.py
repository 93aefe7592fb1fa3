"""Pages that are the same for everybody: rendered once, never stale, and nothing of one visitor reaches another."""

import asyncio
import gzip
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
import pytest_asyncio

from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.engine import ShopEngine
from app.web.compression import accepted_encoding
from app.web.context import Web
from app.web.render import Renderer
from app.web.shared_pages import KeptPage, Key, SharedPages, is_known, plain_query
from tests import factories
from tests.web.conftest import NewVisitor, Page, Visitor

SHARED = ["/", "/p/everyday-mug", "/c/kitchen", "/search?q=mug", "/search", "/delivery", "/terms"]


@pytest_asyncio.fixture
async def mug(mug: Any, engine: ShopEngine) -> Any:
    """In a category with an address of its own."""
    await change(engine, "UPDATE category SET slug = 'kitchen'")
    return mug


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Grows by one whenever the first page is really made."""
    made: list[int] = []
    plain = PiccoloCatalog.home

    async def counted(self: PiccoloCatalog, **options: Any) -> Any:
        made.append(len(made))
        await asyncio.sleep(0)
        return await plain(self, **options)

    monkeypatch.setattr(PiccoloCatalog, "home", counted)
    yield made


def in_cart(page: Page) -> int:
    found = re.search(r'id="cart-link"[^>]*aria-label="Cart, (\d+) item', page.text)
    assert found, page.text[:3000]
    return int(found[1])


async def change(engine: ShopEngine, sql: str, *args: object) -> None:
    async with engine.transaction():
        await engine.execute(sql, *args)


@pytest.mark.parametrize("path", SHARED)
class TestEveryOneOfThem:
    async def test_guests_get_the_same_bytes_and_no_cookie(self, path: str, new_visitor: NewVisitor, mug: Any) -> None:
        first, second = await new_visitor().get(path), await new_visitor().get(path)
        assert first.response.content == second.response.content
        for page in (first, second):
            assert page.status == 200
            assert "set-cookie" not in page.response.headers
            assert page.response.headers["cache-control"] == "no-cache"
            assert page.response.headers["etag"].startswith('W/"')
            vary = page.response.headers["vary"]
            assert {"HX-Request", "HX-Request-Type", "Cookie", "Accept-Encoding"} <= set(vary.split(", "))

    async def test_no_place_is_left_empty(self, path: str, visitor: Visitor, mug: Any) -> None:
        page = await visitor.get(path)
        assert "<!--" not in page.text
        assert in_cart(page) == 0

    async def test_who_has_it_is_told_so(self, path: str, new_visitor: NewVisitor, mug: Any) -> None:
        etag = (await new_visitor().get(path)).response.headers["etag"]
        again = await new_visitor().get(path, headers={"if-none-match": etag})
        assert (again.status, again.text) == (304, "")
        assert again.response.headers["etag"] == etag
        assert {"cache-control", "vary"} <= set(again.response.headers)
        assert (await new_visitor().get(path, headers={"if-none-match": 'W/"else"'})).status == 200

    async def test_head_is_answered_like_get(self, path: str, visitor: Visitor, mug: Any) -> None:
        got, asked = await visitor.get(path), await visitor.client.head(path)
        assert asked.status_code == 200
        assert asked.headers["etag"] == got.response.headers["etag"]

    async def test_each_has_their_own_cart(self, path: str, new_visitor: NewVisitor, mug: Any) -> None:
        """In whatever order and however many at once they come."""
        visitors = {0: new_visitor(), 1: new_visitor(), 3: new_visitor()}
        for count, visitor in visitors.items():
            if count:
                await visitor.add("everyday-mug", str(count))
                await visitor.get("/cart")  # takes the message
        order = [count for count in visitors for _ in range(8)]
        random.Random(7).shuffle(order)
        pages = await asyncio.gather(*(visitors[count].get(path) for count in order))
        assert [in_cart(page) for page in pages] == order
        etags = {page.response.headers["etag"] for page in pages}
        assert len(etags) == len(visitors)

    async def test_a_message_is_for_one_and_once(self, path: str, new_visitor: NewVisitor, mug: Any) -> None:
        buyer, other = new_visitor(), new_visitor()
        await other.get(path)
        await buyer.add("everyday-mug")
        told = await buyer.get(path)
        assert "Everyday mug" in told.words and 'class="flash' in told.text
        assert told.response.headers["cache-control"] == "no-store"
        assert "etag" not in told.response.headers
        assert 'class="flash' not in (await other.get(path)).text
        assert 'class="flash' not in (await buyer.get(path)).text

    @pytest.mark.parametrize("encoding", ["br", "gzip", ""])
    async def test_every_encoding_says_the_same(
        self, path: str, encoding: str, new_visitor: NewVisitor, mug: Any
    ) -> None:
        plain = (await new_visitor().get(path, headers={"accept-encoding": "identity"})).text
        for _ in range(2):  # made, and kept
            request = new_visitor().client.build_request("GET", path, headers={"accept-encoding": encoding or "br;q=0"})
            response = await new_visitor().client.send(request, stream=True)
            body = b"".join([chunk async for chunk in response.aiter_raw()])
            assert response.headers.get("content-encoding", "") == encoding
            assert int(response.headers["content-length"]) == len(body)
            unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](body)
            assert unpacked.decode() == plain

    async def test_theme_and_language_are_told_apart(self, path: str, new_visitor: NewVisitor, mug: Any) -> None:
        dark, plain = new_visitor(), new_visitor()
        dark.client.cookies.set("theme", "dark")
        for _ in range(2):
            assert 'data-theme="dark"' in (await dark.get(path)).text
            assert 'data-theme="dark"' not in (await plain.get(path)).text
            assert 'lang="de-DE"' in (await plain.get(f"/de{path}")).text
            assert 'lang="en-US"' in (await plain.get(path)).text


class TestHome:
    async def test_it_is_made_once(self, new_visitor: NewVisitor, mug: Any, rendered: list[int]) -> None:
        for _ in range(3):
            await new_visitor().get("/")
        assert len(rendered) == 1

    async def test_many_at_once_are_made_once(self, new_visitor: NewVisitor, mug: Any, rendered: list[int]) -> None:
        pages = await asyncio.gather(*(new_visitor().get("/") for _ in range(12)))
        assert len({page.text for page in pages}) == 1
        assert len(rendered) == 1

    async def test_what_is_known_is_not_made(self, new_visitor: NewVisitor, mug: Any, rendered: list[int]) -> None:
        etag = (await new_visitor().get("/")).response.headers["etag"]
        await new_visitor().get("/", headers={"if-none-match": etag})
        assert len(rendered) == 1

    async def test_click_counters_and_order_make_no_other_page(
        self, new_visitor: NewVisitor, mug: Any, rendered: list[int]
    ) -> None:
        for query in ("a=1&b=2", "b=2&a=1&utm_source=mail", "gclid=x&a=1&b=2&c="):
            await new_visitor().get(f"/?{query}")
        assert len(rendered) == 1

    async def test_an_edit_shows_at_the_next_request(self, visitor: Visitor, mug: Any, engine: ShopEngine) -> None:
        assert "Everyday mug" in (await visitor.get("/")).words
        await change(engine, "UPDATE product SET name = 'Morning mug'")
        assert "Morning mug" in (await visitor.get("/")).words
        await change(engine, "UPDATE product SET status = 'archived'")
        assert "Morning mug" not in (await visitor.get("/")).words

    async def test_the_departments_follow_too(self, visitor: Visitor, mug: Any, engine: ShopEngine) -> None:
        await visitor.get("/")
        await change(engine, "UPDATE category SET name = 'Crockery'")
        assert (await visitor.get("/")).text.count("Crockery") > 1

    async def test_stock_is_right_where_it_is_shown(
        self, visitor: Visitor, mug: Any, engine: ShopEngine, rendered: list[int]
    ) -> None:
        await change(engine, "UPDATE inventory SET reserved = 0, quantity = 7")
        assert "left" not in (await visitor.get("/")).words
        await change(engine, "UPDATE inventory SET reserved = 1")
        await visitor.get("/")
        made = len(rendered)
        await change(engine, "UPDATE inventory SET reserved = 2")
        assert "Only 5 left" in (await visitor.get("/")).words
        await change(engine, "UPDATE inventory SET reserved = 7")
        assert "Sold out" in (await visitor.get("/")).words
        assert len(rendered) == made + 2

    async def test_a_product_appears_when_its_time_comes(
        self, visitor: Visitor, mug: Any, engine: ShopEngine, superuser: Any
    ) -> None:
        soon = datetime.now(UTC) + timedelta(hours=1)
        await factories.make_product(name="Coming lamp", published_at=soon)
        assert "Coming lamp" not in (await visitor.get("/")).words
        # With triggers asleep nothing but the moment has changed.
        await superuser.execute(
            "BEGIN; SET LOCAL session_replication_role = replica;"
            "UPDATE product SET published_at = now() - interval '1 second' WHERE published_at > now(); COMMIT"
        )
        assert "Coming lamp" in (await visitor.get("/")).words


@pytest.mark.parametrize("path", ["/", "/p/everyday-mug", "/c/kitchen", "/search?q=mug", "/flash-sale"])
class TestFlashSales:
    """A page that was shown, and is kept, while the sale ran."""

    @pytest_asyncio.fixture
    async def running(self, path: str, visitor: Visitor, mug: Any) -> None:
        await factories.make_flash_sale(mug, price="9.00", cap=20, sold=5)
        page = await visitor.get(path)
        assert "Sale price $9.00 Regular price $14.00" in page.words

    async def is_over(self, path: str, visitor: Visitor) -> bool:
        page = await visitor.get(path)
        words = page.words
        assert "$9.00" not in words and "Regular price" not in words and "%" not in words.partition("Exclusive")[2]
        assert ("$14.00" in words) is (path != "/flash-sale")
        return True

    async def test_when_its_time_is_up(self, path: str, visitor: Visitor, running: None, superuser: Any) -> None:
        # With triggers asleep nothing but the moment has changed.
        await superuser.execute(
            "BEGIN; SET LOCAL session_replication_role = replica;"
            "UPDATE flash_sale SET ends_at = now() - interval '1 microsecond'; COMMIT"
        )
        assert await self.is_over(path, visitor)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE flash_sale_item SET sold = stock_cap",
            "UPDATE flash_sale SET is_active = false",
            "UPDATE flash_sale SET deleted_at = now()",
            "UPDATE flash_sale_item SET deleted_at = now()",
            "UPDATE product SET price = 9",
        ],
        ids=["no units left", "switched off", "retired", "without the product", "no cut any more"],
    )
    async def test_before_that(
        self, path: str, change: str, visitor: Visitor, running: None, engine: ShopEngine
    ) -> None:
        async with engine.transaction():
            await engine.execute(change)
        if change.endswith("= 9"):
            assert "Regular price" not in (await visitor.get(path)).words
        else:
            assert await self.is_over(path, visitor)


class TestRefusals:
    async def test_they_are_not_kept_and_each_has_their_own_cart(
        self, new_visitor: NewVisitor, mug: Any, rendered: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = Renderer.html

        def refusing(self: Renderer, template: str, page: Any, **options: Any) -> Any:
            return plain(
                self, template, page, **{**options, "status": 422} if template == "home/show.html" else options
            )

        monkeypatch.setattr(Renderer, "html", refusing)
        buyer, other = new_visitor(), new_visitor()
        await buyer.add("everyday-mug", "3")
        pages = await asyncio.gather(buyer.get("/"), other.get("/"), other.get("/"))
        assert [page.status for page in pages] == [422] * 3
        assert [in_cart(page) for page in pages] == [3, 0, 0]
        assert [page.text.count('class="flash') for page in pages] == [1, 0, 0]
        assert not any("<!--" in page.text or "etag" in page.response.headers for page in pages)
        assert len(rendered) == 3


class TestThePageOfAProduct:
    async def test_it_tells_each_how_many_of_it_they_have(self, new_visitor: NewVisitor, mug: Any, lamp: Any) -> None:
        buyer, guest = new_visitor(), new_visitor()
        await buyer.add("everyday-mug", "3")
        await buyer.get("/cart")  # takes the message
        for _ in range(2):
            mine = await buyer.get("/p/everyday-mug")
            assert "3 of these in your cart" in mine.words
            assert "in your cart" not in (await guest.get("/p/everyday-mug")).words
            assert "in your cart" not in (await buyer.get("/p/dune-lamp")).words
        await buyer.add("everyday-mug", "17")
        await buyer.get("/cart")
        again = await buyer.get("/p/everyday-mug", headers={"if-none-match": mine.response.headers["etag"]})
        assert again.status == 200
        assert "20 of these in your cart No more of it is left." in again.words
        assert 'id="in-cart"><svg' in (await buyer.get("/de/p/everyday-mug")).text


class TestNegativeControls:
    async def test_without_a_version_an_edit_would_not_show(
        self, visitor: Visitor, mug: Any, engine: ShopEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def never_moves(_: PiccoloCatalog) -> str:
            return f"{mug['id']}"

        monkeypatch.setattr(PiccoloCatalog, "version", never_moves)
        await visitor.get("/")
        await change(engine, "UPDATE product SET name = 'Morning mug'")
        assert "Morning mug" not in (await visitor.get("/")).words

    async def test_without_their_looks_one_would_get_the_page_of_another(
        self, new_visitor: NewVisitor, mug: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Web, "looks", lambda self, request: ())
        await new_visitor().get("/de/")
        assert 'lang="de-DE"' in (await new_visitor().get("/")).text

    async def test_a_frame_of_the_visitor_would_go_to_everybody(
        self, new_visitor: NewVisitor, mug: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever puts something of one visitor into the page itself would do this."""
        plain = Web.frame

        async def counted(self: Web, request: Any, **options: Any) -> Any:
            request.scope.pop("shop_for_everybody", None)
            return await plain(self, request, **options)

        monkeypatch.setattr(Web, "frame", counted)
        buyer = new_visitor()
        await buyer.add("everyday-mug", "3")
        buyer.client.cookies.delete("flash")
        await buyer.get("/")
        assert in_cart(await new_visitor().get("/")) == 3


def page_of(size: int) -> KeptPage:
    return KeptPage(("x" * (size // 2),), None, {}, "digest")


def key_of(name: str) -> Key:
    return Key("1", name, "", (), "")


class TestRoom:
    async def test_what_was_asked_for_last_stays(self) -> None:
        pages, made = SharedPages(room=300), []

        async def ask(name: str, size: int = 100) -> None:
            async def render() -> KeptPage:
                made.append(name)
                return page_of(size)

            await pages.find(key_of(name), render)

        for name in ("a", "b", "c", "a", "d", "a", "b"):
            await ask(name)
        assert made == ["a", "b", "c", "d", "b"]
        await ask("large", 400)
        await ask("b")
        assert made == ["a", "b", "c", "d", "b", "large"]

    async def test_a_failure_is_told_to_those_who_waited_and_forgotten(self) -> None:
        pages, answers = SharedPages(room=300), iter([ValueError(), page_of(10)])

        async def render() -> KeptPage:
            await asyncio.sleep(0)
            if isinstance(answer := next(answers), Exception):
                raise answer
            return answer

        both = await asyncio.gather(
            pages.find(key_of("a"), render), pages.find(key_of("a"), render), return_exceptions=True
        )
        assert [type(one) for one in both] == [ValueError, ValueError]
        assert isinstance(await pages.find(key_of("a"), render), KeptPage)

    async def test_one_who_leaves_takes_nothing_from_those_who_wait(self) -> None:
        pages, gate = SharedPages(room=300), asyncio.Event()

        async def render() -> KeptPage:
            await gate.wait()
            return page_of(10)

        leaving = asyncio.create_task(pages.find(key_of("a"), render))
        await asyncio.sleep(0)
        staying = asyncio.create_task(pages.find(key_of("a"), render))
        await asyncio.sleep(0)
        leaving.cancel()
        gate.set()
        assert isinstance(await staying, KeptPage)


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        (b"", ""),
        (b"b=2&a=1", "a=1&b=2"),
        (b"colour=Sage&colour=Ink", "colour=Sage&colour=Ink"),
        (b"q=&page=2", "page=2"),
        (b"q=caf%C3%A9+au+lait&utm_campaign=x&fbclid=y", "q=caf%C3%A9+au+lait"),
        (b"q=%FF%00&=&&&", "q=%EF%BF%BD%00"),
        ("q=é".encode(), "q=%C3%A9"),
    ],
)
def test_one_question_has_one_spelling(query: bytes, plain: str) -> None:
    assert plain_query(query) == plain
    assert plain_query(plain.encode()) == plain


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip;q=0", ""),
        ("GZIP;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("brotli, gzipped", ""),
    ],
)
def test_the_best_encoding_that_is_taken(header: str, encoding: str) -> None:
    assert accepted_encoding(header) == encoding


def test_known_is_what_the_header_names() -> None:
    assert is_known('W/"a-1"', 'W/"b-1", W/"a-1"')
    assert is_known('W/"a-1"', '"a-1"')
    assert is_known('W/"a-1"', "*")
    assert not is_known('W/"a-1"', 'W/"a-12"')
    assert not is_known('W/"a-1"', "")
