"""The first page, its later pages and the flash sale."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.web.conftest import Page, Visitor

HTMX = {"hx-request": "true", "hx-request-type": "partial"}
SOON = timedelta(days=2)


async def shelf(count: int) -> list[Any]:
    category = await factories.make_category(name="Kitchen", slug="kitchen", description="All for the stove.")
    return [
        await factories.make_product(
            slug=f"bowl-{number:02}",
            name=f"Bowl {number:02}",
            category_id=category["id"],
            sold_count=99 - number,
            published_at=datetime.now(UTC) - timedelta(days=1 + number),
        )
        for number in range(count)
    ]


def products(page: Page) -> set[str]:
    return {link for link in page.links if link.startswith("/p/")}


async def test_home_shows_what_is_for_sale(visitor: Visitor, mug):
    page = await visitor.get("/")
    assert page.status == 200
    assert "Everyday mug" in page.words
    assert "$14.00" in page.words
    assert "/p/everyday-mug" in page.links


async def test_an_empty_shop_has_a_home(visitor: Visitor, engine):
    page = await visitor.get("/")
    assert page.status == 200
    assert 'id="flash"' not in page.text
    assert 'id="explore"' not in page.text


async def test_home_lists_departments_with_their_counts(visitor: Visitor, engine):
    await shelf(3)
    page = await visitor.get("/")
    assert "/c/kitchen" in page.links
    assert "Kitchen 3" in page.words


async def test_without_a_sale_the_first_department_with_a_wide_picture_is_put_forward(visitor: Visitor, engine):
    await shelf(3)
    assert "All for the stove." not in (await visitor.get("/")).words
    before = await factories.make_category(name="Attic", position=-1)
    await factories.make_product(category_id=before["id"])
    async with factories.db().transaction():
        await factories.db().execute(
            "UPDATE category SET wide_picture = '/static/img/wide/wide-kitchen-sage-1200.webp' WHERE slug = 'kitchen'"
        )
    page = await visitor.get("/")
    assert "All for the stove." in page.words
    assert "See all 3 products" in page.words
    assert re.search(
        r'<img src="/static/img/wide/wide-kitchen-sage-1200\.\w+\.webp" srcset="/static/[^"]+ 800w', page.text
    )


async def test_a_wide_picture_may_be_one_that_staff_uploaded(visitor: Visitor, engine):
    await shelf(3)
    async with factories.db().transaction():
        await factories.db().execute("UPDATE category SET wide_picture = '/media/pictures/a1-1200.webp'")
    page = await visitor.get("/")
    assert 'srcset="/media/pictures/a1-800.webp 800w, /media/pictures/a1-1200.webp 1200w"' in page.text


async def test_the_next_page_has_other_products_and_its_own_address(visitor: Visitor, engine):
    await shelf(40)
    first, second = await visitor.get("/"), await visitor.get("/?page=2")
    assert 'rel="next" href="/?page=2"' in first.text
    assert "Show 16 more" in first.words
    assert "16 of 36 shown" in first.words
    assert not products(first) & products(second)
    assert len(products(second)) == 16
    assert "Page 2 of 3" in second.words
    assert 'rel="canonical" href="http://shop.test/?page=2"' in second.text


async def test_htmx_gets_the_cards_and_what_comes_after_them(visitor: Visitor, engine):
    await shelf(40)
    middle = await visitor.get("/?page=2", headers=HTMX)
    assert "Show 4 more" in middle.words
    part = await visitor.get("/?page=3", headers=HTMX)
    assert "<html" not in part.text
    assert len(products(part)) == 4
    assert 'hx-target="#more"' in part.text
    assert "36 of 36 shown" in part.words
    assert 'rel="next"' not in part.text


@pytest.mark.parametrize("page", ["0", "-3", "abc", "1e9", "\x00", "", "💥", "-" + "9" * 10_000])
async def test_a_page_that_is_no_number_is_the_first(visitor: Visitor, mug, page):
    answer = await visitor.get("/", params={"page": page})
    assert answer.status == 200
    assert "Quiet things" in answer.words


@pytest.mark.parametrize("page", ["2", "418", "999999999", "1000000000", "9" * 400])
async def test_a_page_beyond_the_last_is_not_found(visitor: Visitor, mug, page):
    assert (await visitor.get("/", params={"page": page})).status == 404


async def test_a_running_sale_shows_its_end_its_prices_and_what_is_gone(visitor: Visitor, mug):
    sale = await factories.make_flash_sale(mug, name="Black Friday", price="9.00", cap=20, sold=5)
    page = await visitor.get("/")
    for words in ("Black Friday", "Ends ", "UTC", "Sale price $9.00", "Regular price $14.00", "5 of 20 sold"):
        assert words in page.words
    assert f'<time datetime="{sale["ends_at"].isoformat()}"' in page.text
    assert re.search(r'<meter min="0" max="20" value="5" aria-label="[^"]+">', page.text)
    assert '"/flash-sale"' in page.text


async def test_a_sale_to_come_is_announced_without_its_prices(visitor: Visitor, mug):
    await factories.make_flash_sale(mug, name="Next week", price="9.00", begins=SOON, ends=2 * SOON)
    page = await visitor.get("/")
    assert "Next week" in page.words
    assert "Starts " in page.words
    assert "$9.00" not in page.words


async def test_the_section_is_asked_for_alone_and_is_what_it_is_now(visitor: Visitor, mug):
    over = await visitor.get("/flash-sale", headers=HTMX)
    assert "<html" not in over.text
    assert "This sale is over" in over.words
    await factories.make_flash_sale(mug, name="Now", price="9.00")
    running = await visitor.get("/flash-sale", headers=HTMX)
    assert running.text.strip().startswith('<section id="flash"')
    assert "$9.00" in running.words


async def test_the_sale_has_a_page_whether_there_is_one_or_not(visitor: Visitor, mug):
    assert "No sale at the moment" in (await visitor.get("/flash-sale")).words
    others = await shelf(6)
    await factories.make_flash_sale(mug, *others, name="Now")
    page = await visitor.get("/flash-sale")
    assert "Now" in page.words
    assert len(products(page)) == 7
    assert len([link for link in (await visitor.get("/")).links if link == "/flash-sale"]) >= 1


async def test_home_tells_machines_who_and_where_it_is(visitor: Visitor, mug):
    page = await visitor.get("/")
    (data,) = structured(page)
    kinds = {part["@type"]: part for part in data["@graph"]}
    assert kinds["Organization"]["name"] == "Exclusive"
    target = kinds["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert target == "http://shop.test/search?q={search_term_string}"
    assert re.search(r'property="og:image" content="http://shop\.test/static/img/wide/[\w.-]+\.webp"', page.text)


def structured(page: Page) -> list[Any]:
    return [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)]
