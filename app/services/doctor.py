"""Adds up the books again. It reads only: a person decides what to repair, and does it in the back office."""

from dataclasses import dataclass

from app.ports.doctor import Books, Finding


@dataclass(frozen=True)
class DoctorService:
    books: Books

    async def examine(self) -> list[Finding]:
        """All findings, in the order of the checks; empty when everything agrees."""
        return await self.books.findings()
