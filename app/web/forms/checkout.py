"""The checkout form: everything wrong with it at once, in words that say what to type."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from email_validator import validate_email
from pydantic import Field, field_validator

from app.core.checkout import Buyer, PaymentMethod
from app.web.forms.address import AddressForm, OneLine, judge, one_line
from app.web.pages.checkout import FieldError
from app.web.render import Renderer

FIELDS = (
    "email",
    "address",
    "full_name",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
    "country",
    "phone",
    "keep_address",
    "note",
    "delivery_method",
    "payment_method",
)


class CheckoutForm(AddressForm):
    email: Annotated[OneLine, Field(max_length=254)]
    note: Annotated[str, Field(max_length=500)] = ""
    delivery_method: Annotated[OneLine, Field(max_length=50)]
    payment_method: PaymentMethod

    @field_validator("email")
    @classmethod
    def _has_the_form_of_an_address(cls, value: str) -> str:
        return validate_email(value, check_deliverability=False).normalized  # its errors are ValueErrors


@dataclass(frozen=True, slots=True)
class Checked:
    """Either a buyer with methods, or errors in the order of the form."""

    buyer: Buyer | None
    delivery_code: str
    payment_method: PaymentMethod | None
    errors: tuple[FieldError, ...]


def check(values: Mapping[str, str], *, countries: Sequence[str], render: Renderer) -> Checked:
    """Everything that was typed, judged at once."""
    lines = {name: one_line(values.get(name, "")) if name != "note" else values.get(name, "") for name in FIELDS}
    judged = judge(CheckoutForm, lines, countries=countries, render=render)
    if judged.form is None or judged.address is None:
        errors = tuple(FieldError(field, judged.problems[field]) for field in FIELDS if field in judged.problems)
        return Checked(None, lines["delivery_method"], None, errors)
    form = judged.form
    buyer = Buyer(form.email, judged.phone, judged.address, form.note)
    return Checked(buyer, form.delivery_method, form.payment_method, ())


def body_hash(form: Mapping[str, str]) -> str:
    """A fingerprint of the form as sent; the CSRF token is not part of what was said."""
    said = sorted((name, value) for name, value in form.items() if name != "csrf_token")
    return hashlib.sha256(repr(said).encode()).hexdigest()
