"""One-time codes."""

from piccolo.columns import Boolean, Timestamptz
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import changed, created, optional_text, refers_to, retired, secret, serial_key


class OTP(Table, tablename="otp", help_text="One-time codes for verification and sign-in."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    otp = secret(255, "Keyed hash of the code; the code itself is never stored.")
    expires_at = Timestamptz(default=None, required=True, help_text="When the code stops working.")
    used = Boolean(default=False, help_text="Whether the code has been used.")
    temporal_id = optional_text(255, "Id of the background job that delivers the code.", unique=True)
    created_at = created()
    updated_at = changed()
    deleted_at = retired()
