"""Sessions for tests about something else: begun as the shop begins them, without the pages that lead there."""

from typing import Any

from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.identity import Method
from app.services.identity import TokenPair


async def begin_session(shop: Shop, user: Any, *methods: Method) -> TokenPair:
    """A session of `user`, a row of `factories.make_user`, that has just been proven by `methods`."""
    identity = shop.services.identity
    async with identity.transactions.begin():
        return await identity.begin(
            user["id"],
            Role(user["role_id"]),
            device="Firefox, Linux",
            place="localhost",
            amr=methods or (Method.PASSWORD,),
        )
