"""Jobs that make copies of personal data."""

from typing import Any


async def make_export(context: dict[str, Any], export_id: int) -> None:
    await context["exports"].make(export_id)
