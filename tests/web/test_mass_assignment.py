"""A form changes what it shows and nothing else, whatever a browser sends along: every column of every table.

The same errands are run twice, once as people send them and once with all these fields besides. What stands in the
database afterwards must be the same, in every column of every table.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from piccolo.columns import Column
from piccolo.columns.column_types import (
    JSONB,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Timestamptz,
)

from app.adapters.db.tables import TABLES
from app.core.accounts import Role
from tests import factories
from tests.database import CLEAN
from tests.web import entering
from tests.web.conftest import Page, Visitor

HOSTILE: Mapping[type[Column], str] = {
    BigSerial: "1",
    ForeignKey: "1",
    Integer: "99",
    Numeric: "0.01",
    Boolean: "true",
    Timestamptz: "2001-01-01T00:00:00+00:00",
    Date: "2001-01-01",
    JSONB: "{}",
}
WORDS = {"role_id": str(Role.ADMIN.value), "status": "approved", "state": "confirmed", "position": "1"}
COLUMNS = {
    column._meta.name: WORDS.get(column._meta.name, HOSTILE.get(type(column), "hostile"))
    for table in TABLES
    for column in table._meta.columns
}
AT_ONCE = 70
"""A form of more than a hundred fields is refused as it is."""
ASKED_FOR: Mapping[str, set[str]] = {
    "/sign-up": {"first_name", "last_name"},
    "/account/addresses/new": {"phone", "line2", "region"},
    "/password/reset": {"token"},
}
"""Columns that are fields of a form, too, and that the errands leave empty."""
CHANCE = frozenset(
    {
        "password",
        "otp",
        "sealed_code",
        "binding",
        "token",
        "token_hash",
        "code_hash",
        "key",
        "key_hash",
        "message_id",
        "two_factor_pending",
        "sku",
        "found_by",
    }
)
"""Columns that are other ones each time."""
UNCOMPARED = frozenset(
    {"change_logs", "throttle", "user_permission", "catalogue_change", "category", "idempotency_key"}
)
"""Tables of the machinery, and what only these tests make."""


class Sender(Visitor):
    """Sends `extra` along with every form, but for the fields that the form has."""

    extra: Mapping[str, str] = {}

    async def post(self, path: str, data: dict[str, str] | None = None, **options: Any) -> Page:
        given = data or {}
        extra = {name: value for name, value in self.extra.items() if name not in ASKED_FOR.get(path, set())}
        return await super().post(path, extra | given, **options)


async def errands(visitor: Sender, post: Any) -> None:
    """Everything that a person can send, once, on the way from a guest to somebody with an account."""
    await visitor.add("everyday-mug", "2")
    cart = await visitor.get("/cart")
    line = re.findall(r'action="(/cart/items/\d+)"', cart.text)[0]
    await visitor.post(line, cart.form(line) | {"quantity": "3"})
    placed = await visitor.post("/checkout", await visitor.checkout_form(email=entering.EMAIL))
    assert placed.status == 303, placed.words
    await visitor.post("/newsletter", {"email": "ada@shop.example"})
    contact = (await visitor.get("/contact")).form("/contact")
    await visitor.post(
        "/contact", contact | {"name": "Ada", "email": "ada@shop.example", "topic": "other", "message": "Hello there."}
    )
    await entering.sign_up(visitor, post)
    for path, typed in ACCOUNT.items():
        page = await visitor.get(PAGES.get(path, path))
        answer = await visitor.post(path, page.form(path) | typed)
        assert answer.status == 303, (path, answer.words)
    await post.deliver()


ADDRESS = {
    "full_name": "Ada Lovelace", "line1": "12 Analytical Way", "city": "Austin", "region": "TX",
    "postal_code": "73301", "country": "US",
}  # fmt: skip
ACCOUNT: Mapping[str, dict[str, str]] = {
    "/account/profile": {"first_name": "Ada", "last_name": "Lovelace", "date_of_birth": ""},
    "/account/profile/preferences": {"theme": "dark"},
    "/account/addresses": ADDRESS,
    "/account/security/password": {"current_password": entering.PASSWORD, "new_password": "nine green bottles hang"},
    "/account/security/email": {"email": "ada@new.example"},
    "/account/security/two-factor": {},
    "/account/export": {},
    "/account/deletion": {},
    "/sign-out": {},
}
PAGES = {
    "/account/profile/preferences": "/account/profile",
    "/account/addresses": "/account/addresses/new",
    "/sign-out": "/sign-out",
}


async def rows(engine: Any) -> dict[str, list[dict[str, Any]]]:
    """All that is stored, in an order of its own: ids by their rank, times and chance left out."""
    found = {}
    for table in TABLES:
        name = table._meta.tablename
        if name in UNCOMPARED:
            continue
        stored = [dict(row) for row in await engine.fetch(f'SELECT * FROM "{name}" ORDER BY 1')]
        ids = {column._meta.name for column in table._meta.columns if isinstance(column, BigSerial | ForeignKey)}
        ranks = {
            column: {value: rank for rank, value in enumerate(sorted({row[column] for row in stored} - {None}))}
            for column in ids & set(stored[0] if stored else ())
        }
        found[name] = [
            {
                column: ranks[column].get(value) if column in ranks else value
                for column, value in row.items()
                if column not in CHANCE and not isinstance(value, datetime) and not is_number_of_its_own(name, column)
            }
            | {f"{column} is set": row[column] is not None for column in row if column.endswith("_at")}
            for row in stored
        ]
    return found


def differences(plain: dict[str, list[dict[str, Any]]], laden: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [
        f"{table}.{column}: {before[column]!r} and {after[column]!r}"
        for table in plain
        for before, after in zip(plain[table], laden[table], strict=False)
        for column in before
        if before[column] != after[column]
    ] + [
        f"{table}: {len(plain[table])} and {len(laden[table])}"
        for table in plain
        if len(plain[table]) != len(laden[table])
    ]


def is_number_of_its_own(table: str, column: str) -> bool:
    return column in ("temporal_id", "body", "html_body", "data", "subject", "search_vector") or (
        table == "orders" and column == "number"
    )


@pytest.fixture
def sender(new_visitor: Any) -> Any:
    def arrive(extra: Mapping[str, str]) -> Sender:
        visitor = new_visitor()
        visitor.__class__ = Sender
        visitor.extra = extra
        return visitor  # type: ignore[no-any-return]

    return arrive


async def goods() -> None:
    await factories.make_shipping_method(code="standard", name="Standard", price=Decimal("5.00"), position=1)
    await factories.make_tax_rate("US", "0.0825")
    await factories.make_product(name="Everyday mug", slug="everyday-mug", price="14.00", stock=20)


async def test_fields_that_no_form_has_change_nothing(sender: Any, post: Any, engine: Any, superuser: Any) -> None:
    assert {"role_id", "status", "price", "seller_id", "two_factor_enabled", "user_id", "id"} <= set(COLUMNS)
    stored, names = [], sorted(COLUMNS)
    batches = [names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE)]
    for extra in ({}, *({name: COLUMNS[name] for name in batch} for batch in batches)):
        await superuser.execute(CLEAN)
        await goods()
        post.sent.clear()
        await errands(sender(extra), post)
        stored.append(await rows(engine))
    plain, *laden = stored
    assert plain["orders"] and plain["address"] and plain["account_deletion"] and plain["data_export"]
    for batch, found in zip(batches, laden, strict=True):
        assert not (differ := differences(plain, found)), "\n".join([*differ, *batch])


async def test_a_column_that_a_form_did_take_would_be_found(engine: Any) -> None:
    """The control: the same comparison sees one field that goes through."""
    await goods()
    before = await rows(engine)
    async with engine.transaction():
        await engine.execute("UPDATE product SET price = 0.01")
    assert (await rows(engine))["product"] != before["product"]
