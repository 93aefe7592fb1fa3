"""The language of a request, taken off the front of its path before anything else looks at it.

It wraps the framework, since a page that is not found is answered in the visitor's language too.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.core.languages import Languages
from app.web.session import VisitorRequest

LOCALE = "shop_locale"


class LanguagePrefix:
    """ASGI wrapper. `speak` renders in a locale as long as its block lasts."""

    def __init__(
        self, app: ASGIApp, languages: Languages, speak: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        self._app = app
        self._languages = languages
        self._speak = speak

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
        prefix, below = self._languages.split(path)
        if not raw.startswith(prefix.encode()):
            prefix, below = "", path  # spelt with percent signs: not an address of ours
        locale = self._languages.locale(prefix)
        asked = cast(Any, {**scope, LOCALE: locale})
        if prefix:
            asked |= {"path": below, "raw_path": raw.removeprefix(prefix.encode()) or b"/"}
        with self._speak(locale):
            await self._app(asked, receive, send)


def locale_of(request: VisitorRequest) -> str:
    """Like de_DE."""
    return cast(str, cast(Any, request.scope)[LOCALE])
