"""Contexts of the address book's templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.addresses import KeptAddress
from app.web.pages.checkout import Country, FieldError
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class AddressesPage:
    """templates/addresses/index.html. `is_full` where no more can be added."""

    frame: Frame
    addresses: tuple[KeptAddress, ...]
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class AddressesReply:
    """templates/addresses/changed.hx.html"""

    page: AddressesPage
    toast: Flash


@dataclass(frozen=True, slots=True)
class AddressPage:
    """templates/addresses/edit.html: a new address, or the one with `address_id`. `values` are as typed."""

    frame: Frame
    values: Mapping[str, str]
    countries: tuple[Country, ...]
    needs_region: bool
    region_label: str
    postal_code_label: str
    address_id: int | None = None
    is_delivery_default: bool = False
    is_billing_default: bool = False
    errors: tuple[FieldError, ...] = ()
    notice: str = ""

    @property
    def path(self) -> str:
        """Where its form goes."""
        return "/account/addresses" if self.address_id is None else f"/account/addresses/{self.address_id}"

    def error(self, field: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == field), "")


@dataclass(frozen=True, slots=True)
class AddressFieldsReply:
    """templates/addresses/fields.hx.html: what an address needs in the country that was chosen."""

    page: AddressPage
