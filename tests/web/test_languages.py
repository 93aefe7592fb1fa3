"""A language in the address: the page, its links, its redirects and its mails are in it."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.adapters.jinja.environment import use_locale
from app.adapters.jinja.rehearsal import longer, mirrored
from app.bootstrap import Shop, build_shop
from app.core.languages import has_no_language
from app.main import create_app
from app.settings import Settings
from tests.services.conftest import Post
from tests.web.conftest import ORIGIN, NewVisitor, Visitor
from tests.web.markup import parse
from tests.web.rendering import render, render_in
from tests.web.sample_pages import FRAGMENTS, PAGES

LEADS = ("href", "action", "formaction", "hx-get", "hx-post")


def links(html: str) -> list[str]:
    """Every address of the shop on a page, but for those of the language menu and of the head."""
    root, _ = parse(html)
    return [
        element[name]
        for element in root.all()
        for name in LEADS
        if element[name].startswith("/") and "hreflang" not in element
    ]


@pytest.mark.parametrize("name", [*PAGES, *FRAGMENTS])
def test_every_link_of_a_page_stays_in_its_language(name: str) -> None:
    template, page = (PAGES | FRAGMENTS)[name]
    with use_locale("de_DE"):
        found = links(render(template, page))
    assert [link for link in found if not has_no_language(link) and not re.match(r"/de(/|$)", link)] == []
    assert not [link for link in found if re.match(r"/de/de(/|$)", link)]


@pytest.mark.parametrize("path", ["/", "/p/everyday-mug", "/search?q=mug", "/cart", "/checkout"])
async def test_pages_name_their_language(path: str, visitor: Visitor, mug: Any) -> None:
    await visitor.add("everyday-mug")
    german, english = await visitor.get(f"/de{path}"), await visitor.get(path)
    assert german.status == english.status == 200
    assert '<html lang="de-DE" dir="ltr"' in german.text and '<html lang="en-US" dir="ltr"' in english.text


async def test_a_page_says_where_it_is_in_other_languages(visitor: Visitor, mug: Any) -> None:
    page = await visitor.get("/de/p/everyday-mug?from=letter")
    for tag in (
        f'<link rel="canonical" href="{ORIGIN}/de/p/everyday-mug">',
        f'<link rel="alternate" hreflang="en" href="{ORIGIN}/p/everyday-mug">',
        f'<link rel="alternate" hreflang="de" href="{ORIGIN}/de/p/everyday-mug">',
        f'<link rel="alternate" hreflang="x-default" href="{ORIGIN}/p/everyday-mug">',
    ):
        assert page.text.count(tag) == 1, tag
    assert "x-long" not in page.text and "x-rtl" not in page.text


async def test_the_menu_keeps_page_and_question(visitor: Visitor, mug: Any) -> None:
    page = await visitor.get("/search?q=mug&page=1")
    assert "/de/search?page=1&amp;q=mug" in page.text
    back = await visitor.get("/de/search?q=mug")
    assert "/search?q=mug" in back.links and "/de/search?q=mug" in back.links


async def test_the_menu_of_a_refused_form_leads_to_a_page_that_exists(visitor: Visitor, mug: Any) -> None:
    page = await visitor.post(
        "/cart/items",
        {"product": "everyday-mug", "quantity": "500"},
        headers={"referer": f"{ORIGIN}/p/everyday-mug?x=1"},
    )
    assert page.status == 422 and "/de/p/everyday-mug?x=1" in page.links
    unknown = await visitor.post("/cart/items", {"product": "everyday-mug", "quantity": "500"})
    assert "/de/" in unknown.links and "/de/cart/items" not in unknown.links


async def test_what_is_missing_is_missed_in_the_language(visitor: Visitor, engine: Any) -> None:
    for path in ("/de/nothing", "/de/p/nothing", "/de/de/", "/de/c/nothing"):
        page = await visitor.get(path)
        assert page.status == 404 and 'lang="de-DE"' in page.text, path
    assert (await visitor.get("/de/static/css/core.css")).status == 404
    assert (await visitor.get("/%64e/cart")).status == 404
    assert (await visitor.get("/de/admin/")).status == 404


async def test_redirects_stay_in_the_language(visitor: Visitor, new_visitor: NewVisitor, mug: Any) -> None:
    added = await visitor.post("/de/cart/items", {"product": "everyday-mug", "quantity": "1"})
    assert (added.status, added.response.headers["location"]) == (303, "/de/cart")
    other = new_visitor()
    assert (await other.get("/de/checkout")).response.headers["location"] == "/de/cart"


async def test_htmx_is_sent_on_in_the_language(new_visitor: NewVisitor, mug: Any) -> None:
    shopper = new_visitor(htmx=True)
    await shopper.post("/de/cart/items", {"product": "everyday-mug", "quantity": "1"})
    form = await shopper.checkout_form()
    placed = await shopper.post("/de/checkout", form)
    assert placed.response.headers["hx-redirect"].startswith("/de/orders/")


async def test_an_order_and_its_mail_keep_the_language(visitor: Visitor, shop: Shop, post: Post, mug: Any) -> None:
    await visitor.add("everyday-mug")
    placed = await visitor.post("/de/checkout", await visitor.checkout_form())
    link = placed.response.headers["location"]
    assert link.startswith("/de/orders/")
    await shop.services.emails.sweep()
    text = post.sent[-1].rendered.text
    assert f"{ORIGIN}{link}" in text
    assert re.search(r"\d,\d\d\xa0\$", text)


async def test_the_cart_is_one_in_all_languages(visitor: Visitor, mug: Any) -> None:
    await visitor.add("everyday-mug", "3")
    assert "Everyday mug" in (await visitor.get("/de/cart")).words


async def test_money_and_numbers_have_the_form_of_the_language(visitor: Visitor, mug: Any) -> None:
    assert "14,00\xa0$" in (await visitor.get("/de/p/everyday-mug")).text
    assert "$14.00" in (await visitor.get("/p/everyday-mug")).text


async def test_rehearsed_languages_are_there_in_development_only(
    visitor: Visitor, settings: Settings, mug: Any
) -> None:
    long, right = await visitor.get("/x-long/cart"), await visitor.get("/x-rtl/cart")
    assert 'lang="en-XA" dir="ltr"' in long.text and "[Ýöûr çårt" in long.text
    assert 'lang="ar-XB" dir="rtl"' in right.text
    live = {"shop_env": "production", "base_url": "https://shop.test"}
    shop = build_shop(settings.model_copy(update=live))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(shop)), base_url="https://shop.test"
    ) as stranger:
        assert (await stranger.get("/x-long/cart")).status_code == 404


def test_made_up_words_keep_what_is_filled_in() -> None:
    assert longer("Only %(num)s left, 5%% <b>off</b>").startswith("[Öñlý %(num)s léft, 5%% <b>öff</b>")
    assert len(longer("A sentence of forty letters, more or less")) >= 1.4 * len(
        "A sentence of forty letters, more or less"
    )
    assert re.sub(r"[^\x00-\x7f]", "", mirrored("Only %(num)s left")).split() == ["%(num)s"]


def test_one_language_needs_no_menu(settings: Settings) -> None:
    only = settings.model_copy(update={"locales": ""})
    assert only.languages.offered == ("en_US",)
    frame = replace(PAGES["home"][1].frame, languages=())
    page = replace(PAGES["home"][1], frame=frame)
    assert "hreflang" not in render_in(only.languages, "home/show.html", page)
