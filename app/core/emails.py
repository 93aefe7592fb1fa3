"""Rules of the outbox: which mails exist, how often and how long to try."""

import re
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(hours=24)
MOST_ATTEMPTS = 30
"""More than the waits leave room for: only a mail that ends its process each time gets this far."""


class EmailKind(StrEnum):
    ORDER_CONFIRMATION = "order_confirmation"
    CONTACT_MESSAGE = "contact_message"
    NEWSLETTER_CONFIRMATION = "newsletter_confirmation"
    BACK_IN_STOCK = "back_in_stock"
    CODE = "code"
    """A one-time code: written anew for each attempt and never kept."""
    EMAIL_UNDO = "email_undo"
    """Tells a former address that an account has another one now, with a link to undo that."""
    NOTICE = "notice"
    """Tells the owner of an account what happened to it."""

    @property
    def holds_secret(self) -> bool:
        """Whether the text must not be stored."""
        return self is EmailKind.CODE


class EmailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


def wait_before_retry(attempt: int, *, first: timedelta, age: timedelta) -> timedelta | None:
    """How long to wait after failed attempt number `attempt` (1 is the first), or None: the mail is given up.

    `first`, then doubling, at most 6 h; the last attempt is 24 h after the mail was queued, `age` ago.
    """
    left = GIVE_UP_AFTER - age
    if left <= timedelta(0) or attempt >= MOST_ATTEMPTS:
        return None
    factor: int = 2 ** min(attempt - 1, 20)
    return min(first * factor, LONGEST_WAIT, left)


HIDDEN = re.compile("\u27e6([1-9])\u27e7")
"""Where a key stood in a text that is kept: \u27e61\u27e7 is the first."""


def hide(text: str, keys: Sequence[str]) -> str:
    """`text` as it may be stored: without the keys that its links open something with."""
    for number, key in enumerate(keys, 1):
        text = text.replace(key, f"\u27e6{number}\u27e7")
    return text


def has_hidden(text: str) -> bool:
    return HIDDEN.search(text) is not None


def show(text: str, keys: Sequence[str]) -> str:
    """What `hide` made of it, undone."""
    return HIDDEN.sub(lambda found: keys[int(found[1]) - 1] if int(found[1]) <= len(keys) else found[0], text)


def job_id(email_id: int, attempt: int) -> str:
    """Identity of one delivery attempt in the queue; also what `email.temporal_id` holds."""
    return f"email:{email_id}:{attempt}"
