"""Answers as a whole, and what the database refuses in words that staff can act on."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any, Self, cast

import asyncpg
import structlog
from asyncpg.exceptions import _base as driver
from fastapi import FastAPI
from litestar.types import ASGIApp, HTTPScope, Message, Send
from starlette.requests import Request
from starlette.responses import JSONResponse

log = structlog.get_logger()

# What PostgreSQL says, and what staff are told. Constraints have names that read as sentences.
WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r'violates check constraint "(?P<rule>\w+)"', "this must hold: {rule}"),
        (
            r'violates unique constraint "(?P<rule>\w+)"',
            "another row has this value already: {rule}",
        ),
        (r'null value in column "(?P<column>\w+)"', "{column} must be given"),
        (
            r'update or delete on table "\w+" violates .*foreign key constraint "\w+" on table "(?P<table>\w+)"',
            "rows of {table} refer to this one",
        ),
        (r'on table "\w+" violates foreign key constraint "(?P<rule>\w+)"', "what it refers to does not exist: {rule}"),
        (r"value too long for type character varying\((?P<length>\d+)\)", "a text is longer than {length} characters"),
        (r"numeric field overflow|out of range|out of int|out of uint", "a number is too large"),
        (r"invalid input", "a value is not of the kind that its field holds"),
    )
)
UNKNOWN = "a value does not fit"


@dataclass
class Answer:
    """One response, held back until it is certain."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    async def of(cls, app: ASGIApp, scope: HTTPScope, body: bytes) -> Self:
        """What `app` answers to a request with this body."""
        answer = cls()
        messages: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]
        whole = cast("HTTPScope", {**scope, "extensions": {}})  # no server's short cuts for files

        async def receive() -> Any:
            if not messages:
                await asyncio.Future()  # nobody hangs up on us; who asks is cancelled once the answer is there
            return messages.pop()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            elif message["type"] == "http.response.body":
                answer.body += message.get("body", b"")

        await app(whole, receive, keep)
        return answer

    @classmethod
    def json(cls, status: int, content: object, *, headers: dict[str, str] | None = None) -> Self:
        answer = cls(status)
        answer.set_json(content)
        for name, value in (headers or {}).items():
            answer.set_header(name, value)
        return answer

    @classmethod
    def error(cls, status: int, text: str, *, headers: dict[str, str] | None = None) -> Self:
        """A refusal in the one shape that the admin's pages show for each status."""
        return cls.json(status, {"custom_form_error" if status == 422 else "detail": text}, headers=headers)

    @classmethod
    def database_error(cls, error: Exception) -> Self:
        """As the library answers one."""
        return cls.json(422, {"db_error": str(error)})

    @classmethod
    def redirect(cls, location: str, status: int = 307) -> Self:
        return cls(status, [(b"location", location.encode()), (b"content-length", b"0")])

    def set_json(self, content: object) -> None:
        self.body = json.dumps(content).encode()
        self.set_header("content-type", "application/json")
        self.set_header("content-length", str(len(self.body)))

    def set_header(self, name: str, value: str) -> None:
        key = name.encode()
        self.headers = [header for header in self.headers if header[0] != key] + [(key, value.encode())]

    def narrow_cookies(self, path: str, *, secure: bool) -> None:
        """The library sets its cookies for the whole site; the shop's pages have no use for them."""
        self.headers = [
            (name, _narrowed(value, path, secure=secure) if name == b"set-cookie" else value)
            for name, value in self.headers
        ]

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def answer_errors(app: FastAPI) -> None:
    """Make `app` answer what it would let through: bad values are a 422, not a fault of ours."""
    app.add_exception_handler(asyncpg.IntegrityConstraintViolationError, _answer_database_error)
    app.add_exception_handler(asyncpg.DataError, _answer_database_error)
    app.add_exception_handler(asyncpg.UntranslatableCharacterError, _answer_database_error)
    app.add_exception_handler(driver.DataError, _answer_database_error)
    app.add_exception_handler(asyncpg.InsufficientPrivilegeError, _answer_not_yours)
    app.add_exception_handler(ValueError, _answer_bad_value)


def in_plain_words(answer: Answer) -> Answer:
    """The same answer, with what the database said put into words."""
    if answer.status == 422 and answer.body.startswith(b'{"db_error"'):
        return Answer.error(422, plain(json.loads(answer.body)["db_error"]))
    if answer.status == 400 and answer.body.startswith(b"Error: "):  # an account that could not be created
        return Answer.error(422, plain(answer.body.removeprefix(b"Error: ").decode()))
    if answer.status == 500 and answer.body == b"Unable to save the resource.":  # the driver refused a value
        return Answer.error(422, plain(""))
    return answer


def plain(message: str) -> str:
    """A sentence for what PostgreSQL or its driver said; values that it quotes are left out."""
    for pattern, words in WORDS:
        if found := pattern.search(message):
            named = {name: value.replace("_", " ") for name, value in found.groupdict().items()}
            return f"Nothing was changed: {words.format(**named)}."
    return f"Nothing was changed: {UNKNOWN}."


async def _answer_database_error(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"db_error": str(error)}, status_code=422)


async def _answer_not_yours(request: Request, error: Exception) -> JSONResponse:
    """The database keeps sellers apart. What is another's and what does not exist are answered alike."""
    log.warning("not_own_row", path=request.url.path, error=str(error))
    return JSONResponse({"detail": "Nothing was changed: that is not yours, or does not exist."}, status_code=403)


async def _answer_bad_value(request: Request, error: Exception) -> JSONResponse:
    """The library checks few of its parameters, and stumbles over the rest."""
    log.warning("admin_bad_value", path=request.url.path, error=type(error).__name__)
    return JSONResponse({"detail": "A parameter cannot be used."}, status_code=400)


def _narrowed(cookie: bytes, path: str, *, secure: bool) -> bytes:
    parts = [part for part in cookie.split(b"; ") if part.lower() not in (b"path=/", b"secure")]
    parts.append(f"Path={path}".encode())
    return b"; ".join([*parts, b"Secure"] if secure else parts)
