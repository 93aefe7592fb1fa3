"""Recovery codes; the authenticator's secret stands in users."""

from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import created, moment, refers_to, secret, serial_key


class RecoveryCode(
    Table, tablename="recovery_code", help_text="Codes that stand in for a lost authenticator, once each."
):
    id = serial_key()
    user_id = refers_to(User, index=True)
    code_hash = secret(64, "Keyed hash of the code; the code itself is never stored.", unique=True)
    used_at = moment("When it was used up.")
    created_at = created()

    recovery_code_is_hashed = Check("length(code_hash) = 64")
