"""The plain pages: there in every language, true to settings and tables, and found from everywhere."""

from decimal import Decimal
from typing import Any

import pytest

from app.core.contact import HONEYPOT
from app.web.session import COOKIES
from tests import factories
from tests.web.conftest import Visitor

PAGES = ["/about", "/contact", "/faq", "/delivery", "/privacy", "/terms"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("prefix", ["", "/de"])
async def test_pages_are_there_and_lead_to_each_other(path: str, prefix: str, visitor: Visitor, engine: Any) -> None:
    page = await visitor.get(prefix + path)
    assert page.status == 200 and page.response.headers["cache-control"] == "no-cache"
    assert {prefix + other for other in PAGES} <= set(page.links)


@pytest.mark.parametrize("path", ["/", "/search", "/cart", "/nothing-here"])
async def test_help_is_in_the_same_place_everywhere(path: str, visitor: Visitor, engine: Any) -> None:
    assert {"/faq", "/contact", "/delivery", "/terms", "/privacy"} <= set((await visitor.get(path)).links)


async def test_checkout_links_to_the_terms_and_to_help(visitor: Visitor, mug: Any) -> None:
    await visitor.add("everyday-mug")
    assert {"/terms", "/faq", "/contact", "/privacy"} <= set((await visitor.get("/checkout")).links)


async def test_delivery_tells_what_the_tables_hold(visitor: Visitor, engine: Any) -> None:
    await factories.make_shipping_method(
        code="s", name="By bicycle", price=Decimal("3.90"), free_from=Decimal("60"), min_days=2, max_days=4
    )
    await factories.make_shipping_method(code="x", name="Retired", price=Decimal("1"), is_active=False)
    await factories.make_tax_rate("US", "0.0825")
    words = (await visitor.get("/delivery")).words
    assert "By bicycle $3.90 free from $60.00 2–4" in words and "Retired" not in words
    assert "United States 8.25% Canada none" in words
    german = (await visitor.get("/de/delivery")).words
    assert "3,90\xa0$".replace("\xa0", " ") in german and "8,25 %" in german.replace("\xa0", " ")


async def test_delivery_without_methods_says_so(visitor: Visitor, engine: Any) -> None:
    assert "There is no delivery at the moment." in (await visitor.get("/delivery")).words


async def test_privacy_names_every_cookie(visitor: Visitor, mug: Any) -> None:
    words = (await visitor.get("/privacy")).words.split()
    assert set(COOKIES) <= set(words)
    page = await visitor.add("everyday-mug")
    await visitor.post("/theme", {"theme": "dark"})
    await visitor.post("/announcement")
    assert page.status == 303
    assert {cookie.name for cookie in visitor.client.cookies.jar} <= set(COOKIES)


async def test_pages_say_what_the_settings_say(visitor: Visitor, settings: Any, engine: Any) -> None:
    words = (await visitor.get("/terms")).words
    assert f"we keep the ordered things for {settings.unpaid_order_days} days" in words and "$500.00" in words


async def test_the_trap_is_named_as_the_form_names_it(visitor: Visitor, engine: Any) -> None:
    assert HONEYPOT in (await visitor.get("/contact")).form("/contact")
