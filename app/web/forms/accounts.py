"""The fields of sign-up, sign-in and reset: what is wrong with them at first sight."""

from collections.abc import Mapping

from app.core.accounts import LONGEST_FULL_NAME, normalised_email
from app.core.errors import InvalidEmail
from app.web.pages.checkout import FieldError
from app.web.refusals import reason
from app.web.render import Renderer

PASSWORDS = ("password", "current_password", "new_password", "confirm_password")
"""Fields that are taken as they were typed, spaces and all."""


def check_name(values: Mapping[str, str], render: Renderer) -> tuple[FieldError, ...]:
    name = values.get("name", "")
    if not name:
        return (FieldError("name", render.say("Enter your name.")),)
    if len(name) > LONGEST_FULL_NAME:
        return (FieldError("name", render.say("Use at most %(count)s characters.", count=LONGEST_FULL_NAME)),)
    return ()


def check_email(values: Mapping[str, str], render: Renderer) -> tuple[FieldError, ...]:
    try:
        normalised_email(values.get("email", ""))
    except InvalidEmail as refusal:
        return (FieldError("email", reason(refusal, render)),)
    return ()


def check_given(values: Mapping[str, str], name: str, message: str) -> tuple[FieldError, ...]:
    """`message` at the field where nothing was typed."""
    return () if values.get(name) else (FieldError(name, message),)
