"""Contexts of the templates about signing in with other providers."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.codes import LIFETIME
from app.ports.providers import IdentityView, ProviderLink
from app.services.providers import Pending
from app.web.pages.entry import Entry
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPage(Entry):
    """templates/providers/show.html: one button, for whoever comes by a link."""

    provider: ProviderLink


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingPage(Entry):
    """templates/providers/leaving.html: sends the browser on to the provider by itself.

    A redirect would do, were it not for our own policy: browsers hold `form-action` against what a form redirects to.
    """

    provider: ProviderLink
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(Entry):
    """templates/providers/edit.html.

    Somebody has come from a provider and proves an address: first they say which, then they type the code from it.
    """

    pending: Pending
    minutes: int = int(LIFETIME.total_seconds()) // 60
    """How long a code works."""


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
