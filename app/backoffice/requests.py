"""What is read of a request before anything is done: a whole body of bounded size, in text the database can hold."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote

from litestar.types import HTTPScope, Receive

from app.core.pictures import LARGEST_BYTES as LARGEST_PICTURE

LARGEST_BODY = 1_000_000
LARGEST_UPLOAD = LARGEST_PICTURE + 10_000
"""A picture and the form around it. Larger ones are refused by their length; 5 MB stays what people are told."""


class BadRequest(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def require_sound_address(path: str, query: bytes) -> None:
    """Raises BadRequest where path or query hold what no column can."""
    if "\0" in path or "\0" in unquote(query.decode("latin-1")):
        raise BadRequest(400, "The address holds a character that cannot be stored.")


async def read_body(scope: HTTPScope, receive: Receive) -> bytes:
    """The body: nothing, a form, or a JSON object. Raises BadRequest for any other, or one above 1 MB."""
    body = await _bytes(scope, receive)
    if not body:
        return body
    try:
        content = _form(body) if _is_form(scope) else json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequest(400, "The request cannot be read.") from None
    if not isinstance(content, dict):
        raise BadRequest(400, "The request must be an object.")
    if not all(_can_be_stored(text) for text in _texts(content)):
        raise BadRequest(422, "A text holds a character that cannot be stored.")
    return body


async def read_upload(scope: HTTPScope, receive: Receive) -> bytes:
    """The body of a form that carries a file, as it is. Raises BadRequest for one that is too large."""
    return await _bytes(scope, receive, largest=LARGEST_UPLOAD, words="The file is larger than 5 MB. Save it smaller.")


def sign_in_fields(scope: HTTPScope, body: bytes) -> tuple[str, str, str | None]:
    """Name, password and code of somebody who wants in; None for a code that was not asked for yet.

    Raises BadRequest where name or password is missing or no text.
    """
    fields = (_form(body) if _is_form(scope) else json.loads(body)) if body else {}
    if not all(isinstance(fields.get(name), str) and fields[name] for name in ("username", "password")):
        raise BadRequest(422, "Give a user name and a password.")
    code = fields.get("mfa_code")
    return str(fields["username"]), str(fields["password"]), None if code is None else str(code)


async def _bytes(
    scope: HTTPScope, receive: Receive, *, largest: int = LARGEST_BODY, words: str = "The request is too large."
) -> bytes:
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not announced.isdigit() or int(announced[:12]) > largest:
        raise BadRequest(413, words)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BadRequest(400, "The request was not sent to its end.")
        body += message.get("body", b"")
        if len(body) > largest:
            raise BadRequest(413, words)
        if not message.get("more_body"):
            return bytes(body)


def _is_form(scope: HTTPScope) -> bool:
    content_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return content_type.startswith(b"application/x-www-form-urlencoded")


def _form(body: bytes) -> dict[str, str]:
    fields = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100)
    return {name: values[-1] for name, values in fields.items()}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number that JSON knows")


def _texts(content: Any) -> Iterator[str]:
    """Every text in a JSON value, the names of its fields too."""
    match content:
        case str():
            yield content
        case dict():
            for name, value in content.items():
                yield name
                yield from _texts(value)
        case list():
            for value in content:
                yield from _texts(value)


def _can_be_stored(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
