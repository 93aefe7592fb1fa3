"""One-time codes."""

from piccolo.columns import Boolean, Integer, Timestamptz
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    one_of,
    optional_text,
    refers_to,
    retired,
    secret,
    serial_key,
)
from app.core.codes import Purpose


class OTP(Table, tablename="otp", help_text="One-time codes for verification and sign-in."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    purpose = choice(30, Purpose, Purpose.SIGN_IN, "What the code opens.")
    otp = secret(255, "Keyed hash of the code; the code itself is never stored.")
    binding = secret(64, "Keyed hash of the browser's token that asked for it; null for a link.", null=True)
    subject = optional_text(254, "The address it proves, where that is not the account's own.")
    sealed_code = secret(512, "The code, encrypted, until its mail has been sent.", null=True)
    tries = Integer(default=0, help_text="Codes that were compared with it.")
    expires_at = Timestamptz(default=None, required=True, help_text="When the code stops working.")
    used = Boolean(default=False, help_text="Whether the code has been used.")
    temporal_id = optional_text(255, "Id of the background job that delivers the code.", unique=True)
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    otp_purpose_is_known = one_of("purpose", Purpose)
    otp_tries_are_few = Check("tries BETWEEN 0 AND 5")
    otp_is_hashed = Check("length(otp) >= 64")
