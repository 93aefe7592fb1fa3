"""Links that put the address back which an account had before."""

from piccolo.columns import Boolean, Timestamptz
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import created, moment, refers_to, secret, serial_key, text


class EmailUndo(Table, tablename="email_undo", help_text="For a week, how an account gets its former address back."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    email = text(254, "The address that the account had before.")
    token_hash = secret(64, "Hash of the link's key; the key itself is never stored readable.")
    sealed_code = secret(512, "The key, encrypted, until its mail has been sent.", null=True)
    had_second_factor = Boolean(default=False, help_text="Whether it had a second factor when its address was changed.")
    expires_at = Timestamptz(default=None, required=True, help_text="When the link stops working.")
    ended_at = moment("When it was used, or ended by the use of an earlier one.")
    created_at = created()

    email_undo_is_hashed = Check("length(token_hash) = 64")
