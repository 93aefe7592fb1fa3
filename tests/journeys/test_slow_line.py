"""A page that comes over a slow line, a piece at a time, moves nothing that is already to be seen."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import urlopen

import pytest

from tests.journeys.conftest import WIDE
from tests.journeys.running import RunningShop
from tests.journeys.test_budgets import LAYOUT_SHIFT, SHIFTS

pytestmark = pytest.mark.journey

SECONDS_BETWEEN_PIECES = 0.3
CUTS = (0.2, 0.4, 0.6, 0.8)
"""Of the header and of the footer, in parts of their length."""


@pytest.mark.parametrize("path", ["/sign-out", "/sign-in/code", "/faq", "/c/audio"])
def test_nothing_moves_while_the_rest_of_a_page_arrives(path: str, new_context: Any, running_shop: RunningShop) -> None:
    page = new_context(viewport=WIDE).new_page()
    with slow_line(running_shop.address) as address:
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        shifts = page.evaluate(SHIFTS)
    assert sum(shift["by"] for shift in shifts) <= LAYOUT_SHIFT, shifts


@contextmanager
def slow_line(shop: str) -> Iterator[str]:
    """The address of the same shop behind a line that holds each page up within its header and its footer."""

    class Line(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urlopen(shop + self.path) as answer:
                kind, body = answer.headers["content-type"], answer.read()
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if not kind.startswith("text/html"):
                self.wfile.write(body)
                return
            for piece in pieces(body):
                self.wfile.write(piece)
                time.sleep(SECONDS_BETWEEN_PIECES)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def pieces(body: bytes) -> Iterator[bytes]:
    header, main, footer = (body.index(part) for part in (b"<header", b"<main", b"<footer"))
    spans = ((header, main), (footer, len(body)))
    cuts = [start + int(part * (end - start)) for start, end in spans for part in CUTS]
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        yield body[start:end]
