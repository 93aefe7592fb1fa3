"""What is sealed for one place, and the change of keys."""

import asyncio
import secrets
import string
from dataclasses import replace

import pytest

from app.adapters.db.tables import TABLES
from app.adapters.db.vault import SEALED, PiccoloSealedColumns
from app.adapters.vault.aes_gcm import AesGcmVault
from app.ports.vault import Damaged, Place, UnknownKey
from app.services.vault import VaultService
from tests import factories

PLACE = Place("users", "two_factor_secret", 7)
OLD, NEW = ("old", secrets.token_bytes(32)), ("new", secrets.token_bytes(32))
VAULT = AesGcmVault([OLD])
LETTERS = string.ascii_letters + string.digits + "-_"


def test_opens_where_it_was_sealed_for():
    sealed = VAULT.seal("JBSWY3DPEHPK3PXP 🙂", PLACE)
    assert sealed.startswith("old.") and "JBSW" not in sealed
    assert VAULT.open(sealed, PLACE) == "JBSWY3DPEHPK3PXP 🙂"
    assert VAULT.seal("same", PLACE) != VAULT.seal("same", PLACE)
    assert VAULT.open(VAULT.seal("", PLACE), PLACE) == ""


@pytest.mark.parametrize("elsewhere", [{"row": 8}, {"column": "password"}, {"table": "otp"}])
def test_opens_nowhere_else(elsewhere):
    with pytest.raises(Damaged):
        VAULT.open(VAULT.seal("secret", PLACE), replace(PLACE, **elsewhere))


@pytest.mark.parametrize("text", ["secret", "secrets", "secrets!"])
def test_any_change_is_noticed(text):
    sealed = VAULT.seal(text, PLACE)
    for position in range(len("old."), len(sealed)):
        for other in LETTERS.replace(sealed[position], ""):
            with pytest.raises(Damaged):
                VAULT.open(sealed[:position] + other + sealed[position + 1 :], PLACE)


@pytest.mark.parametrize("cut", ["old.", "old.AAAA", "old.ä", "old.AAAA\n", "old", ""])
def test_what_was_cut_does_not_open(cut):
    with pytest.raises((Damaged, UnknownKey)):
        VAULT.open(cut, PLACE)
    for length in range(len("old.x"), len(sealed := VAULT.seal("secret", PLACE))):
        with pytest.raises(Damaged):
            VAULT.open(sealed[:length], PLACE)


def test_a_key_that_is_gone_is_named_apart():
    with pytest.raises(UnknownKey):
        AesGcmVault([NEW]).open(VAULT.seal("secret", PLACE), PLACE)
    with pytest.raises(Damaged):  # the same bytes under another id
        AesGcmVault([NEW, ("other", OLD[1])]).open(VAULT.seal("secret", PLACE).replace("old.", "other."), PLACE)


def test_the_first_key_writes_and_all_read():
    ring = AesGcmVault([NEW, OLD])
    assert ring.open(VAULT.seal("secret", PLACE), PLACE) == "secret"
    assert ring.seal("secret", PLACE).startswith("new.")
    assert ring.writes_with == "new"


def test_every_encrypted_column_is_known():
    encrypted = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in TABLES
        for column in table._meta.columns
        if "encrypted" in (column._meta.help_text or "")
    }
    assert encrypted == {f"{column._meta.table._meta.tablename}.{column._meta.name}" for column in SEALED}


class TestRotation:
    @pytest.fixture
    def rotation(self, transactions):
        return VaultService(AesGcmVault([NEW, OLD]), PiccoloSealedColumns(), transactions)

    async def seal_some(self, engine, count):
        ids = [(await factories.make_user())["id"] for _ in range(count)]
        for user_id in ids:
            await self.store(engine, user_id, VAULT.seal(f"secret {user_id}", replace(PLACE, row=user_id)))
        return ids

    async def store(self, engine, user_id, sealed):
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_secret = $2 WHERE id = $1", user_id, sealed)

    async def stored(self, engine):
        rows = await engine.fetch("SELECT id, two_factor_secret FROM users WHERE two_factor_secret IS NOT NULL")
        return {row["id"]: row["two_factor_secret"] for row in rows}

    async def test_seals_everything_anew_while_others_read(self, engine, rotation, monkeypatch):
        monkeypatch.setattr("app.services.vault.BATCH", 7)
        ids = await self.seal_some(engine, 40)
        done, seen = asyncio.Event(), []
        both = AesGcmVault([OLD, NEW])

        async def read():
            while not done.is_set():
                for user_id, sealed in (await self.stored(engine)).items():
                    assert both.open(sealed, replace(PLACE, row=user_id)) == f"secret {user_id}"
                    seen.append(sealed[:4])
                await asyncio.sleep(0)

        reader = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        told = []
        result = await rotation.rotate(lambda *step: told.append(step))
        done.set()
        await reader
        assert (result.resealed, result.unreadable) == (40, ())
        assert told[-1] == ("users.two_factor_secret", 40, 40) and len(told) == 6
        only_new = AesGcmVault([NEW])
        for user_id, sealed in (await self.stored(engine)).items():
            assert only_new.open(sealed, replace(PLACE, row=user_id)) == f"secret {user_id}"
        assert len(ids) == 40 and {"old."} <= set(seen)

    async def test_may_be_stopped_and_begun_again(self, engine, rotation, monkeypatch):
        monkeypatch.setattr("app.services.vault.BATCH", 2)
        await self.seal_some(engine, 5)

        class Stopped(Exception):
            pass

        def stop(column, done, total):
            raise Stopped

        with pytest.raises(Stopped):
            await rotation.rotate(stop)
        assert sorted(sealed[:3] for sealed in (await self.stored(engine)).values()) == ["new"] * 2 + ["old"] * 3
        assert (await rotation.rotate()).resealed == 3
        assert (await rotation.rotate()).resealed == 0

    async def test_a_newer_text_is_not_overwritten(self, engine, rotation, transactions):
        (user_id,) = await self.seal_some(engine, 1)
        columns = PiccoloSealedColumns()
        (row,) = await columns.find_stale("users", "two_factor_secret", key="new", after=0, limit=10)
        await self.store(engine, user_id, "new.newer")
        async with transactions.begin():
            assert not await columns.replace(row, "new.older")
        assert (await self.stored(engine))[user_id] == "new.newer"

    async def test_what_does_not_open_is_told_and_left(self, engine, rotation):
        one, other = await self.seal_some(engine, 2)
        moved = (await self.stored(engine))[other]
        await self.store(engine, one, moved)
        result = await rotation.rotate()
        assert result.resealed == 1
        assert result.unreadable == (f"users.two_factor_secret of row {one} does not open",)
        assert (await self.stored(engine))[one] == moved
