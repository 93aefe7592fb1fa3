"""What a form changes in a row, and how to say no to it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Never

from piccolo.columns import Column
from starlette.exceptions import HTTPException
from starlette.requests import Request

Values = dict[Column, Any]
Row = Mapping[str, Any]

AndThen = Callable[[Row, Values, Request], Awaitable[None]]
"""What else follows from a change: gets the row as stored and what the form changes, which it may add to."""


def column_names(changed: Values) -> set[str]:
    return {column._meta.name for column in changed}


def refuse(field: str, reason: str) -> Never:
    """Raises what the admin's pages show beside the form: "`field` field - `reason`"."""
    detail: Any = [{"loc": [field], "msg": reason, "type": "refused"}]
    raise HTTPException(422, detail=detail)
