"""Light, dark or as the system is; and the way back from small forms, which leads to this shop and nowhere else."""

from typing import Any

import pytest

from app.web.returning import LONGEST, local_path
from tests.web.conftest import ORIGIN, Visitor

LOCAL = [
    "/",
    "/c/audio",
    "/p/x?colour=Sand&size=M",
    "/search?q=a%2Fb",
    "/p/x#buy",
    "/a/b/",
    "/de-facto",
    "/search?q=//x",
]
FOREIGN = [
    "",
    "c/audio",
    "//evil.example",
    "//evil.example/c/audio",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http://evil.example/",
    "HTTPS://evil.example/",
    "hTtP://evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@evil.example",
    "ftp://evil.example",
    "ws://evil.example",
    "blob:https://evil.example/x",
    "about:blank",
    "view-source:https://evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    " //evil.example",
    "\t//evil.example",
    "\n//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\x0b/evil.example",
    "/\u2028/evil.example",
    "/\u3000/evil.example",
    "/\uff0fevil.example",
    "/c/\u202egpj",
    "\ufeff//evil.example",
    "\u200b//evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/x\nLocation: https://evil.example",
    "/x\r\n\r\n<script>",
    "/..//evil.example",
    "/../../etc/passwd",
    "/./",
    "/a/../b",
    "/c\\..\\x",
    "/%\x7f",
    "/\x85x",
    "https://shop.test@evil.example/",
    "//shop.test@evil.example/",
    "/" + "a" * LONGEST,
    "/h\xf6me",
]


def test_there_are_enough_of_them() -> None:
    assert len(FOREIGN) >= 60


@pytest.mark.parametrize("path", LOCAL)
def test_local_paths_are_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("path", FOREIGN)
def test_everything_else_leads_home(path: str) -> None:
    assert local_path(path) == "/"
    assert local_path(path, "") == ""


@pytest.mark.parametrize("path", FOREIGN)
async def test_no_form_sends_its_visitor_away(path: str, visitor: Visitor, engine: Any) -> None:
    answer = await visitor.post("/theme", {"theme": "dark", "return_to": path})
    location = answer.response.headers["location"]
    assert answer.status == 303
    assert location.startswith("/") and not location.startswith(("//", "/\\")) and "\n" not in location


async def test_a_chosen_theme_is_rendered_by_the_server(visitor: Visitor, engine: Any) -> None:
    assert "data-theme" not in (await visitor.get("/about")).text
    answer = await visitor.post("/theme", {"theme": "dark", "return_to": "/about?x=1"})
    assert (answer.status, answer.response.headers["location"]) == (303, "/about?x=1")
    cookie = answer.response.headers["set-cookie"]
    assert "theme=dark" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    dark = await visitor.get("/about")
    assert 'data-theme="dark"' in dark.text and 'value="dark" aria-pressed="true"' in dark.text
    await visitor.post("/theme", {"theme": "system", "return_to": "/about"})
    system = await visitor.get("/about")
    assert "data-theme" not in system.text and 'value="system" aria-pressed="true"' in system.text


@pytest.mark.parametrize("theme", ["", "blue", '"><script>', "x" * 9000])
async def test_an_unknown_theme_is_the_systems(theme: str, visitor: Visitor, engine: Any) -> None:
    answer = await visitor.post("/theme", {"theme": theme, "return_to": "/about"})
    assert answer.status == 303 and "data-theme" not in (await visitor.get("/about")).text


async def test_a_forged_cookie_is_no_theme(visitor: Visitor, engine: Any) -> None:
    visitor.client.cookies.set("theme", '"><script>')
    page = await visitor.get("/about")
    assert page.status == 200 and "data-theme" not in page.text and '"><script>' not in page.text


async def test_the_choice_keeps_page_and_language(visitor: Visitor, engine: Any) -> None:
    page = await visitor.get("/de/faq?x=1")
    form = page.form("/de/theme")
    assert form["return_to"] == "/faq?x=1"
    answer = await visitor.post("/de/theme", form | {"theme": "light"})
    assert answer.response.headers["location"] == "/de/faq?x=1"


async def test_the_last_resort_has_the_theme_too(
    visitor: Visitor, shop: Any, mug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    await visitor.post("/theme", {"theme": "dark"})
    monkeypatch.setattr(type(shop.services.catalog), "product", broken)
    page = await visitor.get("/de/p/everyday-mug")
    assert page.status == 500 and 'data-theme="dark"' in page.text and 'lang="de-DE"' in page.text
    assert 'action="/de/search"' in page.text


async def test_an_announcement_that_was_put_away_stays_away(visitor: Visitor, engine: Any) -> None:
    page = await visitor.get("/about")
    assert "No account needed. Full price upfront." in page.words
    answer = await visitor.post("/announcement", page.form("/announcement"))
    assert (answer.status, answer.response.headers["location"]) == (303, "/about")
    assert "No account needed. Full price upfront." not in (await visitor.get("/about")).words


async def test_where_a_refused_form_came_from_is_believed_only_if_it_is_ours(visitor: Visitor, mug: Any) -> None:
    for referrer, expected in (
        (f"{ORIGIN}/de/p/everyday-mug", "/p/everyday-mug"),
        ("https://evil.example/p/everyday-mug", "/"),
        (f"{ORIGIN}//evil.example", "/"),
        ("not an address", "/"),
    ):
        page = await visitor.post(
            "/cart/items", {"product": "everyday-mug", "quantity": "0"}, headers={"referer": referrer}
        )
        assert page.form("/theme")["return_to"] == expected
