"""What forms have in common: email addresses, and the trap for programs that fill in every field."""

from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from app.core.contact import HONEYPOT

LONGEST_EMAIL = 254


def email_address(text: str) -> str | None:
    """The address in its normal form, or None. Whether it exists is found out by mailing to it."""
    if len(text) > LONGEST_EMAIL:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def was_filled_in_by_a_program(form: Mapping[str, str]) -> bool:
    return form.get(HONEYPOT, "") != ""
