"""Passwords of accounts: changed by their owner, and set anew."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from app.core.errors import (
    PasswordTooShort,
    SignInFailed,
    StepUpRequired,
    WrongCode,
)
from tests.services.conftest import PASSWORD, browser, run, signed_in


class TestChanging:
    @pytest_asyncio.fixture
    async def me(self, accounts, ada):
        return await signed_in(accounts, await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser()))

    async def test_a_new_password_ends_the_other_sessions_and_is_told(self, accounts, passwords, me, post, engine):
        other = await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser(device=""))
        await post.deliver()
        await passwords.change_password(me, "a new good passphrase", browser=browser())
        assert await signed_in(accounts, other) is None
        assert await engine.fetchval("SELECT count(*) FROM user_session WHERE revoked_at IS NULL") == 1
        (mail,) = await post.deliver()
        assert "password" in mail.rendered.subject
        with pytest.raises(SignInFailed):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())

    async def test_an_old_proof_is_not_enough(self, email_change, passwords, me, engine):
        stale = replace(me, proven_ago=timedelta(minutes=16))
        for attempt in (
            passwords.change_password(stale, "a new good passphrase", browser=browser()),
            email_change.ask(stale, "new@shop.example", browser=browser()),
            email_change.confirm(stale, old_code="1", new_code="2", browser=browser()),
        ):
            with pytest.raises(StepUpRequired):
                await attempt


class TestResetting:
    NEW = "a new good passphrase"

    async def link(self, post):
        await post.deliver()
        return re.search(r"token=(\S+)", post.sent[-1].rendered.text)[1]

    async def test_by_code_ends_all_sessions_and_signs_nobody_in(self, accounts, passwords, ada, post, engine):
        result = await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        await passwords.send_reset("ada@shop.example", browser=browser())
        await passwords.reset_by_code("ada@shop.example", await post.code(), self.NEW, browser=browser())
        assert await signed_in(accounts, result) is None
        assert await engine.fetchval("SELECT count(*) FROM user_session WHERE revoked_at IS NULL") == 0
        with pytest.raises(SignInFailed):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        assert (await accounts.sign_in("ada@shop.example", self.NEW, browser=browser())).tokens
        assert any("was changed" in mail.rendered.subject for mail in await post.deliver())

    async def test_by_link_once_in_any_browser(self, accounts, passwords, ada, post):
        await passwords.send_reset("ada@shop.example", browser=browser())
        token = await self.link(post)
        await passwords.reset_by_link(token, self.NEW, browser=browser("other" * 9))
        with pytest.raises(WrongCode):
            await passwords.reset_by_link(token, "yet another passphrase", browser=browser())
        assert (await accounts.sign_in("ada@shop.example", self.NEW, browser=browser())).tokens

    async def test_the_code_ends_the_link_and_the_other_way_round(self, passwords, ada, post):
        await passwords.send_reset("ada@shop.example", browser=browser())
        token = await self.link(post)
        await passwords.reset_by_code("ada@shop.example", post.code_of(), self.NEW, browser=browser())
        with pytest.raises(WrongCode):
            await passwords.reset_by_link(token, self.NEW, browser=browser())

    async def test_an_hour(self, passwords, ada, post, engine):
        await passwords.send_reset("ada@shop.example", browser=browser())
        token = await self.link(post)
        lifetime = await engine.fetchval("SELECT expires_at - created_at FROM otp WHERE purpose = 'reset_link'")
        assert timedelta(minutes=59) < lifetime <= timedelta(hours=1, seconds=1)
        await run(engine, "UPDATE otp SET expires_at = now()")
        with pytest.raises(WrongCode):
            await passwords.reset_by_link(token, self.NEW, browser=browser())

    @pytest.mark.parametrize("change", ["", "x", "1.x", "{0}x", "1{0}", "{0}\0", "a.b", "9" * 50 + ".x"])
    async def test_a_link_that_is_not_quite_one(self, passwords, ada, post, change):
        await passwords.send_reset("ada@shop.example", browser=browser())
        with pytest.raises(WrongCode):
            await passwords.reset_by_link(change.format(await self.link(post)), self.NEW, browser=browser())

    async def test_of_many_at_once_one_sets_it(self, passwords, ada, post):
        await passwords.send_reset("ada@shop.example", browser=browser())
        token = await self.link(post)
        outcomes = await asyncio.gather(
            *(passwords.reset_by_link(token, f"{self.NEW} {n}", browser=browser()) for n in range(8)),
            return_exceptions=True,
        )
        assert sum(outcome is None for outcome in outcomes) == 1

    async def test_an_unknown_address_gets_nothing_and_no_other_answer(self, passwords, ada, post):
        assert await passwords.send_reset("nobody@shop.example", browser=browser()) is None
        assert await passwords.send_reset("ada@shop.example", browser=browser()) is None
        assert [mail.recipient for mail in await post.deliver()] == ["ada@shop.example"]

    async def test_a_refused_password_costs_no_try(self, passwords, ada, post, engine):
        await passwords.send_reset("ada@shop.example", browser=browser())
        code = await post.code()
        with pytest.raises(PasswordTooShort):
            await passwords.reset_by_code("ada@shop.example", code, "short", browser=browser())
        await passwords.reset_by_code("ada@shop.example", code, self.NEW, browser=browser())

    async def test_five_mails_a_day(self, passwords, ada, post):
        for number in range(7):
            await passwords.send_reset("ada@shop.example", browser=browser(address=f"203.0.113.{number}"))
            await post.deliver()
        assert len(post.sent) == 5
