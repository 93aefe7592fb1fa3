"""Sellers and what is not theirs: every table of the desk, every operation, both ways, and none of the other tables."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables import TABLES
from app.backoffice.seller_desks import SELLER_DESKS
from app.backoffice.staff import SellerBackend
from tests.backoffice.conftest import Seller
from tests.backoffice.wares import HOUSE, SHARED

DESK = {desk.table._meta.tablename: desk for desk in SELLER_DESKS}
OPERATIONS = {"list", "ids", "count", "references", "new", "schema", "get", "post", "put", "patch", "delete"}
OPERATIONS |= {"delete all", "export"}
NEVER_WAS = 999_999_999
KEPT_BY_SIGNING_IN = {"user_session", "refresh_token"}
Sellers = tuple[Seller, Seller]


async def test_nothing_foreign_is_read_or_changed(sellers: Sellers, engine: ShopEngine, record_property: Any) -> None:
    before = await digest(engine)
    cells, found = 0, []
    for one, other in (sellers, sellers[::-1]):
        for table in DESK:
            tried, leaks = await leaks_of(one, other, table)
            assert tried == OPERATIONS
            cells, found = cells + len(tried), [*found, *leaks]
    assert not found, "\n".join(found)
    assert cells == len(DESK) * len(OPERATIONS) * 2
    assert await digest(engine) == before, "and nothing of anybody has changed"
    record_property("cells", cells)


async def test_a_database_that_does_not_keep_them_apart_is_found(
    sellers: Sellers, engine: ShopEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with row-level security off, and nobody to notice, the same questions leak in most tables."""

    async def look_away(self: SellerBackend) -> None:
        pass

    monkeypatch.setattr(SellerBackend, "require_open", look_away)
    async with without_security(engine):
        leaky = {table for table in DESK if (await leaks_of(*sellers, table))[1]}
    assert leaky == set(DESK) - SHARED


async def test_and_the_desk_closes_by_itself(sellers: Sellers, engine: ShopEngine) -> None:
    seller = sellers[0]
    async with without_security(engine):
        for table in DESK:
            answer = await seller.ask("GET", f"{table}/")
            assert answer.status_code == 503
            assert "The seller desk is closed" in answer.text
        page = await seller.ask("GET", "/desk/")
        assert page.status_code == 503
        assert "seller desk is closed" in page.text
        assert page.headers["retry-after"] == "3600"
    assert (await seller.ask("GET", "product/")).status_code == 200


async def test_there_are_no_other_tables(sellers: Sellers) -> None:
    seller = sellers[0]
    listed = (await seller.ask("GET", "/desk/api/tables/")).json()
    assert set(listed) == set(DESK)
    for table in {table._meta.tablename for table in TABLES} - set(DESK):
        for path in ("", "count/", "ids/", "new/", "schema/", "references/", "1/"):
            assert (await seller.ask("GET", f"{table}/{path}")).status_code == 404, table
        for method, path in (("POST", ""), ("PATCH", "1/"), ("DELETE", "1/"), ("DELETE", "")):
            assert (await seller.ask(method, f"{table}/{path}", {})).status_code in (404, 405), table
    assert (await seller.ask("GET", "/desk/api/forms/")).json() == []
    assert (await seller.ask("GET", "/desk/api/forms/send-a-password-link/")).status_code == 404


async def test_references_lead_to_nothing_foreign(sellers: Sellers, engine: ShopEngine) -> None:
    """By a form: what refers to another's rows is refused, with the same words as what refers to nothing."""
    for one, other in (sellers, sellers[::-1]):
        product, variant, theirs = one.wares.one("product"), one.wares.one("product_variant"), other.wares
        key = f"incoming/{'c' * 32}"
        tries: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
            ("product_variant", {"product_id": theirs.one("product")}, {"sku": "N-1"}),
            ("product_attribute", {"product_id": theirs.one("product")}, described(one)),
            ("inventory", {"product_id": theirs.one("product")}, {"variant_id": variant}),
            ("inventory", {"variant_id": theirs.one("product_variant")}, {"product_id": product}),
            ("picture_upload", {"product_id": theirs.one("product")}, {"file_key": key, "alt": "x"}),
            (
                "picture_upload",
                {"variant_id": theirs.one("product_variant")},
                {"product_id": product, "file_key": key, "alt": "x"},
            ),
        ]
        for table, foreign, rest in tries:
            nowhere = dict.fromkeys(foreign, NEVER_WAS)
            count = await engine.fetchval(f"SELECT count(*) FROM {table}")
            refused, missing = [await one.ask("POST", f"{table}/", {**rest, **leads}) for leads in (foreign, nowhere)]
            assert refused.status_code == 403, (table, refused.text)
            assert told(refused) == told(missing), table
            assert await engine.fetchval(f"SELECT count(*) FROM {table}") == count
        image = one.wares.one("product_image")
        for variant_id in (theirs.one("product_variant"), NEVER_WAS):
            moved = await one.ask("PATCH", f"product_image/{image}/", {"variant_id": variant_id})
            assert (moved.status_code, "not yours" in moved.text) == (403, True), moved.text


async def test_a_key_of_anothers_file_is_no_use(sellers: Sellers) -> None:
    one, other = sellers
    (row,) = (await other.ask("GET", "picture_upload/")).json()["rows"]
    answer = await one.ask(
        "POST", "picture_upload/", {"product_id": one.wares.one("product"), "file_key": row["file_key"], "alt": "x"}
    )
    assert answer.status_code == 422
    for table in ("picture_upload", "users", "product"):
        url = await one.ask(
            "POST",
            "/desk/api/media/generate-file-url/",
            {"table_name": table, "column_name": "file_key", "file_key": row["file_key"]},
        )
        assert url.status_code in (404, 422) or url.json() == {"file_url": "/static/img/favicon.svg"}
    for path in (row["file_key"], f"picture_upload/file_key/{row['file_key']}"):
        assert (await one.ask("GET", f"/desk/api/media-files/{path}")).status_code == 404


async def leaks_of(one: Seller, other: Seller, table: str) -> tuple[set[str], list[str]]:
    """Ask as `one` for the rows of `other`: the operations that were tried, and where anything foreign came or went."""
    desk, own, theirs = DESK[table], one.wares.ids[table], other.wares.ids[table]
    foreign = [row_id for row_id in theirs if row_id not in own]
    tried: set[str] = set()
    found: list[str] = []

    def judge(operation: str, answer: httpx.Response, sound: bool) -> None:
        tried.add(operation)
        if not sound or any(mark in answer.text for mark in (other.wares.mark, HOUSE, "@buyer.example")):
            found.append(f"{operation} {table}: {answer.status_code} {answer.text[:200]}")

    def ids_in(answer: httpx.Response) -> list[int]:
        return sorted(row["id"] for row in answer.json()["rows"])

    listed = await one.ask("GET", f"{table}/?__page_size=1000&__readable=true&__range_header=true")
    size = int(listed.headers["content-range"].rpartition("/")[2])
    judge("list", listed, ids_in(listed) == sorted(own) and size == len(own))
    for column in desk.table._meta.foreign_key_columns:
        name = column._meta.name
        to = column._foreign_key_meta.resolved_references._meta.tablename
        for row_id in set(other.wares.ids[to]) - set(one.wares.ids[to]):
            judge("list", there := await one.ask("GET", f"{table}/?{name}={row_id}"), ids_in(there) == [])
        for query in (f"{name}.name=x", f"__order={name}.name", f"__visible_fields={name}.name", "seller_id=1"):
            through = await one.ask("GET", f"{table}/?{query}")
            judge("list", through, through.status_code == 400)
    for search in ("", other.wares.mark, HOUSE):
        query = f"?search={search}" if search else ""
        answer = await one.ask("GET", f"{table}/ids/{query}")
        judge("ids", answer, sorted(map(int, answer.json())) == ([] if search else sorted(own)))
    counted = await one.ask("GET", f"{table}/count/")
    judge("count", counted, counted.json()["count"] == len(own))
    for row_id in foreign:
        counted = await one.ask("GET", f"{table}/count/?id={row_id}")
        judge("count", counted, counted.json()["count"] == 0)
    refers = await one.ask("GET", f"{table}/references/")
    judge("references", refers, {entry["tableName"] for entry in refers.json()["references"]} <= set(DESK))
    for operation in ("new", "schema"):
        answer = await one.ask("GET", f"{table}/{operation}/")
        judge(operation, answer, answer.status_code == 200)
    row = (await one.ask("GET", f"{table}/{own[0]}/")).json()
    judge("get", listed, row["id"] == own[0])
    change = {name: row[name] for name in desk.edits.split()[:1]}
    missing = {
        method: await one.ask(method, f"{table}/{NEVER_WAS}/", {}) for method in ("GET", "PUT", "PATCH", "DELETE")
    }
    for operation, method in (("get", "GET"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")):
        tried.add(operation)
        for row_id in foreign:
            for query in ("", "?__readable=true"):
                answer = await one.ask(method, f"{table}/{row_id}/{query}", change if method != "GET" else None)
                judge(operation, answer, told(answer) == told(missing[method]) and answer.status_code in (404, 405))
    posted = await one.ask("POST", f"{table}/", {**row, "id": theirs[0]} if not desk.adds else {"id": theirs[0]})
    judge("post", posted, posted.status_code in (400, 403, 405, 422))
    for query in ("", f"?id={theirs[0]}", "?__page_size=1000"):
        bulk = await one.ask("DELETE", f"{table}/{query}")
        judge("delete all", bulk, bulk.status_code == 405)
    # As the page does it, one answer after the other.
    exported = []
    for page in range(1, len(own) + 3):
        answer = await one.ask("GET", f"{table}/?__page={page}&__page_size=1&__order=id&__readable=true")
        exported += ids_in(answer)
        judge("export", answer, exported == sorted(own)[:page])
    return tried, found


def described(seller: Seller) -> dict[str, Any]:
    return {"attribute_id": seller.wares.one("attribute"), "text_value": "wood"}


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.text


async def digest(engine: ShopEngine) -> str:
    """Of every row of the shop, but for what signing in and asking itself writes down."""
    found = hashlib.sha256()
    for table in TABLES:
        name = table._meta.tablename
        if name not in KEPT_BY_SIGNING_IN:
            rows = await engine.fetch(f'SELECT to_jsonb(t)::text AS row FROM "{name}" t ORDER BY 1')
            found.update(json.dumps([name, [row["row"] for row in rows]]).encode())
    return found.hexdigest()


@asynccontextmanager
async def without_security(engine: ShopEngine) -> AsyncIterator[None]:
    async def switch(word: str) -> None:
        async with engine.transaction():
            for table in DESK:
                await engine.execute(f'ALTER TABLE "{table}" {word} ROW LEVEL SECURITY')

    await switch("DISABLE")
    try:
        yield
    finally:
        await switch("ENABLE")
