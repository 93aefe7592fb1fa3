"""The account table Piccolo Admin signs in with, and its sessions."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from argon2 import PasswordHasher
from piccolo.apps.user.tables import BaseUser

from app.adapters.db.tables import Role, User
from tests import factories

PASSWORD = "correct horse battery"


async def make_admin(**values) -> User:
    return await User.create_user(
        values.pop("username", "ann"),
        PASSWORD,
        **{"email": "ann@shop.example", "role_id": Role.ADMIN.value} | values,
    )


class TestPasswords:
    async def test_are_stored_as_argon2id(self, engine):
        await make_admin()
        stored = await engine.fetchval("SELECT password FROM users")
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    async def test_are_not_hashed_again_when_a_row_is_loaded_and_saved(self, engine):
        await make_admin()
        stored = await engine.fetchval("SELECT password FROM users")
        user = await User.objects().first()
        assert user.password == stored
        async with engine.transaction():
            await user.save()
        assert await engine.fetchval("SELECT password FROM users") == stored

    async def test_are_hashed_when_set(self, engine):
        user = User(email="ann@shop.example", role_id=1, password=PASSWORD)
        first = user.password
        user.password = "another long one"
        assert first != user.password
        assert all(password.startswith("$argon2id$") for password in (first, user.password))
        user.password = None
        assert user.password is None

    @pytest.mark.parametrize("bad", ["", "short", "x" * 129, "$argon2id$v=19$m=19456"])
    async def test_bad_ones_are_refused(self, engine, bad):
        with pytest.raises(ValueError):
            await User.create_user("ann", bad, email="ann@shop.example", role_id=1)
        with pytest.raises(ValueError):
            await User.update_password("ann", bad)

    async def test_cannot_be_stored_in_plain_text_by_anybody(self, engine):
        await make_admin()
        with pytest.raises(asyncpg.CheckViolationError):
            async with engine.transaction():
                await User.update({User.password: PASSWORD}, force=True)

    async def test_a_form_that_leaves_fields_empty_gets_the_defaults(self, engine):
        """Piccolo Admin sends null for every field that was not filled in."""
        await make_admin(username=None, status=None, two_factor_enabled=None, created_at=None)
        row = await engine.fetchrow("SELECT status, two_factor_enabled, username FROM users")
        assert tuple(row) == ("Active", False, None)

    async def test_can_be_changed(self, engine):
        user = await make_admin()
        await User.update_password(user.id, "a new long password")
        assert await User.login("ann", PASSWORD) is None
        assert await User.login("ann", "a new long password") == user.id
        await User.update_password("ann@shop.example", PASSWORD)
        assert await User.login("ann", PASSWORD) == user.id


class TestLogin:
    async def test_by_name_or_address_in_any_case(self, engine):
        user = await make_admin()
        for name in ("ann", "ANN", "ann@shop.example", "Ann@Shop.Example"):
            assert await User.login(name, PASSWORD) == user.id
        assert datetime.now(UTC) - await engine.fetchval("SELECT last_login FROM users") < timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("name", "password"),
        [("ann", "wrong password"), ("bob", PASSWORD), ("", ""), ("a" * 300, PASSWORD), ("ann", "x" * 1000)],
    )
    async def test_refuses(self, engine, name, password):
        await make_admin()
        assert await User.login(name, password) is None

    @pytest.mark.parametrize(
        "change", ["status = 'Suspended'", "status = 'Inactive'", "deleted_at = now()", "password = NULL"]
    )
    async def test_refuses_accounts_that_are_closed(self, engine, change):
        await make_admin()
        async with engine.transaction():
            await engine.execute(f"UPDATE users SET {change}")
        assert await User.login("ann", PASSWORD) is None

    async def test_strengthens_an_old_hash(self, engine):
        await make_admin()
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        async with engine.transaction():
            await engine.execute("UPDATE users SET password = $1", weak)
        assert await User.login("ann", PASSWORD)
        assert "m=19456" in await engine.fetchval("SELECT password FROM users")

    async def test_works_inside_the_admins_transaction(self, engine, transactions):
        user = await make_admin()
        async with transactions.begin():
            assert await User.login("ann", PASSWORD) == user.id


class TestRights:
    @pytest.mark.parametrize(
        ("role", "status", "deleted", "active", "admin"),
        [
            (Role.ADMIN, "Active", False, True, True),
            (Role.ADMIN, "Suspended", False, False, False),
            (Role.ADMIN, "Active", True, False, False),
            (Role.SELLER, "Active", False, True, False),
            (Role.CUSTOMER, "Active", False, True, False),
        ],
    )
    async def test_come_from_status_and_role(self, engine, role, status, deleted, active, admin):
        retired = datetime.now(UTC) if deleted else None
        await factories.make_user(role_id=role, status=status, deleted_at=retired)
        user = await User.objects().first()
        assert isinstance(user, BaseUser)
        assert (user.active, user.admin, user.superuser) == (active, admin, admin)

    async def test_cannot_be_set(self, engine):
        with pytest.raises(ValueError):
            User(email="ann@shop.example", role_id=1, admin=True)
        with pytest.raises(AttributeError):
            User(email="ann@shop.example", role_id=1).superuser = True
