"""Accounts that are to be deleted: asked for, thought over, and done."""

from piccolo.columns import Timestamptz
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import changed, choice, created, moment, one_of, refers_to, serial_key, text
from app.core.deletion import DeletionState


class AccountDeletion(
    Table, tablename="account_deletion", help_text="Who wants their account deleted, and when it is."
):
    id = serial_key()
    user_id = refers_to(User, index=True)
    state = choice(10, DeletionState, DeletionState.WAITING, "waiting, cancelled or done.")
    locale = text(35, "Language of the mails about it.", default="en_US")
    erase_at = Timestamptz(default=None, required=True, help_text="Until then the owner may think better of it.")
    ended_at = moment("When it was cancelled or done.")
    created_at = created()
    updated_at = changed()

    account_deletion_state_is_known = one_of("state", DeletionState)
    account_deletion_ended_has_time = Check("(state = 'waiting') = (ended_at IS NULL)")
