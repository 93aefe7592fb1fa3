"""The change of encryption keys: everything sealed is sealed anew under the first key, while the shop serves."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ports.transactions import Transactions
from app.ports.vault import SealedColumns, SealedRow, Vault, VaultError

BATCH = 200
Progress = Callable[[str, int, int], None]
"""Called with the column, how many of its rows are done and how many there were to do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    resealed: int
    unreadable: tuple[str, ...]
    """What did not open, in words without secrets; those rows are left as they are."""


@dataclass(frozen=True)
class VaultService:
    vault: Vault
    columns: SealedColumns
    transactions: Transactions

    async def rotate(self, progress: Progress = lambda column, done, total: None) -> Rotation:
        """Seal everything under the ring's first key. May be stopped at any point and begun again.

        A row that is changed meanwhile keeps the newer text, which was written with the first key already.
        """
        resealed, unreadable = 0, []
        for table, column in self.columns.columns():
            total = await self.columns.count_stale(table, column, key=self.vault.writes_with)
            done, after = 0, 0
            while rows := await self._next(table, column, after):
                async with self.transactions.begin():
                    for row in rows:
                        try:
                            resealed += await self._reseal(row)
                        except VaultError as error:
                            unreadable.append(str(error))
                done, after = done + len(rows), rows[-1].place.row
                progress(f"{table}.{column}", done, max(total, done))
        return Rotation(resealed, tuple(unreadable))

    async def _next(self, table: str, column: str, after: int) -> list[SealedRow]:
        key = self.vault.writes_with
        return list(await self.columns.find_stale(table, column, key=key, after=after, limit=BATCH))

    async def _reseal(self, row: SealedRow) -> bool:
        plain = self.vault.open(row.sealed, row.place)
        return await self.columns.replace(row, self.vault.seal(plain, row.place))
