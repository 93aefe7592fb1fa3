"""A guest at a browser without JavaScript, lean enough to share two cores with the shop it visits.

Pages are read as far as a browser needs them: cookies, redirects, and the fields of the forms. Nothing is decoded,
drawn or fetched besides.
"""

import asyncio
import html
import re
import time
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

BUYER = {
    "email": "ada@shop.example",
    "full_name": "Ada Lovelace",
    "line1": "12 Analytical Way",
    "city": "Austin",
    "region": "TX",
    "postal_code": "73301",
    "country": "US",
}
SECONDS = 30
"""How long an answer may take before the visitor gives up."""

FORM = re.compile(r'<form\b[^>]*?\baction="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w.:-]+)(?:="([^"]*)")?')


class Unexpected(Exception):
    """The shop answered otherwise than a visitor on this path may expect."""

    def __init__(self, path: str, answer: "Answer") -> None:
        super().__init__(f"{path} answered {answer.status}: {answer.words[:300]}")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        """What the page says, without its frame and mark-up."""
        body = self.text.partition("<main")[2] or self.text
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())

    def form(self, action: str) -> dict[str, str]:
        """What the first form that goes to `action` would send, left as it stands."""
        inside = next(inside for target, inside in FORM.findall(self.text) if target == action)
        fields = {}
        for attributes in INPUT.findall(inside):
            given = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
            is_chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if given.get("name") and is_chosen and "disabled" not in given:
                fields[given["name"]] = given.get("value", "")
        return fields


@dataclass
class Shopper:
    """One visitor: cookies and one connection that is kept, as `async with`."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step of `buy` took."""
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def connect(self) -> None:
        """A new connection in place of the old one, which the shop closes when it idles."""
        self.leave()
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port)

    def leave(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path)

    async def post(self, path: str, fields: dict[str, str]) -> Answer:
        return await self._ask("POST", path, urlencode(fields).encode())

    async def add(self, slug: str) -> Answer:
        """Look at a product and put one into the cart, in the variant that its page proposes."""
        page = await self._step("product page", self.get(f"/p/{slug}"), 200)
        added = await self._step("add to cart", self.post("/cart/items", page.form("/cart/items")), 303)
        return await self._step("cart page", self.get(added.location), 200)

    async def checkout(self) -> dict[str, str]:
        """Open the checkout and fill in its form; all that is left is the last click."""
        page = await self._step("checkout page", self.get("/checkout"), 200)
        return page.form("/checkout") | BUYER

    async def buy(self, slug: str) -> str:
        """A whole guest order, six requests, from the product page to the confirmation; returns its number."""
        await self.add(slug)
        form = await self.checkout()
        placed = await self._step("last click", self.post("/checkout", form), 303)
        number = placed.location.removeprefix("/orders/").partition("?")[0]
        page = await self._step("confirmation", self.get(placed.location), 200)
        if number not in page.text:
            raise Unexpected(placed.location, page)
        return number

    async def _step(self, name: str, answering: Awaitable[Answer], status: int) -> Answer:
        began = time.perf_counter()
        answer = await answering
        self.seconds[name] = time.perf_counter() - began
        if answer.status != status:
            raise Unexpected(name, answer)
        return answer

    async def _ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        assert self._reader is not None and self._writer is not None, "connect first"
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "User-Agent: shopper",
            "Accept: text/html",
            "Accept-Encoding: gzip, deflate",
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += [
                f"Origin: http://{self.host}:{self.port}",
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        async with asyncio.timeout(SECONDS):
            return await self._read(self._reader)

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._keep(value)
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("content-encoding") == "gzip":
            body = zlib.decompress(body, wbits=31)
        return Answer(int(head[0].split(" ", 2)[1]), headers, body.decode())

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].strip().partition("=")
        if "max-age=0" in cookie.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value.strip('"')
