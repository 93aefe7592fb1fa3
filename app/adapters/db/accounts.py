"""Accounts in PostgreSQL. Hashing is the user table's own, off the event loop."""

import asyncpg

from app.adapters.db.tables.accounts import Role, User
from app.core.errors import EmailTaken


class PiccoloAccounts:
    async def add_admin(self, email: str, password: str) -> int:
        try:
            user = await User.create_user(None, password, email=email, role_id=Role.ADMIN.value)
        except asyncpg.UniqueViolationError as error:
            raise EmailTaken from error
        return int(user.id)
