"""Jobs that send mail."""

from typing import Any


async def deliver_email(context: dict[str, Any], email_id: int) -> None:
    await context["emails"].deliver(email_id)
