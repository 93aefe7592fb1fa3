"""The columns that hold sealed texts. A new one is added to SEALED, else its rows stay behind when keys change."""

from collections.abc import Sequence

from piccolo.columns import Varchar

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.codes import OTP
from app.adapters.db.tables.email_undo import EmailUndo
from app.adapters.db.tables.identity import OAuthAccessToken, OAuthAttempt, OAuthProvider, OAuthRefreshToken
from app.ports.vault import Place, SealedRow

SEALED: tuple[Varchar, ...] = (
    User.two_factor_secret,
    User.two_factor_pending,
    OTP.sealed_code,
    EmailUndo.sealed_code,
    OAuthProvider.client_secret,
    OAuthAccessToken.access_token,
    OAuthRefreshToken.refresh_token,
    OAuthAttempt.sealed_answer,
)

STALE = "{column} <> '' AND NOT starts_with({column}, $1 || '.')"


class PiccoloSealedColumns:
    def columns(self) -> Sequence[tuple[str, str]]:
        return [(column._meta.table._meta.tablename, column._meta.name) for column in SEALED]

    async def count_stale(self, table: str, column: str, *, key: str) -> int:
        stale = STALE.format(column=column)
        return int(await _db().fetchval(f'SELECT count(*) FROM "{table}" WHERE {stale}', key))  # noqa: S608

    async def find_stale(self, table: str, column: str, *, key: str, after: int, limit: int) -> Sequence[SealedRow]:
        stale = STALE.format(column=column)
        rows = await _db().fetch(
            f'SELECT id, {column} AS sealed FROM "{table}" WHERE id > $2 AND {stale} ORDER BY id LIMIT $3',  # noqa: S608
            key,
            after,
            limit,
        )
        return [SealedRow(Place(table, column, row["id"]), row["sealed"]) for row in rows]

    async def replace(self, row: SealedRow, sealed: str) -> bool:
        table, column = row.place.table, row.place.column
        return (
            await _db().fetchval(
                f'UPDATE "{table}" SET {column} = $3 WHERE id = $1 AND {column} = $2 RETURNING id',  # noqa: S608
                row.place.row,
                row.sealed,
                sealed,
            )
            is not None
        )


def _db() -> ShopEngine:
    return engine_of(User)
