"""Whoever steals a copy of the database, of the queue or of the logs gets nothing that lets them in.

Somebody goes the ways of an account at a real shop, and something breaks on the way. All that was secret is noted as it
passes, and then looked for: in a dump, in the files of both servers, and in the logs at their most talkative. Not
looked into: the mailbox of development, which is where the mails went to, and the keys of the shop itself.
"""

import asyncio
import base64
import re
import secrets
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables import TABLES
from app.adapters.embedded import valkey
from app.adapters.embedded.postgres import binary, start_postgres
from app.adapters.identity.totp import PyotpAuthenticator
from app.adapters.mail.maildir import MaildirMailbox
from app.adapters.vault.aes_gcm import AesGcmVault
from app.core.accounts import Role
from app.core.two_factor import STEP_SECONDS
from app.ports.mail import MailboxEntry
from app.ports.vault import Place
from app.settings import Settings
from tests import factories
from tests.adapters.embedded import reachable_dir
from tests.issuer import CLIENT_ID, CLIENT_SECRET
from tests.oidc import agree, oidc_provider
from tests.planted import Secrets, is_readable
from tests.test_up import Shop, opened
from tests.web.conftest import Page, Visitor
from tests.web.entering import location, send
from tests.web.entering import sign_in as enter
from tests.web.test_providers import come_back, go

TALKATIVE = {
    "log_min_messages": "debug2",
    "log_statement": "all",
    "log_duration": "on",
    "log_min_error_statement": "error",
    "log_error_verbosity": "verbose",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_checkpoints": "on",
    "fsync": "off",
}
SEALED = (("oauth_access_token", "access_token"), ("oauth_refresh_token", "refresh_token"))
CODE = re.compile(r"^ {4}(\d{4} \d{4})$", re.MULTILINE)
KEY = re.compile(r"[?&]key=([0-9a-f]{40})")
UNDO = re.compile(r"/email/undo\?key=(\S+)")
GRACE, NEWER = "grace@buyer.example", "grace.hopper@buyer.example"
TWO_FACTOR = "/account/security/two-factor"
EMAIL = "/account/security/email"
CONFIRM = "/account/confirm"
EXPECTED = {
    "password at sign-up",
    "password that was wrong",
    "password after a change",
    "password after a reset",
    "password that met an error",
    "verification code",
    "sign-in code",
    "step-up code",
    "reset code",
    "reset link",
    "code to the old address",
    "code to the new address",
    "link that undoes it",
    "TOTP seed",
    "TOTP seed in base32",
    "TOTP code",
    "recovery code",
    "access token",
    "refresh token",
    "challenge",
    "known device",
    "asking",
    "cart token",
    "newsletter link",
    "back in stock link",
    "order link",
    "OAuth client secret",
    "OAuth code",
    "OAuth nonce",
    "OAuth state",
    "OAuth access token",
    "OAuth refresh token",
    "encryption key",
    "JWT key",
    "shop secret",
    "database password",
}


class Person(Visitor):
    """A browser; whatever the shop puts into its cookies is noted."""

    def __init__(self, origin: str, planted: Secrets) -> None:
        self.htmx, self.origin, self.planted = False, origin, planted
        self.client = httpx.AsyncClient(base_url=origin, timeout=20, event_hooks={"response": [self._note]})

    async def post(self, path: str, data: dict[str, str] | None = None, **options: Any) -> Page:
        return await super().post(path, data, headers={"origin": self.origin}, **options)

    async def _note(self, response: httpx.Response) -> None:
        for header in response.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            if not value.strip('"'):
                continue
            if name in ("access", "refresh", "challenge"):
                self.planted.add_token("challenge" if name == "challenge" else f"{name} token", value)
            elif name in ("asking", "cart"):
                self.planted.add("asking" if name == "asking" else "cart token", value)
            elif name == "known":
                self.planted.add("known device", value.partition(".")[2])


class World:
    """The shop, what stands beside it, and what was planted in it."""

    def __init__(self, shop: Shop, settings: Settings, url: str, beside: asyncpg.Connection, planted: Secrets) -> None:
        self.shop, self.beside_url, self.beside, self.planted = shop, url, beside, planted
        self.origin = f"http://127.0.0.1:{shop.port}"
        self.vault = AesGcmVault(settings.encryption_ring)
        self.mailbox = MaildirMailbox(shop.data_dir / "mailbox")
        self.taken: set[str] = set()
        self.people: list[Person] = []

    def arrive(self) -> Person:
        self.people.append(Person(self.origin, self.planted))
        return self.people[-1]

    def secret(self, name: str, value: str) -> str:
        self.planted.add(name, value)
        return value

    async def mail(self, recipient: str, what: re.Pattern[str]) -> MailboxEntry:
        """The next mail to `recipient` that has `what` in it, once it has left."""
        async with asyncio.timeout(20):
            while True:
                for entry in reversed(await self.mailbox.latest(1_000)):
                    if entry.key not in self.taken and recipient in entry.recipient and what.search(entry.text):
                        self.taken.add(entry.key)
                        return entry
                await asyncio.sleep(0.1)

    async def code(self, recipient: str, name: str) -> str:
        found = CODE.search((await self.mail(recipient, CODE)).text)
        assert found
        return self.secret(name, found[1])

    async def patience(self) -> None:
        """As if an hour had gone by, for the throttles."""
        await self.beside.execute("DELETE FROM throttle")


async def test_nothing_secret_is_readable_in_dump_files_queue_and_logs() -> None:
    async with open_world() as (world, server_log):
        grace = await guest(world)
        await account(world, grace)
        recovery_codes = await second_factor(world, grace)
        password = await forgotten_password(world)
        boss = await office(world, password, recovery_codes[1])
        async with oidc_provider(f"{world.origin}/oauth/oidc/callback") as issuer:
            await provider(world, boss, issuer)
        await faults(world, server_log)
        assert world.planted.kinds() >= EXPECTED, EXPECTED - world.planted.kinds()

        control = Secrets({"control": secrets.token_urlsafe(24).encode()})
        await plant_in_the_clear(world, control)
        places = await everywhere(world, server_log)
        assert control.found_in(places) == [f"control in {place}" for place in places], "the search itself"
        assert world.planted.found_in(places) == []


@asynccontextmanager
async def open_world() -> AsyncIterator[tuple[World, Path]]:
    planted = Secrets()
    keys = [secrets.token_bytes(32) for _ in range(4)]
    for name, key in zip(("encryption key", "encryption key", "JWT key", "JWT key"), keys, strict=True):
        planted.add(name, key)
        planted.add(f"{name} as it was given", base64.b64encode(key).rstrip(b"="))
    rings = [f"{name}:{base64.b64encode(key).decode()}" for name, key in zip("abcd", keys, strict=True)]
    password, secret = secrets.token_hex(12), secrets.token_urlsafe(36)
    planted.add("database password", password)
    planted.add("shop secret", secret)
    with reachable_dir() as folder, start_postgres(folder / "server", options=TALKATIVE) as server:
        variables = {
            "DATABASE_URL": server.url.replace("postgres@", f"postgres:{password}@"),
            "ENCRYPTION_KEYS": ",".join(rings[:2]),
            "JWT_KEYS": ",".join(rings[2:]),
            "SECRET_KEYS": secret,
            "DEMO": "false",
            "DEBUG": "true",
        }
        engine = ShopEngine(server.url)
        async with opened(folder / "data", **variables) as shop:
            await engine.open()
            engine.bind(TABLES)
            beside = await asyncpg.connect(server.url)
            world = World(shop, Settings.from_environment(variables), server.url, beside, planted)
            try:
                await leave_text_uncompressed(beside)
                yield world, server.log
            finally:
                await asyncio.gather(*(person.client.aclose() for person in world.people))
                await beside.close()
                await engine.close()


async def leave_text_uncompressed(beside: asyncpg.Connection) -> None:
    """So that the bytes on the disk can be searched, and not only the dump."""
    await beside.execute(
        """DO $$ DECLARE line text; BEGIN
        FOR line IN SELECT format('ALTER TABLE %s ALTER %I SET STORAGE EXTERNAL', c.oid::regclass, a.attname)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attstorage = 'x' AND a.attnum > 0
        LOOP EXECUTE line; END LOOP; END $$"""
    )


# The ways


async def guest(world: World) -> Person:
    """A cart, an order, the newsletter, and something to wait for."""
    await factories.make_shipping_method(code="standard", name="Standard", position=1)
    await factories.make_tax_rate("US", "0.0825")
    await factories.make_product(name="Everyday mug", slug="everyday-mug", price="14.00", stock=20)
    vase = await factories.make_product(name="Tall vase", slug="tall-vase", price="9.00", stock=0)
    grace = world.arrive()
    assert (await grace.add("everyday-mug")).status == 303
    placed = await grace.post("/checkout", await grace.checkout_form(email=GRACE))
    assert placed.status == 303, placed.words
    for text in (placed.response.headers["location"], (await world.mail(GRACE, KEY)).text):
        world.secret("order link", KEY.findall(text)[0])
    assert (await grace.get(placed.response.headers["location"])).status == 200
    assert (await grace.add("everyday-mug")).status == 303
    assert (await grace.post("/newsletter", {"email": GRACE})).status == 303
    for link in KEY.findall((await world.mail(GRACE, KEY)).text):
        world.secret("newsletter link", link)
    variant = await factories.variant_of(vase)
    asked = await grace.post("/p/tall-vase/back-in-stock", {"variant": str(variant["id"]), "email": GRACE})
    assert asked.status == 303, asked.words
    await world.beside.execute("UPDATE inventory SET quantity = 5 WHERE variant_id = $1", variant["id"])
    for link in KEY.findall((await world.mail(GRACE, KEY)).text):
        world.secret("back in stock link", link)
    return grace


async def account(world: World, grace: Person) -> None:
    """Signed up, in by password and by code; another password, another address."""
    first = world.secret("password at sign-up", "orchid&tram=Lisbon 47% quartz")
    second = world.secret("password after a change", "harbour-lantern+sixty/nine plums")
    wrong = world.secret("password that was wrong", "orchid tram Lissabon 48 quartz")
    await send(grace, "/sign-up", {"name": "Grace Murray", "email": GRACE, "password": first})
    page = await send(grace, "/verify", {"code": await world.code(GRACE, "verification code")})
    assert location(page) == "/", page.words
    await grace.post("/sign-out")
    assert (await enter(grace, email=GRACE, password=wrong)).status == 422
    assert location(await enter(grace, email=GRACE, password=first)) == "/"
    other = world.arrive()
    await send(other, "/sign-in/code/mail", {"email": GRACE}, page="/sign-in/code")
    assert location(await send(other, "/sign-in/code", {"code": await world.code(GRACE, "sign-in code")})) == "/"
    changed = {"current_password": first, "new_password": second}
    assert (await send(grace, "/account/security/password", changed)).status == 303
    assert (await send(grace, EMAIL, {"email": NEWER})).status == 303
    codes = {
        "old_code": await world.code(GRACE, "code to the old address"),
        "new_code": await world.code(NEWER, "code to the new address"),
    }
    assert location(await send(grace, f"{EMAIL}/confirmation", codes, page=EMAIL)) == "/account/security"
    link = UNDO.findall((await world.mail(GRACE, UNDO)).text)[0]
    world.secret("link that undoes it", link)
    world.secret("link that undoes it", link.partition(".")[2])


async def second_factor(world: World, grace: Person) -> list[str]:
    """Set up, then shown at a sign-in, once by the app and once by a recovery code."""
    assert (await send(grace, TWO_FACTOR, {})).status == 303
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", (await grace.get(TWO_FACTOR)).text)
    assert shown
    seed = shown[1].replace(" ", "")
    world.secret("TOTP seed in base32", seed)
    world.planted.add("TOTP seed", base64.b32decode(seed))
    step = int(time.time()) // STEP_SECONDS
    now, later = (world.secret("TOTP code", PyotpAuthenticator().code(seed, step + more)) for more in (0, 1))
    on = await send(grace, f"{TWO_FACTOR}/activation", {"code": now}, page=TWO_FACTOR)
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", on.text)
    assert len(codes) == 10, on.words
    for code in codes:
        world.secret("recovery code", code)
    password = "harbour-lantern+sixty/nine plums"
    for proof in (later, codes[0]):
        await grace.post("/sign-out")
        half = location(await enter(grace, email=NEWER, password=password))
        assert half.startswith("/sign-in/two-factor")
        assert location(await send(grace, "/sign-in/two-factor", {"code": proof}, page=half)) == "/"
    return codes


async def forgotten_password(world: World) -> str:
    """Once by the code, once by the link beside it. Returns the password there is then."""
    password = ""
    for ends, way in (("one", "code"), ("two", "token")):
        person = world.arrive()
        await world.patience()
        await send(person, "/password/reset/mail", {"email": NEWER}, page="/password/reset")
        mail = await world.mail(NEWER, CODE)
        code, link = CODE.findall(mail.text)[0], re.findall(r"token=(\S+)", mail.text)[0]
        world.secret("reset code", code)
        world.secret("reset link", link)
        world.secret("reset link", link.partition(".")[2])
        password = world.secret("password after a reset", f"velvet?anchor & {ends} brass moons")
        page = f"/password/reset?token={link}" if way == "token" else "/password/reset"
        values = {"password": password} | ({"code": code} if way == "code" else {})
        done = await send(person, "/password/reset", values, page=page)
        assert location(done).startswith("/sign-in"), done.words
    return password


async def office(world: World, password: str, code: str) -> Person:
    """By the form of the back office, as an admin."""
    await world.beside.execute("UPDATE users SET role_id = $1 WHERE email = $2", Role.ADMIN, NEWER)
    boss = world.arrive()
    boss.client.cookies.set("csrftoken", "token")
    boss.client.headers.update({"x-csrftoken": "token", "sec-fetch-site": "same-origin", "origin": world.origin})
    fields = {"username": NEWER, "password": password, "mfa_code": code}
    entered = await boss.client.post("/admin/public/login/", json=fields)
    assert entered.status_code in (200, 303), entered.text
    return boss


async def provider(world: World, boss: Person, issuer: str) -> None:
    """Come from a real provider to an account without a password, which proves itself again by a mailed code."""
    row = await factories.insert(
        "oauth_provider",
        provider_name="Our own",
        slug="oidc",
        issuer=issuer,
        client_id=CLIENT_ID,
        scopes="openid email profile offline_access",
        trusts_email=True,
    )
    secret = world.secret("OAuth client secret", CLIENT_SECRET)
    values = {"client_secret": secret, "is_enabled": True}
    told = await boss.client.patch(f"/admin/api/tables/oauth_provider/{row['id']}/", json=values)
    assert told.status_code == 200, told.text
    ada = world.arrive()
    address = await go(ada, "oidc")
    world.secret("OAuth nonce", parse_qs(urlsplit(address).query)["nonce"][0])
    back = await agree(address, "ada")
    world.secret("OAuth code", back["code"])
    world.secret("OAuth state", back["state"])
    assert (await come_back(ada, back, "oidc")).status in (200, 303)
    assert "access" in ada.client.cookies
    for table, column in SEALED:
        kept = await world.beside.fetchrow(f"SELECT id, {column} AS sealed FROM {table}")
        world.secret(
            f"OAuth {column.replace('_', ' ')}", world.vault.open(kept["sealed"], Place(table, column, kept["id"]))
        )
    await send(ada, CONFIRM, {"confirm_send": "now"})
    form = (await ada.get(CONFIRM)).form(CONFIRM) | {
        "confirm_code": await world.code("ada@shop.example", "step-up code")
    }
    form.pop("confirm_send", None)
    proven = await ada.post(CONFIRM, form)
    assert location(proven) == "/account/security", proven.words


# What breaks


async def faults(world: World, server_log: Path) -> None:
    """Statements that fail with what was typed in them, and connections that go away, in both processes."""
    await world.patience()
    lost = world.secret("password that met an error", "copper^falcon ~ ninety {wet} hills")
    first = {"name": "Joan", "email": "joan@buyer.example", "password": lost}
    async with refusing(world, "users"):
        assert (await send(world.arrive(), "/sign-up", first)).status == 500
    async with refusing(world, "otp"):
        assert (await send(world.arrive(), "/sign-up", first)).status == 500
        asked = await send(world.arrive(), "/password/reset/mail", {"email": NEWER}, page="/password/reset")
        assert asked.status == 500
    await connection_lost(world, lost)

    async with refusing(world, "email", "status <> 'sending'"):
        await send(world.arrive(), "/sign-in/code/mail", {"email": NEWER}, page="/sign-in/code")
        await said(world, "job_failed")
        async with world.beside.transaction():
            await world.beside.execute("LOCK TABLE otp IN ACCESS EXCLUSIVE MODE")
            other = await asyncpg.connect(world.beside_url)
            try:
                await other.execute("ALTER TABLE email DROP CONSTRAINT breaks")
                await end_who_waits(other)
                await said(world, "email_rendering_failed")
            finally:
                await other.close()
    await world.code(NEWER, "sign-in code")
    log = server_log.read_text(errors="replace")
    for sign in ("DETAIL:", "STATEMENT:", "Failing row contains", "terminating connection"):
        assert sign in log, sign


@asynccontextmanager
async def refusing(world: World, table: str, rule: str = "false") -> AsyncIterator[None]:
    await world.beside.execute(f"ALTER TABLE {table} ADD CONSTRAINT breaks CHECK ({rule}) NOT VALID")
    try:
        yield
    finally:
        await world.beside.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS breaks")


async def connection_lost(world: World, password: str) -> None:
    """To the database, in the middle of what a sign-in and a reset have asked it."""
    name, reset = world.arrive(), world.arrive()
    sign_in = (await name.get("/sign-in")).form("/sign-in") | {"email": NEWER, "password": password}
    link = f"1.{world.secret('reset link', secrets.token_urlsafe(32))}"
    page = await reset.get(f"/password/reset?token={link}")
    other = await asyncpg.connect(world.beside_url)
    try:
        async with world.beside.transaction():
            await world.beside.execute("LOCK TABLE users, otp IN ACCESS EXCLUSIVE MODE")
            asked = asyncio.gather(
                name.post("/sign-in", sign_in),
                reset.post("/password/reset", page.form("/password/reset") | {"password": password}),
            )
            while not asked.done():
                await end_who_waits(other)
            assert all(answer.status >= 500 for answer in await asked)
    finally:
        await other.close()


async def end_who_waits(beside: asyncpg.Connection) -> None:
    """End every connection that waits for a lock; gives up after a while."""
    for _ in range(50):
        if await beside.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        ):
            return
        await asyncio.sleep(0.1)


async def said(world: World, event: str) -> None:
    async with asyncio.timeout(20):
        while event not in world.shop.said:
            await asyncio.sleep(0.1)


# Where it is looked for


async def plant_in_the_clear(world: World, control: Secrets) -> None:
    """One secret wherever a careless shop would leave one: what does not find it there has searched nothing."""
    text = control.kept["control"].decode()
    await world.beside.execute("UPDATE product SET description = $1 WHERE slug = 'tall-vase'", text)
    await world.arrive().get(f"/p/{text}")
    await world.beside.execute(
        f"""CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE '{text}'; END $$;
        CREATE TRIGGER tells BEFORE UPDATE ON email EXECUTE FUNCTION tells()"""
    )
    await send(world.arrive(), "/sign-in/code/mail", {"email": NEWER}, page="/sign-in/code")
    await said(world, f"RaiseError: {text}")
    await world.beside.execute("DROP FUNCTION tells CASCADE")
    await world.code(NEWER, "sign-in code")
    async with Redis.from_url(valkey.running_url(world.shop.data_dir)) as queue:
        await queue.set("control", text)


async def everywhere(world: World, server_log: Path) -> dict[str, bytes]:
    await world.beside.execute("CHECKPOINT")
    dump = await asyncio.to_thread(
        subprocess.run, [binary("pg_dump"), f"--dbname={world.beside_url}"], capture_output=True, check=True
    )
    cluster = server_log.parent / "postgres"
    database = await world.beside.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    lines = world.shop.output.read_bytes().splitlines(keepends=True)
    return {
        "the dump": dump.stdout,
        "the tables on disk": read_all(cluster / "base" / str(database)),
        "the write-ahead log": read_all(cluster / "pg_wal"),
        "the log of PostgreSQL": server_log.read_bytes(),
        "the log of the web": b"".join(line for line in lines if line.startswith(b"web ")),
        "the log of the worker": b"".join(line for line in lines if line.startswith(b"worker ")),
        "the files of queue and shop": read_all(world.shop.data_dir, but="mailbox"),
    }


def read_all(folder: Path, *, but: str = "") -> bytes:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.relative_to(folder).parts[0] != but]
    return b"\n".join(path.read_bytes() for path in files)


# The search


@pytest.mark.parametrize(
    "written",
    [
        b"it is orchid&tram 47% quartz.",
        b"password=orchid%26tram%2047%25%20quartz&next=",
        b"password=orchid%26tram+47%25+quartz&next=",
        b"orchid&tram47%quartz",
        base64.b64encode(b"orchid&tram 47% quartz"),
        base64.b64encode(b"aorchid&tram 47% quartz and more"),
        base64.urlsafe_b64encode(b"aborchid&tram 47% quartz and more"),
        b"\\x" + b"orchid&tram 47% quartz".hex().encode(),
    ],
)
def test_every_form_of_a_password_is_found(written: bytes) -> None:
    assert is_readable(b"orchid&tram 47% quartz", b"before " + written + b" after")
    assert not is_readable(b"orchid&tram 48% quartz", b"before " + written + b" after")


@pytest.mark.parametrize(
    "written",
    [
        b"1234 5678",
        b"12345678",
        b"1234-5678",
        b'"12345678"',
        b"1234%205678",
        b"\\x3132333435363738",
        base64.b64encode(b"12345678"),
    ],
)
def test_every_form_of_a_code_is_found(written: bytes) -> None:
    assert is_readable(b"1234 5678", b"code " + written + b" mailed")


@pytest.mark.parametrize("written", [b"0.12345678", b"912345678", b"123456789", b"a0f12345678bc"])
def test_a_longer_number_is_not_the_code(written: bytes) -> None:
    assert not is_readable(b"1234 5678", b"took " + written + b" s")
