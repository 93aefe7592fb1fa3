"""The real OpenID provider for tests: npm oidc-provider as a process of its own, and a person who signs in there."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.servers import free_port

JOURNEYS = Path(__file__).resolve().parent / "journeys"
PATH = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
"""Node is the machine's, or PyPI's beside Python (see the Makefile)."""


@asynccontextmanager
async def oidc_provider(redirect_uri: str, *, seconds: int = 3600) -> AsyncIterator[str]:
    """Its issuer, while it runs; access tokens live so many `seconds`."""
    assert (JOURNEYS / "node_modules/oidc-provider").is_dir(), "run: npm ci (in tests/journeys), as make test does"
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        "node",
        "provider.mjs",
        str(port),
        redirect_uri,
        str(seconds),
        cwd=JOURNEYS,
        env={**os.environ, "PATH": PATH},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while (line := await process.stdout.readline()) and line != b"ready\n":
                pass
        assert line, f"node ended with {await process.wait()}"
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def agree(address: str, login: str) -> dict[str, str]:
    """Sign in at the provider as `login` and agree to everything; what its redirect brings back to the shop."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
        for _ in range(20):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if "/callback" in urlsplit(target).path:
                    return dict(parse_qsl(urlsplit(target).query))
                answer = await browser.get(target)
                continue
            assert answer.status_code == 200, answer.text
            action = re.search(r'<form[^>]* action="([^"]*)"', answer.text)
            assert action, answer.text
            fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', answer.text))
            if 'name="login"' in answer.text:
                fields |= {"login": login, "password": "any"}
            answer = await browser.post(urljoin(str(answer.url), unescape(action[1])), data=fields)
    raise AssertionError(f"did not come back: {answer.text}")
