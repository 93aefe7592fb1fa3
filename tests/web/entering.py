"""Ways into an account, as a person at a browser takes them."""

import re

from tests.services.conftest import Post
from tests.web.conftest import Page, Visitor

PASSWORD = "seven quiet lamps in june"
EMAIL = "ada@shop.example"
SIGN_UP = {"name": "Ada King Lovelace", "email": EMAIL, "password": PASSWORD}


async def send(visitor: Visitor, path: str, values: dict[str, str], *, page: str = "", action: str = "") -> Page:
    """Open `page`, fill in its form that goes to `path`, and press the button."""
    shown = await visitor.get(page or path)
    assert shown.status == 200, shown.words
    return await visitor.post(path, shown.form(action or path) | values)


def location(page: Page) -> str:
    """Where an answer leads, on either face."""
    assert page.status in (200, 303), page.words
    return page.response.headers.get("hx-redirect") or page.response.headers["location"]


async def sign_up(visitor: Visitor, post: Post, *, next: str = "", **values: str) -> Page:
    """All the way to being signed in; returns the last answer."""
    asked = await send(visitor, "/sign-up", SIGN_UP | values, page=f"/sign-up?next={next}" if next else "")
    assert location(asked) == "/verify", asked.words
    return await send(visitor, "/verify", {"code": await post.code(values.get("email", EMAIL))})


async def sign_in(visitor: Visitor, *, next: str = "", email: str = EMAIL, password: str = PASSWORD) -> Page:
    page = f"/sign-in?next={next}" if next else ""
    return await send(visitor, "/sign-in", {"email": email, "password": password}, page=page)


async def sign_out(visitor: Visitor) -> Page:
    return await visitor.post("/sign-out")


def link_of(text: str) -> str:
    found = re.search(r"http://shop\.test(/\S+token=\S+)", text)
    assert found, text
    return found[1]
