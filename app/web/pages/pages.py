"""Contexts of the plain pages. What they say of the shop comes from its settings and tables, so that it is true."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.services.delivery import DeliveryTerms
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """`hold_days`: how long an unpaid order keeps its goods; `return_days`: how long a parcel may be sent back."""

    email: str
    countries: tuple[str, ...]
    cash_limit: Decimal
    hold_days: int
    return_days: int
    cart_days: int
    choice_days: int
    seen_days: int
    session_days: int
    request_days: int
    """How long a request to be told of stock is kept once it has ended."""
    wait_days: int
    """How long it is kept at most."""
    prices_include_tax: bool
    cookies: Mapping[str, str]
    """What each cookie is called in the browser."""


@dataclass(frozen=True, slots=True)
class AboutPage:
    """templates/pages/about/show.html"""

    frame: Frame
    facts: ShopFacts


@dataclass(frozen=True, slots=True)
class FaqPage:
    """templates/pages/faq/show.html"""

    frame: Frame
    facts: ShopFacts


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """templates/pages/delivery/show.html"""

    frame: Frame
    facts: ShopFacts
    terms: DeliveryTerms


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """templates/pages/privacy/show.html"""

    frame: Frame
    facts: ShopFacts


@dataclass(frozen=True, slots=True)
class TermsPage:
    """templates/pages/terms/show.html"""

    frame: Frame
    facts: ShopFacts
