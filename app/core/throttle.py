"""How often things may be tried. For signing in Warehouse's and Polar's numbers: docs/decisions/0008-passwords.md."""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` attempts in `seconds`, for each subject: an account, an address, or everybody together."""

    name: str
    most: int
    seconds: int


CONTACT_FROM, CONTACT_BY = Limit("contact:from", 5, HOUR), Limit("contact:by", 5, HOUR)
NEWSLETTER_FROM, NEWSLETTER_TO = Limit("newsletter:from", 5, HOUR), Limit("newsletter:to", 5, HOUR)
REQUEST_FROM, REQUEST_TO = Limit("back-in-stock:from", 5, HOUR), Limit("back-in-stock:to", 5, HOUR)
"""Of a network address, and of the email address that was typed."""
PICTURE_BY = Limit("picture:by", 20, HOUR)
EXPORT_BY = Limit("export:by", 5, DAY)
"""Of an account."""

SIGN_IN_ADDRESS = Limit("sign_in:address", 10, 5 * MINUTE)
SIGN_IN_ALL = Limit("sign_in:all", 1_000, 5 * MINUTE)
SIGN_IN_ACCOUNT = Limit("sign_in:account", 10, 5 * MINUTE)
SIGN_IN_KNOWN = Limit("sign_in:known", 10, 5 * MINUTE)
"""In the place of the two above it, for a browser that has been signed in to the account before."""

SECOND_FACTOR = (
    Limit("second_factor:minutes", 5, 5 * MINUTE),
    Limit("second_factor:hour", 20, HOUR),
    Limit("second_factor:day", 50, DAY),
)
SECOND_FACTOR_ADDRESS = Limit("second_factor:address", 10, 5 * MINUTE)

SIGN_UP_ADDRESS = Limit("sign_up:address", 5, HOUR)
VERIFY_MAIL = Limit("mail:verify", 3, 6 * HOUR)
RESET_MAIL = Limit("mail:reset", 5, DAY)
CODE_MAIL = Limit("mail:code", 5, HOUR)
MAIL_ADDRESS = Limit("mail:address", 20, HOUR)
"""Codes that one network address may ask for, whoever they go to."""
CODE_AGAIN = Limit("mail:again", 1, MINUTE)
"""Of one browser: whoever presses the button twice wants to be told to look into the mailbox first."""
CODE_TRY_ADDRESS = Limit("code:address", 30, 5 * MINUTE)
PROVIDER_ADDRESS = Limit("provider:address", 30, 5 * MINUTE)
"""Sign-ins at providers that one network address may begin."""

DENIED = Limit("denied", 19, 5 * MINUTE)
"""Of one account or network address: what asks once more for what is not theirs raises an alarm."""
DENIED_ALARM = Limit("denied:alarm", 1, 5 * MINUTE)
