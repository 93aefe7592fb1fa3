"""The one tree of refusals. A refusal carries data, never prose: `web/errors.py` chooses status and words.

ShopError
  NotFound            the thing does not exist, or not for this visitor
  Gone                the thing existed once
  Moved               the thing has another address now
  Forbidden           the visitor may not do this
    ForgedRequest     the request did not come from a page of this shop
    StaleForm         the page's token is from another session
    SignInRequired    nobody is signed in, or the session has ended
    NotVerified       the account's address has not been proven yet
    SecondFactorMissing  staff need one, and this account has none yet
    PermissionMissing the account's role may not do this
    RoleMissing       the page is for another role
    StepUpRequired    the sign-in is too long ago for this
  Refusal             the rules say no; nothing was changed
    NotForSale
    NotEnoughStock
    InStock           nobody has to wait for it
    QuantityOutOfRange
    CartFull
    EmptyCart
    QuoteChanged      the order would differ from the page that was shown
    KeyReused         an idempotency key came back with another body
    KeyMissing
    MethodUnavailable
    InvalidEmail
    EmailTaken
    PasswordTooShort
    PasswordTooLong
    PasswordTooCommon
    SecondFactorObligatory  the role does not go without one
    SignInFailed      address and password are not those of an account; which of them, nobody is told
    WrongCode         not the live code, or none is left to try
    AttemptLost       no sign-in at a provider is under way that this belongs to
    ProviderRefused   the provider said no, or what it said does not hold
    IdentityTaken     who they are at the provider belongs to another account, or the account has another there
    LinkWhileSignedIn the account asks for more than its address before anything is added to it
    LastWayIn         without this, nobody could sign in to the account any more
    TooOften          the same was asked for too many times lately
    AddressBookFull
  Unavailable         temporary: the same request may succeed later
    Busy              no capacity right now
    StillRunning      another request holds the lock
    DeskClosed        the database does not keep sellers apart
    ProviderAway      the provider does not answer
"""

from dataclasses import dataclass
from decimal import Decimal


class ShopError(Exception):
    """Root of everything the shop refuses on purpose; anything else that escapes is a bug."""


@dataclass(eq=False)
class NotFound(ShopError):
    what: str
    key: str = ""


@dataclass(eq=False)
class Gone(ShopError):
    what: str
    key: str = ""


@dataclass(eq=False)
class Moved(ShopError):
    """`slug` is the part of the address it has now."""

    what: str
    slug: str


class Forbidden(ShopError):
    pass


class ForgedRequest(Forbidden):
    pass


class StaleForm(Forbidden):
    pass


class SignInRequired(Forbidden):
    pass


class NotVerified(Forbidden):
    pass


class SecondFactorMissing(Forbidden):
    pass


@dataclass(eq=False)
class PermissionMissing(Forbidden):
    permission: str


@dataclass(eq=False)
class RoleMissing(Forbidden):
    """`role` is the visitor's own, an id of core.accounts.Role."""

    role: int


class StepUpRequired(Forbidden):
    pass


class Refusal(ShopError):
    pass


@dataclass(eq=False)
class NotForSale(Refusal):
    name: str = ""


@dataclass(eq=False)
class NotEnoughStock(Refusal):
    """`available` units are left of what was asked for; `in_cart` of them are already in this cart."""

    name: str
    available: int
    in_cart: int = 0


@dataclass(eq=False)
class InStock(Refusal):
    name: str


@dataclass(eq=False)
class QuantityOutOfRange(Refusal):
    lowest: int
    highest: int


@dataclass(eq=False)
class CartFull(Refusal):
    most: int


class EmptyCart(Refusal):
    pass


class QuoteChanged(Refusal):
    pass


class KeyReused(Refusal):
    pass


class KeyMissing(Refusal):
    pass


@dataclass(eq=False)
class MethodUnavailable(Refusal):
    """A delivery or payment method that this order cannot use. `field` is the form field it was chosen in."""

    field: str
    limit: Decimal | None = None


class InvalidEmail(Refusal):
    pass


class EmailTaken(Refusal):
    pass


@dataclass(eq=False)
class PasswordTooShort(Refusal):
    shortest: int


@dataclass(eq=False)
class PasswordTooLong(Refusal):
    longest: int


class PasswordTooCommon(Refusal):
    pass


class SecondFactorObligatory(Refusal):
    pass


class SignInFailed(Refusal):
    pass


class WrongCode(Refusal):
    pass


class AttemptLost(Refusal):
    pass


@dataclass(eq=False)
class ProviderRefused(Refusal):
    """`by_choice` where it was the person who said no there."""

    provider: str
    by_choice: bool = False


@dataclass(eq=False)
class IdentityTaken(Refusal):
    provider: str


@dataclass(eq=False)
class LinkWhileSignedIn(Refusal):
    provider: str


@dataclass(eq=False)
class LastWayIn(Refusal):
    provider: str


@dataclass(eq=False)
class TooOften(Refusal):
    """`retry_after` is in seconds."""

    retry_after: int


@dataclass(eq=False)
class AddressBookFull(Refusal):
    most: int


class Unavailable(ShopError):
    retry_after: int = 2


class Busy(Unavailable):
    pass


class StillRunning(Unavailable):
    pass


class DeskClosed(Unavailable):
    """Until somebody who runs the shop has mended it."""

    retry_after = 3_600


class EnoughReaders(Unavailable):
    """As many long answers are under way as the shop gives at once."""

    retry_after = 30


@dataclass(eq=False)
class ProviderAway(Unavailable):
    provider: str
