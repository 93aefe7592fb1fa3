"""Contexts of the templates about signing in with other providers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.codes import LIFETIME
from app.ports.providers import IdentityView, ProviderLink
from app.services.providers import Pending
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """templates/providers/show.html: one button, for whoever comes by a link."""

    frame: Frame
    provider: ProviderLink
    next: str


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """templates/providers/leaving.html: sends the browser on to the provider by itself.

    A redirect would do, were it not for our own policy: browsers hold `form-action` against what a form redirects to.
    """

    frame: Frame
    provider: ProviderLink
    address: str


@dataclass(frozen=True, slots=True)
class ProofPage:
    """templates/providers/edit.html, and templates/providers/_address.html which htmx swaps (id="entry").

    Somebody has come from a provider and proves an address: first they say which, then they type the code from it.
    """

    frame: Frame
    pending: Pending
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    notice: str = ""
    minutes: int = int(LIFETIME.total_seconds()) // 60
    """How long a code works."""

    def error(self, name: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class IdentityList:
    """templates/providers/_identities.html (id="identities"): for any page that has it as `identities`.

    `offered` are providers that are switched on and not linked yet; `notice` says why nothing was changed.
    """

    linked: Sequence[IdentityView]
    offered: Sequence[ProviderLink]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class IdentitiesPage:
    """templates/providers/index.html: what one's account is linked to."""

    frame: Frame
    identities: IdentityList


@dataclass(frozen=True, slots=True)
class IdentitiesReply:
    """templates/providers/unlinked.hx.html: the list again, and a toast."""

    frame: Frame
    identities: IdentityList
    toast: Flash | None = None
