"""Language and theme of the profile hold from the sign-in on, however somebody gets in."""

from typing import Any

import pytest

from app.bootstrap import Shop
from tests import factories
from tests.services.conftest import Post
from tests.web import entering
from tests.web.accounts import PASSWORD, Member, new_member
from tests.web.conftest import Visitor
from tests.web.entering import location

LIKED = '{"language": "de_DE", "theme": "dark", "currency": "", "notifications": {"newsletter": false}}'


class TestOnANewDevice:
    async def person(self, shop: Shop, visitor: Visitor, liked: str = LIKED) -> Member:
        member = await new_member(shop, visitor)
        await factories.insert("user_profile", user_id=member.user["id"], preferences=liked)
        return member

    async def by_password(self, visitor: Visitor, next: str = "/cart") -> str:
        return location(await entering.sign_in(visitor, next=next, email="ada@shop.example", password=PASSWORD))

    async def test_by_password(self, either: Visitor, shop: Shop, engine: Any) -> None:
        await self.person(shop, either)
        assert await self.by_password(either) == "/de/cart"
        either.htmx = False
        page = await either.get("/de/account")
        assert 'lang="de"' in page.text and 'data-theme="dark"' in page.text

    async def test_by_a_mailed_code(self, either: Visitor, shop: Shop, post: Post, engine: Any) -> None:
        await self.person(shop, either)
        await entering.send(either, "/sign-in/code/mail", {"email": "ada@shop.example"}, page="/sign-in/code")
        answer = await entering.send(either, "/sign-in/code", {"code": await post.code("ada@shop.example")})
        assert location(answer) == "/de/" and either.client.cookies.get("theme") == "dark"

    async def test_after_the_second_factor_and_not_before(self, either: Visitor, shop: Shop, engine: Any) -> None:
        member = await self.person(shop, either)
        await member.enrol()
        assert (await self.by_password(either)).startswith("/sign-in/two-factor")
        assert either.client.cookies.get("theme") is None, "half in tells nothing of the account"
        page = "/sign-in/two-factor?next=/cart"
        answer = await entering.send(either, "/sign-in/two-factor", {"code": await member.code()}, page=page)
        assert location(answer) == "/de/cart" and either.client.cookies.get("theme") == "dark"

    async def test_on_one_that_is_known_what_was_chosen_there_stays(
        self, either: Visitor, shop: Shop, engine: Any
    ) -> None:
        await self.person(shop, either)
        await self.by_password(either)
        await either.post("/sign-out")
        await either.post("/theme", {"theme": "light"})
        assert await self.by_password(either) == "/cart"
        assert either.client.cookies.get("theme") == "light"

    async def test_a_way_back_in_another_language_leads_to_the_own(
        self, visitor: Visitor, shop: Shop, engine: Any
    ) -> None:
        await self.person(shop, visitor, LIKED.replace("de_DE", "en_US"))
        assert await self.by_password(visitor, next="/de/cart") == "/cart"

    @pytest.mark.parametrize("liked", ["{}", LIKED.replace("de_DE", "fr_FR").replace("dark", "")])
    async def test_without_a_choice_all_stays_as_it_is(
        self, liked: str, visitor: Visitor, shop: Shop, engine: Any
    ) -> None:
        await self.person(shop, visitor, liked)
        assert await self.by_password(visitor) == "/cart"
        assert visitor.client.cookies.get("theme") is None
