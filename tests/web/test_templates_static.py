"""Static files: named by content, light enough, and complete."""

import gzip
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from app.adapters.files.static import StaticFiles
from tests.web.rendering import ROOT, TEMPLATES, static_files

STATIC = ROOT / "static"
KILOBYTE = 1024


def zipped(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def test_weights_stay_within_the_budget() -> None:
    assert zipped("css/core.css", "css/shop.css") <= 16 * KILOBYTE
    assert zipped("js/shop.js") <= 4 * KILOBYTE
    assert zipped("js/htmx.min.js", "js/shop.js") <= 18 * KILOBYTE
    assert zipped("img/icons.svg") <= 6 * KILOBYTE
    assert all(font.stat().st_size <= 26 * KILOBYTE for font in (STATIC / "fonts").glob("*.woff2"))
    pictures = [path.stat().st_size for path in (STATIC / "img/products").glob("*.webp")]
    assert max(pictures) <= 25 * KILOBYTE and sum(pictures) / len(pictures) <= 8 * KILOBYTE
    for path in (STATIC / "img/wide").glob("*.webp"):
        assert path.stat().st_size <= 60 * KILOBYTE, path.name


def test_every_picture_is_there_in_every_width() -> None:
    names = {path.stem for path in (STATIC / "img/products").glob("*.webp")}
    pictures = {name.rsplit("-", 1)[0] for name in names}
    assert names == {f"{picture}-{width}" for picture in pictures for width in (320, 480, 640)}


def test_hashed_name_is_kept_for_ever_and_the_plain_one_is_not() -> None:
    files = static_files()
    url = files.url("css/shop.css")
    assert re.fullmatch(r"/static/css/shop\.[0-9a-f]{12}\.css", url)
    hashed, plain = files.find(url.removeprefix("/static/")), files.find("css/shop.css")
    assert hashed is not None and plain is not None
    assert hashed.is_immutable and not plain.is_immutable
    assert hashed.body == plain.body and hashed.content_type == "text/css; charset=utf-8"
    assert gzip.decompress(hashed.encodings["gzip"]) == hashed.body == brotli.decompress(hashed.encodings["br"])
    assert files.find("../app/settings.py") is None and files.find("css") is None


def test_pictures_are_not_compressed_twice() -> None:
    picture = static_files().find("img/wide/wide-home-clay-1200.webp")
    assert picture is not None and picture.encodings == {} and picture.content_type == "image/webp"


def test_style_sheets_name_their_files_by_content() -> None:
    sheet = static_files().find("css/core.css")
    assert sheet is not None
    assert static_files().url("fonts/manrope-latin.woff2").encode() in sheet.body
    assert b"../" not in sheet.body


def test_another_content_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: red }")
    before = StaticFiles.load(tmp_path)
    (tmp_path / "a.css").write_text("a { color: blue }")
    after = StaticFiles.load(tmp_path)
    assert before.url("a.css") != after.url("a.css")
    assert before.integrity("a.css") != after.integrity("a.css")


def test_pictures_of_other_places_keep_their_address() -> None:
    files = static_files()
    assert files.picture("/static/img/products/mug-clay-640.webp") == files.url("img/products/mug-clay-640.webp")
    assert files.picture("/media/7/front.webp") == "/media/7/front.webp"


def test_sprite_holds_each_icon_that_templates_use_and_no_other() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))
    used: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r"\{\{ (.+?)\|icon\b", path.read_text()):
            used |= set(re.findall(r'"([a-z][a-z0-9-]*)"', name.rsplit("{{", 1)[-1]))
    others = {"success", "error", "bank_transfer", "cash_on_delivery"}
    assert used - others == sprite


def test_vendored_files_keep_their_licences() -> None:
    for name in ("js/htmx.LICENSE.txt", "fonts/manrope.OFL.txt", "img/icons.LICENSE.txt"):
        assert (STATIC / name).stat().st_size > 200
