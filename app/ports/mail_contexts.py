"""What each kind of mail shows; the context its templates get as `mail`."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.core.contact import ContactMessage
from app.ports.orders import OrderView
from app.ports.requests import RequestedGoods


@runtime_checkable
class KeyedMail(Protocol):
    """A mail with links whose keys open something for whoever has them, so that nothing of them is stored."""

    @property
    def keys(self) -> tuple[str, ...]:
        """At most nine."""
        ...


@runtime_checkable
class EndableMail(Protocol):
    """A mail of a kind that its reader may end."""

    @property
    def unsubscribe_link(self) -> str: ...


@dataclass(frozen=True, slots=True)
class OrderConfirmation:
    """templates/emails/order_confirmation/. `link` is the secret link to the order's page."""

    order: OrderView
    link: str
    shop_name: str
    origin: str
    bank_account: str

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.link)


@dataclass(frozen=True, slots=True)
class CodeMail:
    """templates/emails/code/. `purpose` is one of core.codes.Purpose, `link` a reset link or nothing, `page` where the
    code is typed, or nothing. The code itself stands in no link: programs that look into mails open those.
    """

    purpose: str
    code: str
    minutes: int
    link: str
    page: str
    shop_name: str
    origin: str


@dataclass(frozen=True, slots=True)
class BackInStock:
    """templates/emails/back_in_stock/. `link` leads to the product with the variant chosen; `unsubscribe_link` ends
    whatever else its reader waits for."""

    goods: RequestedGoods
    link: str
    unsubscribe_link: str
    shop_name: str
    origin: str

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.unsubscribe_link)


@dataclass(frozen=True, slots=True)
class EmailUndoMail:
    """templates/emails/email_undo/. `email` is the address that `link` puts back."""

    email: str
    link: str
    shop_name: str
    origin: str

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.link)


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """templates/emails/notice/. `what` is one of services.notices.What, `detail` such as a device, or nothing.
    `link` leads to a new password, for somebody who did not do it."""

    what: str
    detail: str
    link: str
    shop_name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewsletterConfirmation:
    """templates/emails/newsletter_confirmation/. `wording` is what the person agreed to, as it was shown."""

    link: str
    unsubscribe_link: str
    wording: str
    shop_name: str
    origin: str

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.link, self.unsubscribe_link)


@dataclass(frozen=True, slots=True)
class ContactMail:
    """templates/emails/contact_message/, which goes to the shop."""

    message: ContactMessage
    shop_name: str
    origin: str


def _keys(*links: str) -> tuple[str, ...]:
    return tuple(key for link in links if (key := link.partition("key=")[2]))
