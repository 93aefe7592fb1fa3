"""What the picture process takes, what it refuses, and what it leaves out."""

import asyncio
import io
import struct
import zlib
from collections.abc import Callable

import psutil
import pytest
from PIL import Image, PngImagePlugin

from app.adapters.files.pictures import LimitedPictureTools
from app.core.pictures import LARGEST_BYTES, PictureFault, PictureRefused

TOOLS = LimitedPictureTools(at_once=2, seconds=30)  # a busy machine must not look like a hostile picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def photograph(width: int = 1600, height: int = 1200, mode: str = "RGB") -> Image.Image:
    """Something with enough detail that its files are not tiny."""
    return Image.effect_noise((width, height), 40).convert("RGB").convert(mode)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"\x00") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    packed = zlib.compress(data, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue", "green")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def with_text(text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", text)
    return saved(photograph(200, 200), "PNG", pnginfo=info)


def accepted() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg": lambda: saved(photograph(), "JPEG"),
        "progressive jpeg": lambda: saved(photograph(), "JPEG", progressive=True),
        "jpeg in ink colours": lambda: saved(photograph(800, 800, "CMYK"), "JPEG"),
        "grey jpeg": lambda: saved(photograph(800, 800, "L"), "JPEG"),
        "png": lambda: saved(photograph(900, 700), "PNG"),
        "transparent png": lambda: saved(photograph(900, 700, "RGBA"), "PNG"),
        "png with a palette": lambda: saved(photograph(900, 700, "P"), "PNG", transparency=0),
        "png of two colours": lambda: saved(photograph(900, 700, "1"), "PNG"),
        "png of sixteen bits": lambda: saved(Image.new("I;16", (400, 400), 30_000), "PNG"),
        "webp": lambda: saved(photograph(), "WEBP"),
        "transparent webp": lambda: saved(photograph(900, 700, "RGBA"), "WEBP", lossless=True),
        "jpeg of 25 million pixels": lambda: saved(Image.new("RGB", (5000, 5000), "teal"), "JPEG"),
        "png of 24 million pixels": lambda: saved(Image.new("RGBA", (6000, 4000), (9, 99, 9, 128)), "PNG"),
        "webp of 10 million pixels": lambda: saved(Image.new("RGB", (3200, 3125), "teal"), "WEBP", quality=20),
        "two views by a phone": lambda: saved(
            photograph(800, 600), "MPO", save_all=True, append_images=[photograph(400, 300)]
        ),
        "the smallest": lambda: saved(photograph(100, 100), "PNG"),
        "jpeg padded with zeros": lambda: saved(photograph(300, 300), "JPEG") + b"\0" * 64,
    }


def hostile() -> dict[str, Callable[[], bytes]]:
    jpeg, plain, webp = (saved(photograph(300, 300), kind) for kind in ("JPEG", "PNG", "WEBP"))
    archive = b"PK\x03\x04" + b"\0" * 60 + b"PK\x05\x06" + b"\0" * 18
    return {
        "nothing": lambda: b"",
        "zeros": lambda: b"\0" * 1000,
        "words": lambda: b"hello, I am a picture",
        "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "svg after a declaration": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "html": lambda: b"<!doctype html><script>alert(1)</script>",
        "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "gif": lambda: saved(photograph(200, 200, "P"), "GIF"),
        "moving gif": lambda: moving("GIF"),
        "bmp": lambda: saved(photograph(200, 200), "BMP"),
        "tiff": lambda: saved(photograph(200, 200), "TIFF"),
        "ico": lambda: saved(photograph(200, 200), "ICO"),
        "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "zip": lambda: archive,
        "program": lambda: b"\x7fELF" + b"\0" * 400,
        "20 MB": lambda: jpeg + b"\0" * 20_000_000,
        "one byte too many": lambda: jpeg + b"\0" * (LARGEST_BYTES + 1 - len(jpeg)),
        "jpeg cut in half": lambda: jpeg[: len(jpeg) // 2],
        "jpeg without its end": lambda: jpeg[:-2],
        "jpeg header only": lambda: jpeg[:20],
        "png cut in half": lambda: plain[: len(plain) // 2],
        "png without its end": lambda: plain[:-12],
        "webp cut in half": lambda: webp[: len(webp) // 2],
        "png with a wrong checksum": lambda: plain[:40] + bytes([plain[40] ^ 255]) + plain[41:],
        "bomb of 900 million pixels": lambda: png(30_000, 30_000, data=b"\0" * 1_000_000),
        "bomb in one row": lambda: png(2_000_000, 1, data=b"\0" * 6_000_001),
        "bomb of one bit": lambda: png(60_000, 60_000, depth=1, colour=0, data=b"\0" * 1_000_000),
        "more pixels than allowed": lambda: saved(Image.new("L", (5100, 5000)), "PNG"),
        "a side too long": lambda: saved(Image.new("L", (6001, 200)), "PNG"),
        "header that promises more than there is": lambda: png(4000, 4000, data=b"\0" * 100),
        "text bomb": lambda: (
            plain[:33] + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)) + plain[33:]
        ),
        "moving png": lambda: moving("PNG"),
        "moving webp": lambda: moving("WEBP"),
        "too small": lambda: saved(photograph(20, 20), "PNG"),
        "jpeg with an archive behind": lambda: jpeg + archive,
        "png with an archive behind": lambda: plain + archive,
        "webp with an archive behind": lambda: webp + archive,
        "png with a page behind": lambda: plain + b"<html><script>alert(1)</script></html>",
        "png with a program in its text": lambda: with_text("<?php system($_GET['c']); ?>"),
        "jpeg with a script in its comment": lambda: saved(photograph(200, 200), "JPEG", comment=b"<script>x</script>"),
        "jpeg that begins like a page": lambda: b"\xff\xd8\xff<html>" + b"a" * 500,
        "two jpegs in a row": lambda: jpeg + jpeg,
    }


@pytest.mark.parametrize("name", accepted())
async def test_a_good_picture_is_written_anew(name: str) -> None:
    prepared = await TOOLS.prepare(accepted()[name]())

    assert max(prepared.bodies) == prepared.width <= 1200
    for width, body in prepared.bodies.items():
        drawn = Image.open(io.BytesIO(body))
        drawn.load()
        assert (drawn.format, drawn.width) == ("WEBP", width)
    widest = Image.open(io.BytesIO(prepared.bodies[prepared.width]))
    assert widest.size == (prepared.width, prepared.height)


@pytest.mark.parametrize("name", hostile())
async def test_nothing_of_the_hostile_set_is_taken(name: str) -> None:
    with pytest.raises(PictureRefused):
        await TOOLS.prepare(hostile()[name]())


async def test_the_hostile_set_costs_this_process_little_memory() -> None:
    bodies = [make() for make in hostile().values()]
    before = psutil.Process().memory_info().rss
    for body in bodies:
        with pytest.raises(PictureRefused):
            await TOOLS.prepare(body)
    assert psutil.Process().memory_info().rss - before < 100_000_000


async def test_widths_are_those_below_its_own_and_nothing_is_enlarged() -> None:
    assert list((await TOOLS.prepare(saved(photograph(2000, 1000), "JPEG"))).bodies) == [320, 480, 800, 1200]
    assert list((await TOOLS.prepare(saved(photograph(700, 700), "JPEG"))).bodies) == [320, 480, 700]
    assert list((await TOOLS.prepare(saved(photograph(150, 150), "JPEG"))).bodies) == [150]


async def test_it_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET PLACE"
    exif.get_ifd(0x8825)[1] = "N"
    prepared = await TOOLS.prepare(saved(photograph(1000, 500), "JPEG", exif=exif, comment=b"SECRET NOTE"))

    assert (prepared.width, prepared.height) == (500, 1000)
    for body in prepared.bodies.values():
        assert b"SECRET" not in body
        assert not Image.open(io.BytesIO(body)).getexif()


async def test_transparent_places_take_the_colour_of_the_tile() -> None:
    prepared = await TOOLS.prepare(saved(Image.new("RGBA", (200, 200), (255, 0, 0, 0)), "PNG"))
    red, green, blue = Image.open(io.BytesIO(prepared.bodies[200])).convert("RGB").getpixel((100, 100))
    assert abs(red - 236) < 4
    assert abs(green - 238) < 4
    assert abs(blue - 241) < 4


async def test_a_decoder_that_hangs_is_stopped_and_leaves_no_process() -> None:
    with pytest.raises(PictureRefused) as refused:
        await LimitedPictureTools(seconds=0.001).prepare(saved(photograph(), "PNG"))
    assert refused.value.fault is PictureFault.TOO_SLOW
    await asyncio.sleep(0)
    assert not [child for child in psutil.Process().children() if "redraw.py" in " ".join(child.cmdline())]
