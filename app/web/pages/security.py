"""Contexts of the pages where people look after the safety of their account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from app.ports.identity import SessionView, SignInView
from app.services.two_factor import FactorState, SetUp
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash, Frame
from app.web.pages.providers import IdentityList


class WithErrors:
    """A page with a form; `error(field)` is the message at a field, or nothing."""

    errors: tuple[FieldError, ...]

    def error(self, field: str) -> str:
        return next((error.message for error in self.errors if error.field == field), "")


@dataclass(frozen=True)
class SecurityPage:
    """templates/security/show.html. `session_id` tells which of the sign-ins is this browser's."""

    frame: Frame
    email: str
    pending_email: str
    has_password: bool
    factor: FactorState
    sign_ins: tuple[SignInView, ...]
    session_id: int
    identities: IdentityList = field(default_factory=lambda: IdentityList((), ()))


@dataclass(frozen=True)
class NewPasswordPage(WithErrors):
    """templates/security/password.html. `shortest` is what a new password needs at least, in characters."""

    frame: Frame
    email: str
    has_password: bool
    shortest: int
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class EmailPage(WithErrors):
    """templates/security/email.html. `pending` is the address that waits for its codes, or nothing."""

    frame: Frame
    email: str
    pending: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class TwoFactorPage(WithErrors):
    """templates/two_factor/show.html. `set_up` and `qr` are there while a set-up waits for its first code."""

    frame: Frame
    factor: FactorState
    has_password: bool
    email: str
    next: str
    set_up: SetUp | None = None
    qr: Markup | None = None
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class RecoveryCodesPage:
    """templates/two_factor/codes.html, the only one that ever shows them. `download` is the same as a file."""

    frame: Frame
    codes: tuple[str, ...]
    download: str
    next: str
    is_new: bool


@dataclass(frozen=True)
class SecondStepPage(WithErrors):
    """templates/two_factor/sign_in.html, and _sign_in.html which is the part that htmx swaps (id="two-factor")."""

    frame: Frame
    next: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class SessionsPage:
    """templates/sessions/index.html; `session_id` is this browser's."""

    frame: Frame
    sessions: tuple[SessionView, ...]
    session_id: int


@dataclass(frozen=True)
class SessionsReply:
    """templates/sessions/ended.hx.html"""

    frame: Frame
    sessions: tuple[SessionView, ...]
    session_id: int
    toast: Flash


@dataclass(frozen=True)
class ConfirmPage(WithErrors):
    """templates/confirm/show.html, and asked.hx.html in the place of what a form of htmx's would have swapped.

    `how` is factor, password or mail. `kept` are the fields of the form that has to wait, which go on afterwards.
    """

    frame: Frame
    email: str
    how: str
    next: str
    kept: tuple[tuple[str, str], ...] = ()
    is_sent: bool = False
    errors: tuple[FieldError, ...] = ()
