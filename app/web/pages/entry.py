"""Contexts of the pages on the way into an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.accounts import SHORTEST_PASSWORD
from app.ports.providers import ProviderLink
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Frame
from app.web.returning import with_next


@dataclass(frozen=True, slots=True)
class Entry:
    """What they share. The _form.html of each is the part that htmx swaps (id="entry").

    `values` holds every field as typed, also after an error, but no password. `notice` says why nothing was done.
    """

    frame: Frame
    next: str
    """Path and query of the page to go on to; "/" where none was named."""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    notice: str = ""
    shows_password: bool = False
    """Whether the password is to be seen as it is typed."""
    shortest_password: int = SHORTEST_PASSWORD
    providers: Sequence[ProviderLink] = ()
    """Other ways in, on the pages that offer them."""

    def error(self, name: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == name), "")

    def way(self, path: str) -> str:
        """Another of these pages, which goes on to the same place."""
        return with_next(path, self.next)


@dataclass(frozen=True, slots=True)
class SignUpPage(Entry):
    """templates/sign_up/show.html."""


@dataclass(frozen=True, slots=True)
class SignInPage(Entry):
    """templates/sign_in/show.html."""


@dataclass(frozen=True, slots=True)
class EmailUndoPage(Entry):
    """templates/email_undo/show.html. Without a `key` the link is over."""

    key: str = ""
    email: str = ""
    """The address that is put back."""
    is_taken: bool = False
    """Another account has it by now."""


@dataclass(frozen=True, slots=True)
class SignOutPage(Entry):
    """templates/sign_out/show.html."""


@dataclass(frozen=True, slots=True)
class WithCode(Entry):
    """First the address, then what was mailed to it."""

    email: str = ""
    """Where a code was sent to; empty before that."""
    minutes: int = 10
    """How long a code works."""
    most_mails: int = 5
    hours: int = 1
    """So many mails an address gets in so many hours."""


@dataclass(frozen=True, slots=True)
class VerifyPage(WithCode):
    """templates/verify/show.html."""


@dataclass(frozen=True, slots=True)
class SignInCodePage(WithCode):
    """templates/sign_in_code/show.html."""


@dataclass(frozen=True, slots=True)
class PasswordPage(WithCode):
    """templates/password/show.html."""

    token: str = ""
    """Of a reset link, in the place of address and code."""
