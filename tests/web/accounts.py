"""People with accounts, as the web sees them: cookies of a sign-in, an authenticator, and their mails."""

import json
from datetime import timedelta
from typing import Any

from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.totp import PyotpAuthenticator
from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.identity import Method
from app.ports.identity import Challenge
from app.ports.vault import Place
from tests import factories
from tests.web.conftest import Visitor

PASSWORD = "three brown bears sing"
DEVICE = "Firefox, Linux"


class Member:
    """Somebody with an account, at a browser where they are signed in once `sign_in` was called."""

    def __init__(self, shop: Shop, visitor: Visitor, user: Any) -> None:
        self.shop, self.visitor, self.user = shop, visitor, user
        self.secret = ""
        self.session_id = 0

    async def sign_in(self, *, visitor: Visitor | None = None, device: str = DEVICE) -> int:
        """Returns the session's id."""
        identity = self.shop.services.identity
        methods = (Method.PASSWORD, Method.TOTP, Method.SECOND_FACTOR) if self.secret else (Method.PASSWORD,)
        async with identity.transactions.begin():
            tokens = await identity.begin(
                self.user["id"], Role(self.user["role_id"]), device=device, place="203.0.113.0/24", amr=methods
            )
        client = (visitor or self.visitor).client
        client.cookies.set("access", tokens.access)
        client.cookies.set("refresh", tokens.refresh)
        if visitor is None:
            self.session_id = tokens.session_id
        return tokens.session_id

    async def challenge(self) -> None:
        """As after the password, where a second factor is still to come."""
        token = self.shop.accounts.tokens.sign_challenge(Challenge(self.user["id"], (Method.PASSWORD,)))
        self.visitor.client.cookies.set("challenge", token)

    async def enrol(self) -> None:
        """Give the account a second factor behind the shop's back."""
        self.secret = PyotpAuthenticator().new_secret()
        sealed = self.shop.vault.vault.seal(self.secret, Place("users", "two_factor_secret", self.user["id"]))
        await change(
            "UPDATE users SET two_factor_enabled = true, two_factor_secret = $2 WHERE id = $1", self.user["id"], sealed
        )

    async def code(self, later: int = 0) -> str:
        step = await factories.db().fetchval("SELECT floor(extract(epoch FROM now()) / 30)::bigint")
        return PyotpAuthenticator().code(self.secret, step + later)

    async def grow_stale(self) -> None:
        """As if the last proof were an hour old."""
        await change("UPDATE user_session SET auth_time = now() - $1::interval", timedelta(hours=1))

    async def mailed_code(self, recipient: str) -> str:
        """The code of the newest mail to this address, which has not left yet."""
        codes = self.shop.accounts.codes
        row = await factories.db().fetchrow(
            "SELECT data FROM email WHERE kind = 'code' AND recipient_email = $1 ORDER BY id DESC LIMIT 1", recipient
        )
        assert row is not None
        context = await codes.context(json.loads(row["data"]))
        assert context is not None
        return context.code


async def change(sql: str, *values: Any) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql, *values)


async def new_member(shop: Shop, visitor: Visitor, **values: Any) -> Member:
    given = {"email": "ada@shop.example", "first_name": "Ada", "password": await Argon2Passwords().hash(PASSWORD)}
    return Member(shop, visitor, await factories.make_user(**given | values))
