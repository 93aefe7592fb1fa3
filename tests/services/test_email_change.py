"""Another address for an account, and the way back to the one before."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from app.core.errors import EmailTaken, SignInFailed, WrongCode
from tests import factories
from tests.services.conftest import PASSWORD, browser, run, signed_in


@pytest.fixture
def undo(shop):
    return shop.services.email_undo


class TestChanging:
    @pytest_asyncio.fixture
    async def me(self, accounts, ada):
        return await signed_in(accounts, await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser()))

    async def codes(self, post):
        await post.deliver()
        return [
            next(m for m in reversed(post.sent) if m.recipient == address).rendered.text.split("    ")[1].split("\n")[0]
            for address in ("ada@shop.example", "ada@new.example")
        ]

    async def test_an_address_is_changed_by_both_codes(self, email_change, me, post, engine):
        assert await email_change.ask(me, "Ada@New.example", browser=browser()) == "ada@new.example"
        old, new = await self.codes(post)
        for pair in ((old, "00000000"), ("00000000", new), (new, old)):
            with pytest.raises(WrongCode):
                await email_change.confirm(me, old_code=pair[0], new_code=pair[1], browser=browser())
        assert await email_change.confirm(me, old_code=old, new_code=new, browser=browser()) == "ada@new.example"
        assert await engine.fetchval("SELECT email FROM users") == "ada@new.example"
        assert sorted(mail.recipient for mail in await post.deliver()) == ["ada@new.example", "ada@shop.example"]

    async def test_a_new_address_that_has_an_account_is_told_and_nobody_else(self, email_change, me, post, engine):
        await factories.make_user(email="ada@new.example")
        assert await email_change.ask(me, "ada@new.example", browser=browser()) == "ada@new.example"
        mails = {mail.recipient: mail.rendered.subject for mail in await post.deliver()}
        assert "already" in mails["ada@new.example"] and "change" in mails["ada@shop.example"]

    async def test_one_wrong_pair_at_a_time_five_pairs_in_all(self, email_change, me, post):
        await email_change.ask(me, "ada@new.example", browser=browser())
        old, new = await self.codes(post)
        for _ in range(5):
            with pytest.raises(WrongCode):
                await email_change.confirm(me, old_code=old, new_code="00000000", browser=browser())
        with pytest.raises(WrongCode):
            await email_change.confirm(me, old_code=old, new_code=new, browser=browser())


class TestUndoing:
    """By the link that the former address got, within seven days."""

    @pytest_asyncio.fixture
    async def me(self, accounts, ada):
        return await signed_in(accounts, await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser()))

    async def move(self, email_change, me, post, new="thief@new.example"):
        """Change the address; returns the key of the link that the former one got."""
        await email_change.ask(me, new, browser=browser())
        codes = [await post.code(address) for address in (me.email, new)]
        await email_change.confirm(me, old_code=codes[0], new_code=codes[1], browser=browser())
        await post.deliver()
        told = [mail for mail in post.sent if mail.recipient == me.email and "key=" in mail.rendered.text]
        return re.search(r"/email/undo\?key=(\S+)", told[-1].rendered.text)[1]

    async def test_the_former_address_is_back_and_everybody_out(self, email_change, undo, me, post, accounts, engine):
        key = await self.move(email_change, me, post)
        thief = await accounts.sign_in("thief@new.example", PASSWORD, browser=browser())
        assert await undo.find(key) == "ada@shop.example"
        assert await undo.undo(key, browser=browser("u" * 43)) == "ada@shop.example"
        assert await engine.fetchval("SELECT email FROM users") == "ada@shop.example"
        assert await signed_in(accounts, thief) is None
        with pytest.raises(SignInFailed):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        await post.deliver()
        assert post.sent[-1].recipient == "ada@shop.example", "a code for a new password"

    async def test_it_leads_to_a_new_password_in_this_browser(self, email_change, undo, me, post, passwords, accounts):
        key = await self.move(email_change, me, post)
        here = browser("u" * 43)
        await undo.undo(key, browser=here)
        code = await post.code("ada@shop.example")
        await passwords.reset_by_code("ada@shop.example", code, "a new good passphrase", browser=here)
        assert (await accounts.sign_in("ada@shop.example", "a new good passphrase", browser=here)).tokens

    async def test_once(self, email_change, undo, me, post):
        key = await self.move(email_change, me, post)
        outcomes = await asyncio.gather(*(undo.undo(key, browser=browser()) for _ in range(8)), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["WrongCode"] * 7 + ["str"]
        assert len([mail for mail in await post.deliver() if "new password" in mail.rendered.subject]) == 1

    async def test_seven_days(self, email_change, undo, me, post, engine):
        key = await self.move(email_change, me, post)
        lifetime = await engine.fetchval("SELECT expires_at - created_at FROM email_undo")
        assert timedelta(days=7) <= lifetime < timedelta(days=7, minutes=1)
        await run(engine, "UPDATE email_undo SET expires_at = now()")
        with pytest.raises(WrongCode):
            await undo.undo(key, browser=browser())
        assert await undo.sweep() == 1 and await engine.fetchval("SELECT email FROM users") == "thief@new.example"

    async def test_a_thief_who_moves_on_is_undone_too_and_has_no_way_back(self, email_change, undo, me, post, engine):
        first = await self.move(email_change, me, post)
        moved = replace(me, email="thief@new.example")
        second = await self.move(email_change, moved, post, "thief@third.example")
        await undo.undo(first, browser=browser())
        assert await engine.fetchval("SELECT email FROM users") == "ada@shop.example"
        with pytest.raises(WrongCode):
            await undo.undo(second, browser=browser())

    async def test_what_was_added_since_goes_along(self, email_change, undo, me, post, engine):
        provider = await factories.insert("oauth_provider", provider_name="Elsewhere", slug="elsewhere")
        of_me = {"user_id": me.user_id, "provider_id": provider["id"]}
        key = await self.move(email_change, me, post)
        await factories.insert("oauth_identity", **of_me, subject="thief")
        await run(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'of the thief'")
        await factories.insert("account_deletion", user_id=me.user_id, erase_at=datetime.now(UTC) + timedelta(days=14))
        await undo.undo(key, browser=browser())
        assert await engine.fetchval("SELECT count(*) FROM oauth_identity") == 0
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")
        assert await engine.fetchval("SELECT state FROM account_deletion") == "cancelled"

    async def test_a_second_factor_from_before_stays(self, email_change, undo, me, post, engine):
        await run(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'of the owner'")
        key = await self.move(email_change, me, post)
        await undo.undo(key, browser=browser())
        assert await engine.fetchval("SELECT two_factor_enabled FROM users"), "a link in a mail does not skip it"

    async def test_an_address_that_is_somebody_elses_by_now_stays_theirs(self, email_change, undo, me, post, engine):
        key = await self.move(email_change, me, post)
        other = await factories.make_user(email="ada@shop.example")
        with pytest.raises(EmailTaken):
            await undo.undo(key, browser=browser())
        assert await engine.fetchval("SELECT email FROM users WHERE id = $1", me.user_id) == "thief@new.example"
        await run(engine, "UPDATE users SET deleted_at = now() WHERE id = $1", other["id"])
        assert await undo.undo(key, browser=browser()), "the link has stayed good"

    async def test_an_account_that_nobody_has_proven_is_in_nobodys_way(self, email_change, undo, me, post, engine):
        key = await self.move(email_change, me, post)
        squatter = await factories.make_user(email="ada@shop.example", email_verified_at=None)
        await undo.undo(key, browser=browser())
        assert await engine.fetchval("SELECT email FROM users WHERE id = $1", me.user_id) == "ada@shop.example"
        assert await engine.fetchval("SELECT deleted_at FROM users WHERE id = $1", squatter["id"])

    @pytest.mark.parametrize("change", ["", "x", "1.x", "{0}x", "1{0}", "{0}\0", "a.b", "٣.x", "9" * 50 + ".x"])
    async def test_a_link_that_is_not_quite_one(self, email_change, undo, me, post, change):
        key = await self.move(email_change, me, post)
        with pytest.raises(WrongCode):
            await undo.undo(change.format(key), browser=browser())

    async def test_nothing_stored_opens_it(self, email_change, undo, me, post, engine):
        key = await self.move(email_change, me, post)
        row = await engine.fetchrow("SELECT * FROM email_undo")
        mails = await engine.fetch("SELECT body, html_body, data FROM email")
        assert row["sealed_code"] is None, "wiped with the mail"
        assert key.partition(".")[2] not in repr([dict(row), *map(dict, mails)])
