"""Reading a submitted form: one place where size, encoding and control characters are dealt with."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE, HTTP_415_UNSUPPORTED_MEDIA_TYPE

from app.web.session import VisitorRequest

MOST_FIELDS = 100
# C0 and C1 controls but tab and newlines, what stands for broken bytes, and the bidirectional overrides that can make
# a text read as another.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates, trimmed, line ends as \\n."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


async def read_form(request: VisitorRequest, *, untouched: Collection[str] = ()) -> dict[str, str]:
    """The fields of an urlencoded form, cleaned; of a repeated field the last one. Answers 413 and 415.

    `untouched` names fields that are taken as they were typed: in a password every character counts.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in ("application/x-www-form-urlencoded", ""):
        raise ClientException("", status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise ClientException("", status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE) from None
    return {clean(name): value if name in untouched else clean(value) for name, value in pairs}


async def read_upload(request: VisitorRequest, field: str) -> tuple[dict[str, str], bytes]:
    """The text fields of a form that carries a file, cleaned, and the file; nothing of a file that was not chosen.

    Answers 413 and 415, and 400 for a body that ends early or is none.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        return await read_form(request), b""
    try:
        form = await request.form()
    except HTTPException:
        raise
    except Exception:  # whatever a parser stumbles over; the body is somebody's, not ours
        raise ClientException("") from None
    texts, body = {}, b""
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            body = await value.read() if name == field else body
        else:
            texts[clean(name)] = clean(str(value))
    return texts, body


async def link_of(request: VisitorRequest) -> tuple[str, str]:
    """`id` and `key` of a link that is followed by POST: from the page's form, or from the address itself, as mail
    programs send it, whose body says nothing more."""
    query = request.query_params
    given = query if "key" in query else await read_form(request)
    return clean(given.get("id", "")), clean(given.get("key", ""))


def whole_number(text: str) -> int | None:
    """The number a person typed, or None. Digits of any script are accepted, signs and more than 9 digits are not."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def page_number(text: str) -> int:
    """The page asked for; the first where that is not a number, and one that no list has where it has many digits."""
    text = text.strip()
    return max(int(text[:10]), 1) if text.isdecimal() else 1
