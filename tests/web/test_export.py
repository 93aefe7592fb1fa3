"""The copy of one's data: made by the worker, fetched by its owner with a fresh proof, without secrets, and deleted."""

import asyncio
import csv
import io
import json
import zipfile
from typing import Any

import pytest

from app.adapters.db.export import LEFT_OUT, PARTS
from app.adapters.db.tables import TABLES
from app.bootstrap import Shop
from app.core.throttle import EXPORT_BY
from tests import factories
from tests.services.conftest import Post
from tests.web.conftest import NewVisitor, Page, Visitor
from tests.web.signing_in import sign_in
from tests.web.test_account import make_order
from tests.web.test_profile import picture, upload

EXPORT = "/account/export"
FILE = f"{EXPORT}/file"
SECRETS = ("planted-hash", "planted-seed", "planted-code", "planted-token", "planted-cart")


async def run(engine: Any, sql: str, *values: Any) -> None:
    async with engine.transaction():
        await engine.execute(sql, *values)


async def ask(visitor: Visitor) -> Page:
    form = (await visitor.get(EXPORT)).form(EXPORT)
    return await visitor.post(EXPORT, form)


async def made(visitor: Visitor, shop: Shop) -> zipfile.ZipFile:
    await ask(visitor)
    await shop.services.exports.sweep()
    answer = (await visitor.get(FILE)).response
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


def part(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


async def fill(engine: Any, user_id: int, word: str) -> None:
    """Something of everything for one person, in which `word` stands; secrets are planted beside it."""
    await run(
        engine,
        "UPDATE users SET address = $2, two_factor_secret = 'planted-seed', password = '$argon2id$planted-hash'"
        " WHERE id = $1",
        user_id,
        f"{word} street",
    )
    await factories.insert(
        "address", user_id=user_id, full_name=word, line1=f"=cmd|{word}", city="Berlin", country="DE"
    )
    order = await make_order(
        user_id, f"N{user_id}", full_name=f"{word} ordered", note=f"{word}, please", email="x@y.zz"
    )
    await run(engine, "UPDATE billing_info SET address = $2 WHERE order_id = $1", order["id"], f"{word} bill")
    product = await factories.make_product()
    await factories.insert("review", product_id=product["id"], user_id=user_id, rating=4, comment=f"{word} liked it")
    email = await engine.fetchval("SELECT email FROM users WHERE id = $1", user_id)
    await factories.insert(
        "email",
        user_id=user_id,
        kind="notice",
        recipient_email=email,
        subject=f"{word} mail",
        data='{"x": "planted-code"}',
    )
    await factories.insert("newsletter_subscription", email=email.upper(), wording=f"{word} agreed")
    later = factories.datetime.now(factories.UTC) + factories.YESTERDAY
    session = await factories.insert("user_session", user_id=user_id, device=f"{word} browser", expires_at=later)
    await factories.insert(
        "refresh_token", user_id=user_id, session_id=session["id"], token=f"planted-token-{user_id}", expires_at=later
    )
    await factories.insert("otp", user_id=user_id, otp="planted-code".ljust(64, "0"), expires_at=later)
    await factories.insert("cart", user_id=user_id, token_hash=f"{user_id:064x}")


async def test_everything_about_a_person_and_nothing_of_anybody_else(
    visitor: Visitor, new_visitor: NewVisitor, shop: Shop, engine: Any
) -> None:
    user_id = await sign_in(visitor, shop, first_name="Ada")
    await fill(engine, user_id, "mine")
    other = await factories.make_user(first_name="Zelda")
    await fill(engine, other["id"], "theirs")
    await upload(visitor, picture())
    archive = await made(visitor, shop)
    assert archive.testzip() is None
    for name in PARTS:
        assert f"{name}.json" in archive.namelist()
    everything = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert "theirs" not in everything and "Zelda" not in everything
    assert part(archive, "account")[0]["first_name"] == "Ada"
    assert part(archive, "addresses")[0]["line1"] == "=cmd|mine"
    assert part(archive, "orders")[0]["note"] == "mine, please"
    assert part(archive, "bills")[0]["address"] == "mine bill"
    assert part(archive, "order_lines")[0]["product_name"] == "Everyday mug"
    assert part(archive, "reviews")[0]["comment"] == "mine liked it"
    assert "mine mail" in [mail["subject"] for mail in part(archive, "mails")]
    assert part(archive, "newsletter")[0]["wording"] == "mine agreed"
    assert "mine browser" in [session["device"] for session in part(archive, "sessions")]
    assert archive.read("picture.webp")[:4] == b"RIFF"
    for secret in (*SECRETS, "argon2", f"{user_id:064x}"):
        assert secret not in everything, secret


async def test_tables_open_in_a_spreadsheet_and_calculate_nothing(visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop)
    await fill(engine, user_id, "mine")
    archive = await made(visitor, shop)
    (row,) = csv.DictReader(io.StringIO(archive.read("addresses.csv").decode("utf-8-sig")))
    assert row["line1"] == "'=cmd|mine" and row["city"] == "Berlin"
    assert "profile.csv" not in archive.namelist(), "an empty part has no table"


async def test_every_table_that_knows_an_account_is_in_it_or_has_a_reason(
    visitor: Visitor, shop: Shop, engine: Any
) -> None:
    knowing = await engine.fetch(
        "SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'users'::regclass"
    )
    covered = {"users", *LEFT_OUT} | {
        "user_profile", "address", "user_session", "oauth_identity", "orders", "order_item", "order_event",
        "billing_info", "shipping_info", "cart", "review", "shipping_review", "email", "data_export",
        "account_deletion", "email_undo", "failed_sign_in",
    }  # fmt: skip
    assert {row["name"] for row in knowing} - covered == set()
    assert set(LEFT_OUT) <= {table._meta.tablename for table in TABLES}


async def test_the_page_shows_how_far_it_is(either: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(either, shop)
    assert "Make a copy" in (await either.get(EXPORT)).words
    answer = await ask(either)
    assert answer.status == (200 if either.htmx else 303)
    page = await either.get(EXPORT)
    assert "It begins in a moment" in page.words and EXPORT in page.links
    assert 'hx-trigger="every 2s"' in page.text
    await run(engine, "UPDATE data_export SET parts = 20, parts_done = 7")
    page = await either.get(EXPORT, headers={"hx-request": "true", "hx-request-type": "partial"} if either.htmx else {})
    assert "7 of 20 parts are written." in page.words and '<progress max="20" value="7"' in page.text
    assert ("<!doctype" in page.text) != either.htmx
    await shop.services.exports.sweep()
    page = await either.get(EXPORT)
    assert "Your copy is ready" in page.words and "hx-trigger" not in page.text.split('id="export"')[1][:200]
    assert FILE in page.links


async def test_a_mail_says_that_it_is_ready(visitor: Visitor, shop: Shop, post: Post, engine: Any) -> None:
    await sign_in(visitor, shop, email="ada@shop.example")
    await ask(visitor)
    await shop.services.exports.sweep()
    mail = (await post.deliver())[-1]
    assert mail.recipient == "ada@shop.example"
    assert "is ready" in mail.rendered.subject and EXPORT in mail.rendered.text


async def test_it_leaves_with_a_fresh_proof_only_and_to_nobody_else(
    visitor: Visitor, new_visitor: NewVisitor, shop: Shop, engine: Any
) -> None:
    await sign_in(visitor, shop)
    assert (await visitor.get(FILE)).status == 404
    await made(visitor, shop)
    key = await engine.fetchval("SELECT file_key FROM data_export")
    for stranger in (new_visitor(), new_visitor()):
        assert (await stranger.get(FILE)).status == 303
        assert (await stranger.get(f"/media/{key}")).status == 404
    other = new_visitor()
    await sign_in(other, shop)
    assert (await other.get(FILE)).status == 404
    await run(engine, "UPDATE user_session SET auth_time = now() - interval '16 minutes'")
    answer = (await visitor.get(FILE)).response
    assert answer.status_code == 303 and "confirm" in answer.headers["location"]
    assert "next=%2Faccount%2Fexport%2Ffile" in answer.headers["location"]
    await run(engine, "UPDATE user_session SET auth_time = now()")
    answer = (await visitor.get(FILE)).response
    assert (
        answer.headers["content-disposition"].startswith("attachment") and answer.headers["cache-control"] == "no-store"
    )


async def test_after_seven_days_it_is_gone(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await made(visitor, shop)
    kept = await engine.fetchval("SELECT expires_at - ready_at FROM data_export")
    assert kept.days == 7
    folder = shop.settings.data_dir / "files" / "exports"
    before = len(list(folder.glob("*")))
    await run(engine, "UPDATE data_export SET expires_at = now()")
    assert (await visitor.get(FILE)).status == 404, "also before it is swept away"
    assert await shop.services.exports.sweep() == 1
    assert len(list(folder.glob("*"))) == before - 1
    assert "has been deleted" in (await visitor.get(EXPORT)).words


async def test_a_new_copy_takes_the_place_of_the_old(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await made(visitor, shop)
    await made(visitor, shop)
    states = [row["state"] for row in await engine.fetch("SELECT state FROM data_export ORDER BY id")]
    assert states == ["expired", "ready"]


async def test_two_that_ask_or_work_at_once_make_one(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    form = (await visitor.get(EXPORT)).form(EXPORT)
    await asyncio.gather(*(visitor.post(EXPORT, form) for _ in range(4)))
    assert await engine.fetchval("SELECT count(*) FROM data_export") == 1
    export_id = await engine.fetchval("SELECT id FROM data_export")
    done = await asyncio.gather(*(shop.services.exports.make(export_id) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await engine.fetchval("SELECT count(*) FROM email WHERE kind = 'notice'") == 1


async def test_what_a_worker_left_behind_is_made_again(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await ask(visitor)
    await run(engine, "UPDATE data_export SET attempts = 1, lease_until = now() + interval '1 minute'")
    await shop.services.exports.sweep()
    assert await engine.fetchval("SELECT state FROM data_export") == "waiting"
    await run(engine, "UPDATE data_export SET lease_until = now() - interval '1 second'")
    await shop.services.exports.sweep()
    assert await engine.fetchval("SELECT state FROM data_export") == "ready"


async def test_what_ends_every_worker_is_given_up(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await ask(visitor)
    await run(engine, "UPDATE data_export SET attempts = 5")
    await shop.services.exports.sweep()
    assert "could not be made" in (await visitor.get(EXPORT)).words
    assert (await ask(visitor)).status == 303


async def test_not_without_end(either: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(either, shop)
    for _ in range(EXPORT_BY.most):
        assert (await ask(either)).status in (200, 303)
        await shop.services.exports.sweep()
    answer = await ask(either)
    assert answer.status == 429 and "Wait" in answer.words and int(answer.response.headers["retry-after"]) > 0


@pytest.mark.parametrize("token", ["", "made up"])
async def test_a_form_of_somebody_else_is_refused(token: str, visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    assert (await visitor.post(EXPORT, {"csrf_token": token})).status == 403
    assert await engine.fetchval("SELECT count(*) FROM data_export") == 0
