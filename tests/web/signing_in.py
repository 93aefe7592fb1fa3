"""Being signed in, for tests of what comes after it."""

from typing import Any

from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.identity import Method
from tests import factories
from tests.web.conftest import Visitor


async def sign_in(visitor: Visitor, shop: Shop, **values: Any) -> int:
    """Make an account of these values and give the visitor's browser a session of it; returns its id."""
    user = await factories.make_user(**{"first_name": "Ada", "last_name": "Lovelace"} | values)
    await sign_in_as(visitor, shop, user)
    return int(user["id"])


async def sign_in_as(visitor: Visitor, shop: Shop, user: Any) -> None:
    """Fresh from its proof."""
    identity = shop.services.identity
    async with identity.transactions.begin():
        tokens = await identity.begin(
            user["id"], Role(user["role_id"]), device="Firefox, Linux", place="localhost", amr=[Method.PASSWORD]
        )
    for name, value in (("access", tokens.access), ("refresh", tokens.refresh)):
        visitor.client.cookies.set(name, value, domain="shop.test", path="/")
