"""Address books in PostgreSQL. The row of their owner is the lock."""

from collections.abc import Sequence
from typing import Any

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.addresses import Address as AddressTable
from app.core.addresses import KeptAddress, Use
from app.core.checkout import Address

COLUMNS = """
id, full_name, line1, line2, city, region, postal_code, country, phone, is_delivery_default, is_billing_default
"""
LIST = f"""
SELECT {COLUMNS} FROM address WHERE user_id = $1 AND deleted_at IS NULL
ORDER BY is_delivery_default DESC, is_billing_default DESC, id DESC
"""  # noqa: S608
FIND = f"SELECT {COLUMNS} FROM address WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL"  # noqa: S608
ADD = """
INSERT INTO address (user_id, full_name, line1, line2, city, region, postal_code, country, phone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
CHANGE = """
UPDATE address SET full_name = $3, line1 = $4, line2 = $5, city = $6, region = $7, postal_code = $8, country = $9,
    phone = $10
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id
"""
RETIRE = """
UPDATE address SET deleted_at = now(), is_delivery_default = false, is_billing_default = false
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id
"""
RESTORE = "UPDATE address SET deleted_at = NULL WHERE user_id = $1 AND id = $2 RETURNING id"
END_DELIVERY = "UPDATE address SET is_delivery_default = false WHERE user_id = $1 AND is_delivery_default AND id <> $2"
END_BILLING = "UPDATE address SET is_billing_default = false WHERE user_id = $1 AND is_billing_default AND id <> $2"
BEGIN_DELIVERY = """
UPDATE address SET is_delivery_default = true
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND NOT is_delivery_default
"""
BEGIN_BILLING = """
UPDATE address SET is_billing_default = true
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND NOT is_billing_default
"""


class PiccoloAddresses:
    async def list_of(self, user_id: int) -> Sequence[KeptAddress]:
        return [_kept(row) for row in await _db().fetch(LIST, user_id)]

    async def find(self, user_id: int, address_id: int) -> KeptAddress | None:
        row = await _db().fetchrow(FIND, user_id, address_id)
        return None if row is None else _kept(row)

    async def open_locked(self, user_id: int) -> Sequence[KeptAddress]:
        await _db().fetchval("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE", user_id)
        return await self.list_of(user_id)

    async def add(self, user_id: int, address: Address, phone: str) -> int:
        return int(await _db().fetchval(ADD, user_id, *_values(address), phone))

    async def change(self, user_id: int, address_id: int, address: Address, phone: str) -> bool:
        return await _db().fetchval(CHANGE, user_id, address_id, *_values(address), phone) is not None

    async def retire(self, user_id: int, address_id: int) -> bool:
        return await _db().fetchval(RETIRE, user_id, address_id) is not None

    async def restore(self, user_id: int, address_id: int) -> bool:
        return await _db().fetchval(RESTORE, user_id, address_id) is not None

    async def make_default(self, user_id: int, address_id: int, use: Use) -> None:
        if use is Use.DELIVERY:
            await _db().execute(END_DELIVERY, user_id, address_id)
            await _db().execute(BEGIN_DELIVERY, user_id, address_id)
        else:
            await _db().execute(END_BILLING, user_id, address_id)
            await _db().execute(BEGIN_BILLING, user_id, address_id)


def _db() -> ShopEngine:
    return engine_of(AddressTable)


def _values(address: Address) -> tuple[str, ...]:
    return (
        address.full_name,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postal_code,
        address.country,
    )


def _kept(row: Any) -> KeptAddress:
    return KeptAddress(
        id=row["id"],
        address=Address(
            full_name=row["full_name"],
            line1=row["line1"],
            line2=row["line2"],
            city=row["city"],
            region=row["region"],
            postal_code=row["postal_code"],
            country=row["country"],
        ),
        phone=row["phone"],
        is_delivery_default=row["is_delivery_default"],
        is_billing_default=row["is_billing_default"],
    )
