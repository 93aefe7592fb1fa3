"""Contexts of requests to be told that something is back in stock."""

from dataclasses import dataclass

from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """templates/requests/edit.html: ends what `email` waits for, or says that it is done."""

    frame: Frame
    id: str
    key: str
    email: str
    is_done: bool = False
