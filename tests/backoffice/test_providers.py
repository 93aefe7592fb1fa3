"""Providers in the admin: a secret goes in and never comes out, and who is linked stays who they are."""

import asyncpg
import pytest

from app.adapters.vault.aes_gcm import AesGcmVault
from app.ports.vault import Damaged, Place
from tests import factories
from tests.factories import db, insert

SECRET = "GOCSPX-nobody-reads-this"
OURS = {
    "provider_name": "Our own",
    "slug": "our-own",
    "kind": "oidc",
    "issuer": "https://login.shop.example",
    "scopes": "openid email",
    "client_id": "the-shop",
    "client_secret": SECRET,
    "trusts_email": True,
    "is_enabled": True,
}


async def rows():
    return [dict(row) for row in await db().fetch("SELECT * FROM oauth_provider ORDER BY id")]


async def add(admin, **values):
    return await admin("POST", "oauth_provider/", OURS | values)


async def test_a_secret_is_stored_sealed_for_its_row(admin, settings):
    answer = await add(admin)
    assert answer.status_code == 201, answer.text
    (row,) = await rows()
    vault = AesGcmVault(settings.encryption_ring)
    assert vault.open(row["client_secret"], Place("oauth_provider", "client_secret", row["id"])) == SECRET
    with pytest.raises(Damaged):
        vault.open(row["client_secret"], Place("oauth_provider", "client_secret", row["id"] + 1))
    assert row["is_enabled"]


async def test_a_secret_is_never_shown_again(admin):
    made = await add(admin)
    (row,) = await rows()
    for path in ("oauth_provider/", f"oauth_provider/{row['id']}/", "oauth_provider/new/", "oauth_provider/schema/"):
        answer = await admin("GET", path)
        assert SECRET not in answer.text
        assert row["client_secret"] not in answer.text
    assert SECRET not in made.text
    logged = str([tuple(change) for change in await db().fetch("SELECT old_value, new_value FROM change_logs")])
    assert SECRET not in logged
    assert row["client_secret"] not in logged


async def test_a_form_that_leaves_it_empty_keeps_it(admin):
    await add(admin)
    (before,) = await rows()
    answer = await admin("PATCH", f"oauth_provider/{before['id']}/", {"provider_name": "Ours", "client_secret": ""})
    assert answer.status_code == 200, answer.text
    (after,) = await rows()
    assert after["client_secret"] == before["client_secret"]
    assert after["provider_name"] == "Ours"


async def test_a_new_secret_takes_its_place(admin, settings):
    await add(admin)
    (before,) = await rows()
    answer = await admin("PATCH", f"oauth_provider/{before['id']}/", {"client_secret": "another"})
    assert answer.status_code == 200, answer.text
    (after,) = await rows()
    opened = AesGcmVault(settings.encryption_ring).open(
        after["client_secret"], Place("oauth_provider", "client_secret", after["id"])
    )
    assert opened == "another"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://login.shop.example"},
        {"issuer": "https://login.shop.example?a=b"},
        {"issuer": "https://user:password@login.shop.example"},
        {"issuer": "https://login.shop.example#x"},
        {"issuer": "ftp://login.shop.example"},
        {"issuer": "https://[::1"},
        {"issuer": "login.shop.example"},
        {"issuer": ""},
        {"slug": "Our Own"},
        {"slug": "../admin"},
        {"slug": ""},
        {"kind": "saml"},
        {"client_id": ""},
        {"client_secret": ""},
        {"client_secret": "x" * 501},
        {"provider_name": ""},
    ],
    ids=str,
)
async def test_what_cannot_be_a_provider(wrong, admin):
    answer = await add(admin, **wrong)
    assert answer.status_code == 422, answer.text
    assert await rows() == []


async def test_one_that_is_off_need_not_be_complete(admin):
    answer = await add(admin, client_id="", client_secret="", is_enabled=False)
    assert answer.status_code == 201, answer.text
    (row,) = await rows()
    answer = await admin("PATCH", f"oauth_provider/{row['id']}/", {"is_enabled": True})
    assert answer.status_code == 422
    assert "oauth provider is complete" in answer.text


class TestLinked:
    """Subjects of one issuer mean nothing at another."""

    async def test_the_issuer_stays(self, admin):
        await add(admin)
        (row,) = await rows()
        user = await factories.make_user()
        await insert("oauth_identity", user_id=user["id"], provider_id=row["id"], subject="7")
        answer = await admin("PATCH", f"oauth_provider/{row['id']}/", {"issuer": "https://evil.example"})
        assert answer.status_code == 422
        assert "people linked" in answer.text
        assert (await rows())[0]["issuer"] == OURS["issuer"]

    async def test_the_database_holds_it_too(self, admin):
        await add(admin)
        (row,) = await rows()
        await insert("oauth_identity", user_id=(await factories.make_user())["id"], provider_id=row["id"], subject="7")
        for change in ("issuer = 'https://evil.example'", "kind = 'github'"):
            with pytest.raises(Exception, match="stays_the_same"):
                async with db().transaction():
                    await db().execute(f"UPDATE oauth_provider SET {change}")

    async def test_without_anybody_it_may_change(self, admin):
        await add(admin)
        (row,) = await rows()
        answer = await admin("PATCH", f"oauth_provider/{row['id']}/", {"issuer": "https://id.shop.example"})
        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize("change", [{"slug": "other"}, {"kind": "github"}])
    async def test_its_address_and_kind_stay_in_any_case(self, change, admin):
        await add(admin)
        (row,) = await rows()
        assert (await admin("PATCH", f"oauth_provider/{row['id']}/", change)).status_code == 422


async def test_the_presets_are_off(new_database):
    async with new_database() as url:
        connection = await asyncpg.connect(url)
        found = await connection.fetch("SELECT slug, kind, is_enabled, trusts_email FROM oauth_provider ORDER BY slug")
        await connection.close()
    assert [tuple(row) for row in found] == [
        ("facebook", "facebook", False, False),
        ("github", "github", False, True),
        ("google", "oidc", False, True),
    ]


async def test_who_lets_people_in_takes_a_fresh_proof(admin):
    await add(admin)
    (before,) = await rows()
    async with db().transaction():
        await db().execute("UPDATE user_session SET auth_time = now() - interval '16 minutes'")
    for answer in (
        await add(admin, slug="another"),
        await admin("PATCH", f"oauth_provider/{before['id']}/", {"trusts_email": False}),
    ):
        assert answer.status_code == 422
        assert "/account/confirm?next=/admin/" in answer.text
    assert await rows() == [before]
