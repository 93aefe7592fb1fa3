"""`shop up` for real: a guest order and its mail, on the embedded servers and on those that the environment names."""

import asyncio
import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from app.adapters.embedded import postgres
from tests.adapters.embedded import ROOT, all_gone, descendants, kill_all, reachable_dir, wait_for
from tests.web.conftest import BUYER, Page
from tests.worker import TIMES


class Shop:
    def __init__(self, data_dir: Path, **variables: str) -> None:
        self.data_dir = data_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEYS", "SHOP_ENV", "BASE_URL")
        inherited = {name: value for name, value in os.environ.items() if name not in unset}
        environment = {"PYTHONPATH": str(ROOT), "PORT": str(self.port), "DATA_DIR": str(data_dir), **TIMES, **variables}
        self.output = data_dir.parent / f"said-{self.port}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up"],
                env={**inherited, **environment},
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    async def is_open(self) -> None:
        def decided() -> bool:
            return "Ctrl-C stops everything" in self.said or self.process.poll() is not None

        await asyncio.to_thread(wait_for, decided, seconds=60)
        assert "Ctrl-C stops everything" in self.said, self.said

    async def stops(self) -> None:
        everything = descendants(self.process.pid)
        self.process.terminate()
        assert await asyncio.to_thread(self.process.wait, 40) == 0, self.said
        assert all_gone(everything)


@asynccontextmanager
async def opened(data_dir: Path, **variables: str) -> AsyncIterator[Shop]:
    shop = Shop(data_dir, **variables)
    try:
        await shop.is_open()
        yield shop
    finally:
        kill_all(descendants(shop.process.pid))
        shop.process.wait()


async def buy(shop: Shop) -> tuple[str, str]:
    """A guest order: its number, and the path of its page."""
    origin = f"http://127.0.0.1:{shop.port}"
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=20) as guest:
        home = Page(await guest.get("/"))
        slugs = {link.removeprefix("/p/") for link in home.links if link.startswith("/p/")}
        for slug in sorted(slugs):  # the first that is sold without a choice
            page = Page(await guest.get(f"/p/{slug}"))
            added = await guest.post("/cart/items", data={**page.form("/cart/items"), "quantity": "1"})
            if added.status_code in (200, 303):
                break
        form = Page(await guest.get("/checkout")).form("/checkout") | BUYER
        placed = await guest.post("/checkout", data=form)
        assert placed.status_code == 303, Page(placed).words
        path = placed.headers["location"]
        confirmation = Page(await guest.get(path))
    assert confirmation.status == 200
    number = re.search(r"/orders/([^/?]+)", path)
    assert number
    assert number[1] in confirmation.words
    return number[1], path


async def mailed(shop: Shop, number: str) -> bool:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{shop.port}") as reader:
        for _ in range(100):
            if number in (await reader.get("/mailbox")).text:
                return True
            await asyncio.sleep(0.1)
    return False


async def test_an_order_is_mailed_and_outlives_kill_9() -> None:
    with reachable_dir() as folder:
        data_dir = folder / "data"
        async with opened(data_dir) as shop:
            for line in ("/mailbox", "/admin/", "admin@exclusive.example"):
                assert line in shop.said
            number, _ = await buy(shop)
            assert await mailed(shop, number)
            doctor = [sys.executable, "-m", "app.cli", "doctor"]
            beside = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(data_dir), "DATABASE_URL": ""}
            assert await asyncio.to_thread(subprocess.call, doctor, env=beside, cwd=ROOT) == 0
            number, path = await buy(shop)
            everything = descendants(shop.process.pid)
            kill_all(everything)
            shop.process.wait()
            assert all_gone(everything)
        assert (data_dir / "secrets").stat().st_mode & 0o077 == 0
        async with opened(data_dir) as shop:
            assert await mailed(shop, number)
            page = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{shop.port}{path}")
            assert number in page.text
            assert "Demo:" not in shop.said
            await shop.stops()
        assert not postgres.running_url(data_dir)


@pytest.mark.servers
@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="make test-servers names the servers")
async def test_the_same_on_other_servers_without_a_superuser() -> None:
    name, password = f"shop_{secrets.token_hex(4)}", secrets.token_hex(8)
    server = urlsplit(os.environ["DATABASE_URL"])
    url = server._replace(netloc=f"{name}:{password}@{server.hostname}:{server.port}", path=f"/{name}").geturl()
    superuser = await asyncpg.connect(server.geturl())
    await superuser.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    await superuser.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    try:
        with reachable_dir() as folder:
            named = {"DATABASE_URL": url, "REDIS_URL": f"{os.environ['REDIS_URL']}/7"}
            async with opened(folder / "data", **named) as shop:
                number, _ = await buy(shop)
                assert await mailed(shop, number)
                assert not (folder / "data/postgres").exists()
                assert not (folder / "data/valkey").exists()
                assert password not in shop.said
                await shop.stops()
    finally:
        await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await superuser.execute(f"DROP ROLE {name}")
        await superuser.close()
