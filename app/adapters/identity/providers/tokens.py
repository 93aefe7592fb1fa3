"""The answer of a token endpoint."""

from collections.abc import Mapping
from typing import Any

from app.adapters.identity.providers.wire import text_of
from app.ports.providers import PermanentProviderError, Tokens

LONGEST_TOKEN = 5_000
"""Characters; sealed, it still fits its column."""
LONGEST_LIFE = 10 * 365 * 86_400


def tokens_of(given: Mapping[str, Any]) -> Tokens:
    """Raises PermanentProviderError where there is no access token of a kind that we know."""
    access = text_of(given, "access_token", LONGEST_TOKEN)
    kind = text_of(given, "token_type", 50) or "Bearer"
    if not access or kind.lower() != "bearer":
        raise PermanentProviderError("no access token")
    try:
        seconds = int(given.get("expires_in") or 0)
    except (TypeError, ValueError):
        seconds = 0
    return Tokens(
        access=access,
        refresh=text_of(given, "refresh_token", LONGEST_TOKEN),
        kind="Bearer",
        seconds=seconds if 0 <= seconds <= LONGEST_LIFE else 0,
    )
