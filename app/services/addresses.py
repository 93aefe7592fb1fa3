"""The address book: each change is one transaction that holds the whole book."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import addresses as rules
from app.core.addresses import MOST_ADDRESSES, KeptAddress, Use
from app.core.checkout import Address
from app.core.errors import AddressBookFull, NotFound
from app.ports.addresses import Addresses
from app.ports.transactions import Transactions


@dataclass(frozen=True)
class AddressService:
    """Somebody else's address is as little there as one that never was."""

    addresses: Addresses
    transactions: Transactions

    async def list(self, user_id: int) -> Sequence[KeptAddress]:
        """Defaults first."""
        return await self.addresses.list_of(user_id)

    async def find(self, user_id: int, address_id: int) -> KeptAddress:
        """Raises NotFound."""
        kept = await self.addresses.find(user_id, address_id)
        if kept is None:
            raise NotFound("address", str(address_id))
        return kept

    async def add(self, user_id: int, address: Address, phone: str, *, defaults: Sequence[Use] = ()) -> int:
        """Returns its id. The first one is the default for everything. Raises AddressBookFull."""
        async with self.transactions.begin(actor=user_id):
            book = await self.addresses.open_locked(user_id)
            return await self._add(user_id, book, address, phone, defaults)

    async def keep(self, user_id: int, address: Address, phone: str) -> None:
        """What an order went to, for the next one; nothing happens where the book has it or is full."""
        async with self.transactions.begin(actor=user_id):
            book = await self.addresses.open_locked(user_id)
            if not rules.holds(book, address) and len(book) < MOST_ADDRESSES:
                await self._add(user_id, book, address, phone, ())

    async def change(
        self, user_id: int, address_id: int, address: Address, phone: str, *, defaults: Sequence[Use] = ()
    ) -> None:
        """`defaults` are made, none is taken away: there is always one. Raises NotFound."""
        async with self.transactions.begin(actor=user_id):
            await self.addresses.open_locked(user_id)
            if not await self.addresses.change(user_id, address_id, address, phone):
                raise NotFound("address", str(address_id))
            for use in defaults:
                await self.addresses.make_default(user_id, address_id, use)

    async def make_default(self, user_id: int, address_id: int, use: Use) -> None:
        """Raises NotFound."""
        async with self.transactions.begin(actor=user_id):
            book = await self.addresses.open_locked(user_id)
            if all(kept.id != address_id for kept in book):
                raise NotFound("address", str(address_id))
            await self.addresses.make_default(user_id, address_id, use)

    async def remove(self, user_id: int, address_id: int) -> None:
        """The next one takes its place as a default. Raises NotFound."""
        async with self.transactions.begin(actor=user_id):
            book = await self.addresses.open_locked(user_id)
            if not await self.addresses.retire(user_id, address_id):
                raise NotFound("address", str(address_id))
            await self._fill_defaults(user_id, [kept for kept in book if kept.id != address_id])

    async def restore(self, user_id: int, address_id: int) -> None:
        """Undo a removal. Raises NotFound, AddressBookFull."""
        async with self.transactions.begin(actor=user_id):
            book = await self.addresses.open_locked(user_id)
            if not await self.addresses.restore(user_id, address_id):
                raise NotFound("address", str(address_id))
            if len(book) >= MOST_ADDRESSES and all(kept.id != address_id for kept in book):
                raise AddressBookFull(MOST_ADDRESSES)
            await self._fill_defaults(user_id, await self.addresses.list_of(user_id))

    async def _add(
        self, user_id: int, book: Sequence[KeptAddress], address: Address, phone: str, defaults: Sequence[Use]
    ) -> int:
        if len(book) >= MOST_ADDRESSES:
            raise AddressBookFull(MOST_ADDRESSES)
        address_id = await self.addresses.add(user_id, address, phone)
        for use in Use if not book else defaults:
            await self.addresses.make_default(user_id, address_id, use)
        return address_id

    async def _fill_defaults(self, user_id: int, book: Sequence[KeptAddress]) -> None:
        for use in Use:
            chosen = rules.default_of(book, use)
            if chosen is not None and not chosen.is_default(use):
                await self.addresses.make_default(user_id, chosen.id, use)
