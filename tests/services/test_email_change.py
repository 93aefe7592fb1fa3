"""Another address for an account."""

import pytest
import pytest_asyncio

from app.core.errors import (
    WrongCode,
)
from tests import factories
from tests.services.conftest import PASSWORD, browser, signed_in


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
