"""The profile: what is accepted about oneself, a picture that is one, and preferences that hold at once."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from app.bootstrap import Shop
from app.core.throttle import PICTURE_BY
from tests.web.conftest import ORIGIN, NewVisitor, Page, Visitor
from tests.web.signing_in import sign_in

PROFILE = "/account/profile"
PICTURE = f"{PROFILE}/picture"
LIKED = f"{PROFILE}/preferences"


async def save(visitor: Visitor, **typed: str) -> Page:
    form = (await visitor.get(PROFILE)).form(PROFILE)
    return await visitor.post(PROFILE, form | typed)


async def like(visitor: Visitor, prefix: str = "", **typed: str) -> Page:
    form = (await visitor.get(prefix + PROFILE)).form(prefix + LIKED)
    return await visitor.post(prefix + LIKED, form | typed)


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#c2694a").save(file, kind, **options)
    return file.getvalue()


async def upload(visitor: Visitor, body: bytes, *, name: str = "me.png", token: str | None = None) -> Page:
    if token is None:
        token = (await visitor.get(PROFILE)).form(PICTURE)["csrf_token"]
    headers = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
    if visitor.htmx:
        headers |= {"hx-request": "true", "hx-request-type": "partial"}
    return Page(
        await visitor.client.post(
            PICTURE, data={"csrf_token": token}, files={"picture": (name, body, "image/png")}, headers=headers
        )
    )


def stored(shop: Shop) -> list[str]:
    folder = shop.settings.data_dir / "files" / "people"
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


@pytest.fixture(autouse=True)
def no_files(shop: Shop) -> None:
    for name in stored(shop):
        (shop.settings.data_dir / "files" / "people" / name).unlink()


class TestAbout:
    async def test_what_is_said_is_kept(self, either: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(either, shop)
        answer = await save(
            either,
            first_name="  Åsa ",
            last_name="O'Neill",
            date_of_birth="1990-12-31",
            link_website="example.com/me",
            link_github="https://github.com/asa",
        )
        assert answer.status == (200 if either.htmx else 303)
        page = await either.get(PROFILE)
        assert page.fields["first_name"] == "Åsa" and page.fields["date_of_birth"] == "1990-12-31"
        assert page.fields["link_website"] == "https://example.com/me"
        assert 'href="https://github.com/asa" rel="nofollow ugc noopener noreferrer"' in page.text
        assert "Your profile was saved." in (answer if either.htmx else page).words
        links = json.loads(await engine.fetchval("SELECT social_media_links FROM user_profile"))
        assert links == {"website": "https://example.com/me", "github": "https://github.com/asa"}
        await save(either, first_name="", date_of_birth="", link_website="", link_github="")
        row = await engine.fetchrow("SELECT first_name, p.* FROM users u JOIN user_profile p ON p.user_id = u.id")
        assert (row["first_name"], row["date_of_birth"], row["social_media_links"]) == (None, None, "{}")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("first_name", "x" * 51),
            ("date_of_birth", "31.12.1990"),
            ("date_of_birth", "1990-02-30"),
            ("date_of_birth", "0001-01-01"),
            ("date_of_birth", "1700-01-01"),
            ("date_of_birth", "9999-12-31"),
            ("date_of_birth", (datetime.now(UTC) + timedelta(days=1)).date().isoformat()),
            ("link_website", "http://example.com"),
            ("link_website", "javascript:alert(1)"),
            ("link_website", "https://user:secret@example.com"),
            ("link_website", "https://127.0.0.1/"),
            ("link_website", "https://localhost"),
            ("link_website", "https://example.com:8080"),
            ("link_website", 'https://example.com/"onclick=x'),
            ("link_website", "https://exämple.com"),
            ("link_website", "https://example.com/" + "x" * 300),
            ("link_github", "https://github.com.evil.example/asa"),
            ("link_github", "https://evil.example/github.com/asa"),
            ("link_x", "https://x.com/"),
            ("link_instagram", "@asa"),
        ],
    )
    async def test_what_cannot_be_is_refused_at_its_field(
        self, field: str, value: str, either: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(either, shop)
        answer = await save(either, **{"last_name": "Typed", field: value})
        assert answer.status == 422, value
        assert f'href="#{field}"' in answer.text and f'id="{field}-error"' in answer.text
        assert answer.fields["last_name"] == "Typed" and answer.fields[field] == value
        assert "<title>Error:" in answer.text and ("<!doctype" in answer.text) != either.htmx
        assert await engine.fetchval("SELECT count(*) FROM user_profile") == 0

    async def test_nul_and_overrides_are_left_out(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        assert (await save(visitor, first_name="A\x00d\u202ea")).status == 303
        assert await engine.fetchval("SELECT first_name FROM users") == "Ada"

    async def test_other_columns_are_not_for_the_form(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        before = await engine.fetchrow("SELECT role_id, status, email, two_factor_enabled, deleted_at FROM users")
        more = {"role_id": "1", "status": "Inactive", "email": "x@y.z", "two_factor_enabled": "true", "user_id": "1"}
        await save(visitor, **more, deleted_at="2026-01-01", profile_picture="people/x.webp")
        after = await engine.fetchrow("SELECT role_id, status, email, two_factor_enabled, deleted_at FROM users")
        assert after == before
        assert await engine.fetchval("SELECT profile_picture FROM user_profile") is None

    async def test_two_that_save_at_once_make_one_row(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        form = (await visitor.get(PROFILE)).form(PROFILE)
        answers = await asyncio.gather(*(visitor.post(PROFILE, form | {"first_name": f"N{n}"}) for n in range(8)))
        assert {answer.status for answer in answers} == {303}
        assert await engine.fetchval("SELECT count(*) FROM user_profile") == 1


class TestPicture:
    async def test_a_picture_is_redrawn_and_shown_to_its_owner_only(
        self, either: Visitor, new_visitor: NewVisitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(either, shop)
        exif = Image.Exif()
        exif[0x010E] = "taken at home"
        answer = await upload(either, picture("JPEG", (900, 600), exif=exif))
        assert answer.status == (200 if either.htmx else 303), answer.words
        assert len(stored(shop)) == 1
        shown = (await either.get(PICTURE)).response
        assert shown.headers["content-type"] == "image/webp" and shown.headers["cache-control"] == "no-store"
        drawn = Image.open(io.BytesIO(shown.content))
        assert drawn.size == (320, 213) and b"taken at home" not in shown.content
        other = new_visitor()
        assert (await other.get(PICTURE)).status == 303
        await sign_in(other, shop)
        assert (await other.get(PICTURE)).status == 404
        key = await engine.fetchval("SELECT profile_picture FROM user_profile")
        assert (await other.get(f"/media/{key}")).status == 404, "it is not among the public files"

    async def test_the_old_picture_goes_with_the_new(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        await upload(visitor, picture())
        before = stored(shop)
        await upload(visitor, picture("WEBP"))
        after = stored(shop)
        assert len(before) == len(after) == 1 and before != after

    async def test_two_at_once_leave_one_file(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        token = (await visitor.get(PROFILE)).form(PICTURE)["csrf_token"]
        await asyncio.gather(*(upload(visitor, picture(), token=token) for _ in range(4)))
        key = await engine.fetchval("SELECT profile_picture FROM user_profile")
        assert stored(shop) == [key.removeprefix("people/")]

    async def test_a_picture_is_deleted(self, either: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(either, shop)
        await upload(either, picture())
        form = (await either.get(PROFILE)).form(PICTURE)
        assert form["action"] == "remove"
        answer = await either.post(PICTURE, form)
        assert answer.status == (200 if either.htmx else 303)
        assert stored(shop) == [] and (await either.get(PICTURE)).status == 404
        assert "Delete the picture" not in (await either.get(PROFILE)).words

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "Choose a file with a picture."),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "not a JPEG, PNG or WebP"),
            (b"%PDF-1.7", "not a JPEG, PNG or WebP"),
            (b"GIF89a" + b"\0" * 100, "not a JPEG, PNG or WebP"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "Save it"),
            (picture()[:200], "Save it anew"),
            (picture(size=(50, 50)), "smaller than 100 pixels"),
            (picture() + b"<script>x()</script>", "more than a picture"),
            (b"\xff\xd8\xff" + b"x" * 5_000_000, "larger than 5 MB"),
            (b"\xff\xd8\xff" + b"x" * 7_000_000, "larger than 5 MB"),
        ],
    )
    async def test_what_is_no_picture_is_refused_at_its_field(
        self, body: bytes, words: str, either: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(either, shop)
        answer = await upload(either, body)
        assert answer.status == (413 if len(body) > 6_000_000 else 422), answer.words
        assert words in answer.words and 'id="picture-error"' in answer.text
        assert ("<!doctype" in answer.text) != either.htmx
        assert stored(shop) == []

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=", b"--\r\n"),
            ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
            ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
            ("multipart/form-data; boundary=b", b"\xff\xfe" * 100),
            ("application/json", b"{}"),
        ],
    )
    async def test_a_body_that_is_no_form(
        self, content_type: str, body: bytes, visitor: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(visitor, shop)
        headers = {"sec-fetch-site": "same-origin", "content-type": content_type}
        answer = await visitor.client.post(PICTURE, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, answer.text

    async def test_a_form_of_another_session_is_refused(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        assert (await upload(visitor, picture(), token="made up")).status == 403
        assert stored(shop) == []

    async def test_pictures_are_not_uploaded_without_end(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop)
        for _ in range(PICTURE_BY.most):
            assert (await upload(visitor, b"GIF89a")).status == 422
        answer = await upload(visitor, picture())
        assert answer.status == 429 and int(answer.response.headers["retry-after"]) > 0 and "Wait" in answer.words


class TestPreferences:
    async def test_language_and_theme_hold_at_once(self, either: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(either, shop)
        answer = await like(either, language="de_DE", theme="dark")
        where = answer.response.headers["hx-redirect" if either.htmx else "location"]
        assert where == "/de/account/profile"
        page = await either.get(where)
        assert 'data-theme="dark"' in page.text and page.fields["language"] == "de_DE"
        assert 'lang="de-DE"' in page.text
        kept = json.loads(await engine.fetchval("SELECT preferences FROM user_profile"))
        assert kept == {
            "language": "de_DE",
            "currency": "USD",
            "theme": "dark",
            "notifications": {"newsletter": False},
        }
        answer = await like(either, "/de", theme="", language="de_DE")
        assert 'data-theme="dark"' not in (await either.get("/de" + PROFILE)).text

    async def test_what_changes_no_look_stays_on_the_page(self, visitor: Visitor, new_visitor: Any, shop: Shop) -> None:
        htmx = new_visitor(htmx=True)
        await sign_in(htmx, shop)
        answer = await like(htmx, newsletter="yes")
        assert answer.status == 200 and 'id="preferences"' in answer.text and "were saved" in answer.words

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("language", "fr_FR"),
            ("language", "../etc"),
            ("currency", "EUR"),
            ("currency", "usd"),
            ("theme", "pink"),
            ("theme", "dark'"),
        ],
    )
    async def test_what_is_not_offered_is_refused(
        self, field: str, value: str, either: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(either, shop)
        answer = await like(either, **{field: value})
        assert answer.status == 422 and f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
        assert await engine.fetchval("SELECT count(*) FROM user_profile") == 0

    async def test_the_newsletter_begins_and_ends(self, visitor: Visitor, shop: Shop, engine: Any) -> None:
        await sign_in(visitor, shop, email="ada@shop.example")
        await like(visitor, newsletter="yes")
        row = await engine.fetchrow("SELECT email, state, wording FROM newsletter_subscription")
        assert tuple(row) == ("ada@shop.example", "confirmed", shop_wording(shop))
        page = await visitor.get(PROFILE)
        assert page.fields["newsletter"] == "yes"
        form = page.form(LIKED)
        del form["newsletter"]
        await visitor.post(LIKED, form)
        assert await engine.fetchval("SELECT state FROM newsletter_subscription") == "unsubscribed"
        assert "newsletter" not in (await visitor.get(PROFILE)).form(LIKED)

    async def test_an_address_that_is_not_proven_gets_no_newsletter(
        self, visitor: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(visitor, shop, email_verified_at=None)
        await like(visitor, newsletter="yes")
        assert await engine.fetchval("SELECT count(*) FROM newsletter_subscription") == 0

    async def test_what_somebody_wrote_past_the_shop_locks_nobody_out(
        self, visitor: Visitor, shop: Shop, engine: Any
    ) -> None:
        await sign_in(visitor, shop)
        await like(visitor)
        async with engine.transaction():
            await engine.execute("""UPDATE user_profile SET preferences = '{"x": 1}', social_media_links = '[1]'""")
        page = await visitor.get(PROFILE)
        assert page.status == 200 and page.fields["language"] == "en_US"


def shop_wording(shop: Shop) -> str:
    return "We write about new things and sales, about once a month. Every mail has a link that ends it."
