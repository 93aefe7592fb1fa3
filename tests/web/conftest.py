"""A shop without a socket: requests go straight into the application, in the test's own event loop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.main import create_app
from app.settings import Settings
from tests import factories
from tests.services.conftest import Post
from tests.signing_in import begin_session

ORIGIN = "http://shop.test"


class Page:
    """An answer, and what a person could do with it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.text
        self._parser = _Parser()
        self._parser.feed(response.text)

    @property
    def words(self) -> str:
        """What the page says, without mark-up."""
        return " ".join(" ".join(self._parser.words).split())

    @property
    def title(self) -> str:
        return self._parser.title

    @property
    def fields(self) -> dict[str, str]:
        """The form fields of the page with the values they hold; of radio buttons and selects the chosen one."""
        return self._parser.fields

    def form(self, action: str) -> dict[str, str]:
        """What the first form that goes to `action` sends when its first button is pressed."""
        return next(fields for target, fields in self._parser.forms if target == action)

    @property
    def links(self) -> list[str]:
        return self._parser.links


class Visitor:
    """A browser with its own cookies. `htmx` makes it ask the way htmx does."""

    def __init__(self, app: Any, *, htmx: bool = False) -> None:
        self.htmx = htmx
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=True), base_url=ORIGIN
        )

    async def get(self, path: str, **options: Any) -> Page:
        return Page(await self.client.get(path, **options))

    async def post(self, path: str, data: dict[str, str] | None = None, **options: Any) -> Page:
        headers = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
        if self.htmx:
            headers |= {"hx-request": "true", "hx-request-type": "partial"}
        headers |= options.pop("headers", {})
        return Page(await self.client.post(path, data=data or {}, headers=headers, **options))

    async def add(self, slug: str, quantity: str = "1", **options: str) -> Page:
        chosen = {f"option.{name}": value for name, value in options.items()}
        return await self.post("/cart/items", {"product": slug, "quantity": quantity, **chosen})

    async def checkout_form(self, **typed: str) -> dict[str, str]:
        """The checkout form of this visitor's cart as a person would fill it in."""
        page = await self.get("/checkout")
        assert page.status == 200, page.words
        return page.form("/checkout") | BUYER | typed


BUYER = {
    "email": "ada@shop.example",
    "full_name": "Ada Lovelace",
    "line1": "12 Analytical Way",
    "city": "Austin",
    "region": "TX",
    "postal_code": "73301",
    "country": "US",
    "delivery_method": "standard",
    "payment_method": "cash_on_delivery",
}

NewVisitor = Callable[..., Visitor]
SignIn = Callable[[Visitor, Any], Awaitable[None]]


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data_dir = tmp_path_factory.mktemp("data")
    return Settings.from_environment(
        {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(data_dir),
            "BASE_URL": ORIGIN,
            "NAVIGATION_SECONDS": "0",
            "EVEN_ANSWER_SECONDS": "0",
        }
    )


@pytest.fixture(scope="session")
def _post() -> Post:
    return Post()


@pytest.fixture
def post(_post: Post) -> Post:
    """What the shop mails; nothing leaves before a test says so."""
    _post.sent.clear()
    return _post


@pytest.fixture(scope="session")
def shop(_engine: ShopEngine, settings: Settings, _post: Post) -> Shop:
    _post.shop = build_shop(settings, engine=_engine, jobs=NoJobs(), mailer=_post)
    shop: Shop = _post.shop
    return shop


@pytest.fixture(scope="session")
def app(shop: Shop) -> Any:
    return create_app(shop)


@pytest_asyncio.fixture
async def new_visitor(app: Any, engine: ShopEngine) -> AsyncIterator[NewVisitor]:
    """`new_visitor(htmx=True)` for another person at another browser."""
    visitors: list[Visitor] = []

    def arrive(*, htmx: bool = False) -> Visitor:
        visitors.append(Visitor(app, htmx=htmx))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        await visitor.client.aclose()


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """A browser without JavaScript."""
    return new_visitor()


@pytest.fixture
def sign_in(shop: Shop) -> SignIn:
    """`await sign_in(visitor, user)`: from then on the visitor is `user`, whichever pages would lead there."""

    async def enter(visitor: Visitor, user: Any) -> None:
        tokens = await begin_session(shop, user)
        for name, value in (("access", tokens.access), ("refresh", tokens.refresh)):
            visitor.client.cookies.set(name, value, domain="shop.test", path="/")

    return enter


@pytest.fixture(params=["plain form", "htmx"])
def either(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """Both faces: the test runs once with JavaScript off and once as htmx asks."""
    return new_visitor(htmx=request.param == "htmx")


@pytest_asyncio.fixture
async def mug(engine: ShopEngine) -> Any:
    """A product without a choice: 20 in stock at 14.00, with delivery and tax set up."""
    await factories.make_shipping_method(
        code="standard", name="Standard", price=Decimal("5.00"), free_from=Decimal("140.00"), position=1
    )
    await factories.make_shipping_method(
        code="express", name="Express", price=Decimal("15.00"), min_days=1, max_days=1, position=2
    )
    await factories.make_tax_rate("US", "0.0825")
    return await factories.make_product(name="Everyday mug", slug="everyday-mug", price="14.00", stock=20)


@pytest_asyncio.fixture
async def lamp(engine: ShopEngine) -> Any:
    """A product with two options and three variants."""
    lamp = await factories.make_product(name="Dune lamp", slug="dune-lamp", price="64.00", stock=None)
    await factories.make_variant(lamp, stock=3, options={"Colour": "Sand", "Size": "M"}, sku="DUNE-S-M")
    await factories.make_variant(
        lamp, stock=2, options={"Colour": "Sand", "Size": "L"}, sku="DUNE-S-L", price_adjustment=Decimal("10.00")
    )
    await factories.make_variant(lamp, stock=0, options={"Colour": "Ink", "Size": "M"}, sku="DUNE-I-M")
    return lamp


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self._inside: list[str] = []
        self._select = ""
        self._textarea = ""
        self._pressed = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self._inside.append(tag)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
            self._pressed = False
        if tag == "select":
            self._select = given.get("name", "")
        if tag == "textarea":
            self._textarea = given.get("name", "")
            self._keep(self._textarea, "")
        if tag == "option" and ("selected" in given or self._select not in self.fields):
            self._keep(self._select, given.get("value", ""))
        if tag == "button" and given.get("type", "submit") == "submit" and self.forms and not self._pressed:
            self._pressed = "formaction" not in given
            if self._pressed and given.get("name"):
                self.forms[-1][1].setdefault(given["name"], given.get("value", ""))
        chosen = given.get("type") not in ("radio", "checkbox", "submit") or "checked" in given
        if tag == "input" and given.get("name") and chosen and "disabled" not in given:
            self._keep(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if "title" in self._inside[-1:]:
            self.title += data
        elif self._textarea:
            self._keep(self._textarea, self.fields.get(self._textarea, "") + data)
        elif not {"script", "style", "svg"} & set(self._inside):
            self.words.append(data)

    def _keep(self, name: str, value: str) -> None:
        self.fields[name] = value
        if self.forms:
            self.forms[-1][1][name] = value
