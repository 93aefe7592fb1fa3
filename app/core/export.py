"""The copy of a person's data: how long it lies ready."""

from datetime import timedelta
from enum import StrEnum

KEPT = timedelta(days=7)
MOST_ATTEMPTS = 5


class ExportState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


def job_id(export_id: int, attempt: int) -> str:
    """Identity of one attempt in the queue; also what `data_export.temporal_id` holds."""
    return f"export:{export_id}:{attempt}"
