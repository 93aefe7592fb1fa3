"""Jobs about tokens that providers gave."""

from typing import Any


async def see_to_provider_token(context: dict[str, Any], token_id: int) -> None:
    await context["provider_tokens"].see_to(token_id)
