"""Sign-ins that failed, for the eyes of whoever has the account."""

from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import choice, created, one_of, refers_to, serial_key, text
from app.core.identity import Failed


class FailedSignIn(Table, tablename="failed_sign_in", help_text="The latest sign-ins of each account that failed."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    what = choice(20, Failed, Failed.PASSWORD, "What was wrong.")
    device = text(255, "The browser, in words.", required=False)
    place = text(100, "The network it came from.", required=False)
    created_at = created()

    failed_sign_in_what_is_known = one_of("what", Failed)
