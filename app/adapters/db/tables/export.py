"""Copies of what the shop keeps about a person, made for that person."""

from piccolo.columns import Integer
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    optional_text,
    refers_to,
    serial_key,
    text,
)
from app.core.export import ExportState


class DataExport(Table, tablename="data_export", help_text="A copy of somebody's data, made when they ask for it."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    state = choice(10, ExportState, ExportState.WAITING, "waiting, ready, failed or expired.")
    locale = text(35, "Language of the mail that says it is ready.", default="en_US")
    parts_done = Integer(default=0, help_text="Parts that are written.")
    parts = Integer(default=0, help_text="Parts there are; 0 before the first attempt.")
    file_key = optional_text(255, "Where the file lies; null before it is ready and after it was deleted.")
    size = Integer(default=0, help_text="Bytes of the file.")
    attempts = Integer(default=0, help_text="Attempts begun so far.")
    lease_until = moment("Until when the process that works on it may do so.")
    temporal_id = optional_text(255, "Id of the job in the queue.")
    ready_at = moment("When the file was there.")
    expires_at = moment("When the file is deleted.")
    created_at = created()
    updated_at = changed()

    data_export_state_is_known = one_of("state", ExportState)
    data_export_ready_has_file = Check(
        "state <> 'ready' OR (file_key IS NOT NULL AND ready_at IS NOT NULL AND expires_at IS NOT NULL)"
    )
    data_export_parts_within = Check("parts_done BETWEEN 0 AND parts")
