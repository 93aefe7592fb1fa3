"""The first account of a shop."""

import asyncio

import pytest

from app.adapters.db.accounts import PiccoloAccounts
from app.adapters.db.tables.accounts import ARGON2, Role, User
from app.core.errors import EmailTaken, InvalidEmail, PasswordTooLong, PasswordTooShort
from app.services.accounts import AccountService
from tests import factories

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(transactions) -> AccountService:
    return AccountService(PiccoloAccounts(), transactions)


async def test_an_admin_can_sign_in(accounts, engine):
    assert await accounts.create_admin("  Owner@Shop.Example ", PASSWORD) == "owner@shop.example"
    row = await engine.fetchrow("SELECT * FROM users")
    assert (row["email"], row["role_id"], row["status"]) == ("owner@shop.example", Role.ADMIN, "Active")
    assert row["password"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert ARGON2.verify(row["password"], PASSWORD)
    assert await User.login("owner@shop.example", PASSWORD) == row["id"]
    log = await engine.fetchrow("SELECT * FROM change_logs WHERE entity_type = 'User' AND action = 'INSERT'")
    assert "argon2" not in log["new_value"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "owner",
        "owner@",
        "@shop.example",
        "owner@shop",
        "owner@shop..example",
        "two@at@shop.example",
        "own er@shop.example",
        "owner@shop.example\0",
        "owner\n@shop.example",
        "x" * 65 + "@shop.example",
        "o@" + "x" * 250 + ".example",
    ],
)
async def test_an_address_that_cannot_be_one(email, accounts, engine):
    with pytest.raises(InvalidEmail):
        await accounts.create_admin(email, PASSWORD)
    assert not await engine.fetch("SELECT * FROM users")


@pytest.mark.parametrize("email", ["o'neill+shop@sub.shop.example", "ünïcode@müller.example", "1@2.co"])
async def test_unusual_addresses_are_addresses(email, accounts):
    assert await accounts.create_admin(email, PASSWORD) == email


async def test_length_is_what_a_password_needs(accounts, engine):
    with pytest.raises(PasswordTooShort) as refused:
        await accounts.create_admin("owner@shop.example", "x" * 14)
    assert refused.value.shortest == 15
    with pytest.raises(PasswordTooLong):
        await accounts.create_admin("owner@shop.example", "x" * 129)
    assert not await engine.fetch("SELECT * FROM users")
    await accounts.create_admin("long@shop.example", "x" * 128)
    await accounts.create_admin("spaces@shop.example", "  pässwörd 🙂🙂🙂  ")


async def test_an_address_is_taken_once_in_whatever_case(accounts, engine):
    await factories.make_user(email="Owner@Shop.example")
    with pytest.raises(EmailTaken):
        await accounts.create_admin("owner@shop.example", PASSWORD)
    assert await engine.fetchval("SELECT count(*) FROM users") == 1


async def test_of_two_at_once_one_gets_it(accounts, engine):
    outcomes = await asyncio.gather(
        *(accounts.create_admin("owner@shop.example", PASSWORD) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTaken"] * 3 + ["str"]
    assert await engine.fetchval("SELECT count(*) FROM users") == 1


async def test_a_retired_address_is_free_again(accounts):
    await factories.make_user(email="owner@shop.example", deleted_at=factories.datetime.now(factories.UTC))
    assert await accounts.create_admin("owner@shop.example", PASSWORD)
