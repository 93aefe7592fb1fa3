"""The books, and what is wrong with them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: which check, about what, what should be there, what is, and what to do about it."""

    check: str
    subject: str
    expected: str
    found: str
    advice: str

    def __str__(self) -> str:
        return f"{self.check}: {self.subject}: expected {self.expected}, found {self.found}. {self.advice}"


class Books(Protocol):
    async def findings(self) -> list[Finding]:
        """Every check on one view of the books, so that a shop that sells meanwhile agrees with itself."""
        ...
