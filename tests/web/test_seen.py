"""What a visitor looked at lately: kept in their browser, and nowhere else."""

import re

import pytest

from app.web.seen import is_slug
from tests import factories
from tests.web.conftest import Visitor

HTMX = {"hx-request": "true", "hx-request-type": "partial"}


def seen(visitor: Visitor) -> list[str]:
    return [slug for slug in visitor.client.cookies.get("seen", "").split(".") if slug]


async def shelf(*slugs: str) -> None:
    for slug in slugs:
        await factories.make_product(slug=slug, name=slug.title())


async def test_the_fragment_remembers_and_shows_the_others(visitor: Visitor, engine):
    await shelf("mug", "bowl")
    first = await visitor.get("/lately-seen?now=mug", headers=HTMX)
    assert "hidden" in first.text
    second = await visitor.get("/lately-seen?now=bowl", headers=HTMX)
    assert "Mug" in second.words
    assert "/p/bowl" not in second.links
    assert seen(visitor) == ["bowl", "mug"]
    assert second.response.headers["cache-control"] == "no-store"


async def test_a_browser_without_scripts_remembers_by_a_picture(visitor: Visitor, engine):
    await shelf("mug")
    page = await visitor.get("/p/mug")
    (address,) = re.findall(r'<noscript><img src="([^"]+)"', page.text)
    dot = await visitor.get(address)
    assert dot.response.headers["content-type"] == "image/gif"
    assert dot.response.headers["cache-control"] == "no-store"
    assert seen(visitor) == ["mug"]
    assert "Mug" in (await visitor.get("/lately-seen")).words


async def test_product_and_home_set_nothing_themselves_but_lead_to_the_list(visitor: Visitor, engine):
    await shelf("mug")
    for path, link in (("/p/mug", "/lately-seen?now=mug"), ("/", "/lately-seen")):
        page = await visitor.get(path)
        assert link in page.links
        assert "set-cookie" not in page.response.headers


async def test_looking_again_moves_to_the_front_and_eight_are_kept(visitor: Visitor, engine):
    slugs = [f"p-{number}" for number in range(10)]
    await shelf(*slugs)
    for slug in [*slugs, "p-5"]:
        await visitor.get(f"/lately-seen?now={slug}", headers=HTMX)
    assert seen(visitor) == ["p-5", "p-9", "p-8", "p-7", "p-6", "p-4", "p-3", "p-2"]


async def test_what_is_no_longer_sold_drops_out(visitor: Visitor, engine):
    await shelf("mug", "bowl")
    await visitor.get("/lately-seen?now=mug", headers=HTMX)
    async with factories.db().transaction():
        await factories.db().execute("UPDATE product SET status = 'archived' WHERE slug = 'mug'")
    assert "Nothing yet" in (await visitor.get("/lately-seen")).words
    await visitor.get("/lately-seen?now=bowl", headers=HTMX)
    assert seen(visitor) == ["bowl"]


@pytest.mark.parametrize("now", ["", "unknown", "../x", "\x00", "<b>", "x" * 10_000, "Mug", "mug.bowl"])
async def test_what_is_no_product_is_not_remembered(visitor: Visitor, engine, now):
    await shelf("mug")
    answer = await visitor.get("/lately-seen", params={"now": now}, headers=HTMX)
    assert answer.status == 200
    assert seen(visitor) == []
    assert (await visitor.get("/lately-seen/dot.gif", params={"now": now})).status == 200


@pytest.mark.parametrize(
    "cookie", ["....", "mug.mug.mug", "<script>.mug", "x" * 4000, '"mug"', "a.b.c.d.e.f.g.h.i.mug"]
)
async def test_a_cookie_from_elsewhere_does_no_harm(visitor: Visitor, engine, cookie):
    await shelf("mug")
    page = await visitor.get("/lately-seen", headers={"cookie": f"seen={cookie}"})
    assert page.status == 200
    assert page.text.count('href="/p/mug"') <= 1


@pytest.mark.parametrize(
    ("text", "is_one"), [("mug", True), ("a-1-b", True), ("", False), ("-a", False), ("a--b", False), ("A", False)]
)
def test_a_slug_is_words_joined_by_hyphens(text, is_one):
    assert is_slug(text) == is_one
