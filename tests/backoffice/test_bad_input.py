"""Whatever is sent to the admin is answered: never a 5xx, and never half a change."""

import json

import pytest

from tests import factories
from tests.backoffice.conftest import API
from tests.backoffice.rows import one_of_each

NASTY = [
    "\0",
    "a\0b",
    "\ud800",
    "x" * 100_000,
    "' OR 1=1 --",
    "{}",
    "{{}}",
    "%s%d%n",
    "null",
    "NaN",
    "Infinity",
    "-1",
    "1e400",
    "9" * 30,
    "2026-99-99",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "😀",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "",
    " ",
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    2**200,
    1.5,
    1e308,
    [],
    ["a", None],
    {},
    {"a": {"b": []}},
]

QUERIES = [
    "id={}",
    "name={}",
    "id__operator={}",
    "name__match={}",
    "__order={}",
    "__page={}",
    "__page_size={}",
    "__visible_fields={}",
    "__readable={}",
    "__range_header=true&__range_header_name={}",
    "price={}",
    "created_at={}",
    "created_at__operator=gt&created_at={}",
    "status={}",
    "options={}",
    "deleted_at__operator=is_null&x={}",
    "{}={}",
    "search={}",
    "limit={}&search=a",
    "offset={}&limit=1",
]


def as_query(value) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return "".join(f"%{byte:02x}" for byte in text[:3000].encode("utf-8", "surrogatepass"))


async def raw(admin, method: str, path: str, content: bytes, content_type: str = "application/json"):
    return await admin.client.request(method, path, content=content, headers={"content-type": content_type})


@pytest.mark.parametrize("table", ["product", "shipping_method", "user_profile"])
async def test_any_value_in_any_field(table, admin, engine):
    row_id = (await one_of_each())[table]
    fields = list((await admin("GET", f"{table}/{row_id}/")).json())
    wrong = []
    for field in fields:
        for value in NASTY:
            body = json.dumps({field: value}).encode()
            for method, path in (("PATCH", f"{API}/{table}/{row_id}/"), ("POST", f"{API}/{table}/")):
                answer = await raw(admin, method, path, body)
                if answer.status_code >= 500:
                    wrong.append((method, field, value, answer.status_code, answer.text[:100]))
    assert not wrong
    stored = json.dumps([dict(row) for row in await engine.fetch(f'SELECT * FROM "{table}"')], default=str)
    assert "NaN" not in stored.replace('"NaN', "")
    assert "Infinity" not in stored.replace('"Infinity', "")
    assert (await admin("GET", f"{table}/?__page_size=1000")).status_code == 200


async def test_any_value_in_any_parameter(admin):
    await one_of_each()
    wrong = []
    for query in QUERIES:
        for value in NASTY[::3]:
            text = as_query(value)
            for path in ("", "count/", "ids/"):
                url = f"product/{path}?{query.replace('{}', text)}"
                answer = await admin("GET", url)
                if answer.status_code >= 500:
                    wrong.append((path, query, value, answer.status_code))
    assert not wrong


async def test_any_row_id(admin):
    for value in NASTY:
        answer = await admin("GET", f"product/{as_query(value)}/")
        assert answer.status_code in (200, 307, 400, 404, 422), (value, answer.status_code, answer.text)
        for method in ("PATCH", "DELETE"):
            answer = await admin(method, f"product/{as_query(value)}/", {})
            assert 300 <= answer.status_code < 500, (value, answer.status_code, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"5",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"price": Infinity}',
        b'{"price": 1e999}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"\\u0000": 1}',
        b'{"__class__": 1, "_meta": 2, "save": 3, "copy": 4, "schema": 5, "__init__": 6, "json": 7}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 200_000,
        b'{"price": ' + b"9" * 10_000 + b"}",
        b"name=x&price=1",
        b"--x\r\ncontent-disposition: form-data\r\n",
    ],
)
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
async def test_any_body(body, content_type, admin, engine):
    product = await factories.make_product(price="10.00")
    before = await engine.fetchrow("SELECT * FROM product")
    for method, path in (
        ("PATCH", f"{API}/product/{product['id']}/"),
        ("POST", f"{API}/product/"),
        ("POST", f"{API}/users/"),
        ("POST", "/admin/api/forms/none/"),
        ("POST", "/admin/api/change-password/"),
        ("POST", "/admin/api/media/"),
        ("POST", "/admin/api/media/generate-file-url/"),
        ("POST", "/admin/public/login/"),
    ):
        answer = await raw(admin, method, path, body, content_type)
        assert 400 <= answer.status_code < 500, (method, path, answer.status_code, answer.text)
    assert await engine.fetchrow("SELECT * FROM product") == before
    assert await engine.fetchval("SELECT count(*) FROM users") == 1


async def test_bytes_that_are_no_text_in_an_address(admin):
    for path in ("/admin/%00", "/admin/api/%00/", "/admin/assets/%00", "/admin/assets/..%2f..%2f", "/admin/%ff/"):
        answer = await admin("GET", path)
        assert 400 <= answer.status_code < 500, path


async def test_names_of_python_things_are_no_fields(admin):
    product = await factories.make_product()
    for name in ("save", "_meta", "__class__", "update", "objects", "querystring", "copy", "json", "dict", "schema"):
        answer = await admin("PATCH", f"product/{product['id']}/", {name: 1})
        assert 400 <= answer.status_code < 500, (name, answer.status_code)


async def test_a_row_that_somebody_else_holds(admin, engine):
    """Asked to try again, and nothing is left behind."""
    product = await factories.make_product()
    connection = await engine.acquire()
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("UPDATE product SET name = 'Locked' WHERE id = $1", product["id"])
        answer = await admin("PATCH", f"product/{product['id']}/", {"name": "Mine"})
        assert answer.status_code == 409
        assert answer.headers["retry-after"]
        await transaction.rollback()
    finally:
        await engine.release(connection)
    assert (await admin("PATCH", f"product/{product['id']}/", {"name": "Mine"})).status_code == 200
