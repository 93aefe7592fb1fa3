"""Decodes one picture from standard input and writes it anew to standard output, as WebP in several widths.

Runs as a process of its own (app/adapters/files/pictures.py) that may use little memory and little time and open no
file: decoders are where hostile pictures strike. Prints one line of JSON, {"fault": …} or {"width", "height",
"sizes": [[width, bytes]…]}, and then the files one after the other.
"""

import io
import json
import resource
import sys
import warnings

# All that will be needed is loaded here, since no file can be opened later.
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 5
QUALITY = 80
BAND = 256
"""Rows flattened at a time: a whole copy of a large picture would not fit into the memory allowed."""
TILE = (236, 238, 241)
"""What shines through transparent places: the colour of the shop's tiles."""
FORMATS = tuple(
    each.format
    for each in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        MpoImagePlugin.MpoImageFile,
    )
)
STRANGE = (b"<script", b"<SCRIPT", b"<?php", b"<html", b"<HTML", b"<svg ", b"%PDF-", b"<!DOCTYPE", b"<!doctype")


class Refused(Exception):
    pass


def main(most_pixels: int, longest: int, shortest: int, widths: list[int]) -> None:
    _limit()
    body = sys.stdin.buffer.read()
    try:
        picture, pixels = _opened(body, most_pixels, longest, shortest)
        files = _drawn(picture, pixels, widths)
    except Refused as refused:
        _answer({"fault": str(refused)}, [])
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        _answer({"fault": "too many pixels"}, [])
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, AttributeError):
        # Whatever a decoder stumbles over.
        _answer({"fault": "damaged"}, [])
    else:
        width, height, bodies = files
        sizes = [[each, len(file)] for each, file in bodies]
        _answer({"width": width, "height": height, "sizes": sizes}, [file for _, file in bodies])


def _limit() -> None:
    Image.preinit()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _opened(body: bytes, most_pixels: int, longest: int, shortest: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture, not decoded yet. What a header says is looked at before anything is allocated for it."""
    Image.MAX_IMAGE_PIXELS = most_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(body), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        raise Refused("not a picture") from None
    width, height = picture.size
    if width * height > most_pixels or max(width, height) > longest:
        raise Refused("too many pixels")
    if min(width, height) < shortest:
        raise Refused("too small")
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) != 1:
        raise Refused("moving")
    if _end(body, str(picture.format)) not in (len(body), len(body.rstrip(b"\0"))):
        raise Refused("hides something")
    if any(sign in body for sign in STRANGE):
        raise Refused("hides something")
    return picture, (width, height)


def _end(body: bytes, kind: str) -> int:
    """Where the picture ends in the file; what follows is something else. -1 where it does not end."""
    if kind == "WEBP":
        length = int.from_bytes(body[4:8], "little") + 8
        return length if length <= len(body) else -1
    if kind == "PNG":
        place = 8
        while place + 12 <= len(body):
            length = int.from_bytes(body[place : place + 4], "big")
            name = body[place + 4 : place + 8]
            place += length + 12
            if name == b"IEND":
                return place
        return -1
    end = _end_of_jpeg(body, 0)
    # Phones put further views of a photograph behind the first, and announce them: the first alone is used.
    while kind == "MPO" and end > 0 and body[end : end + 3] == b"\xff\xd8\xff":
        end = _end_of_jpeg(body, end)
    return end


def _end_of_jpeg(body: bytes, start: int) -> int:
    place = start + 2
    while 0 <= place < len(body) - 1:
        if body[place] != 0xFF:
            # Inside a scan: only 0xFF followed by something else than a stuffed zero or a restart ends it.
            place = body.find(b"\xff", place)
            continue
        marker = body[place + 1]
        if marker == 0xD9:
            return place + 2
        if marker == 0xFF:
            place += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            place += 2
        else:
            place += 2 + int.from_bytes(body[place + 2 : place + 4], "big")
    return -1


def _drawn(
    picture: Image.Image, pixels: tuple[int, int], widths: list[int]
) -> tuple[int, int, list[tuple[int, bytes]]]:
    """Width and height of the widest, and the files from narrow to wide."""
    turned = picture.getexif().get(0x0112, 1) >= 5
    widest = min(pixels[1] if turned else pixels[0], widths[-1])
    profile = picture.info.get("icc_profile")
    if picture.format in ("JPEG", "MPO"):
        # The decoder leaves out what will not be seen: a large photograph never exists whole in memory.
        picture.draft("RGB", (widest * 2, widest * 2) if not turned else (widths[-1] * 2, widths[-1] * 2))
    picture.load()
    plain = _upright(_flattened(picture), picture)
    if plain.width > widest:
        plain.thumbnail((widest, plain.height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    plain = _in_srgb(plain, profile)
    sizes = [*(width for width in widths if width < plain.width), plain.width]
    files = []
    for width in sizes:
        height = max(1, round(plain.height * width / plain.width))
        small = plain if width == plain.width else plain.resize((width, height), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        small.save(file, "WEBP", quality=QUALITY, method=4)
        files.append((width, file.getvalue()))
    return plain.width, plain.height, files


def _flattened(picture: Image.Image) -> Image.Image:
    """Three channels, nothing transparent."""
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    flat = Image.new("RGB", picture.size, TILE)
    for top in range(0, picture.height, BAND):
        band = picture.crop((0, top, picture.width, min(top + BAND, picture.height)))
        if band.mode.startswith("I") or band.mode == "F":
            # Sixteen bits a pixel: Pillow would cut off what is above the first eight.
            band = band.convert("I").point(lambda value: value / 256).convert("L")
        band = band.convert("RGBA")
        flat.paste(band, (0, top), band)
    return flat


def _upright(plain: Image.Image, picture: Image.Image) -> Image.Image:
    """As the camera was held. The orientation is all that is read from the metadata."""
    orientation = picture.getexif().get(0x0112, 1)
    if orientation == 1:
        return plain
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain.info = {"exif": exif.tobytes()}
    return ImageOps.exif_transpose(plain)


def _in_srgb(plain: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen means them, since the profile goes with the rest of the metadata."""
    if not profile:
        return plain
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(plain, given, ImageCms.createProfile("sRGB"), outputMode="RGB") or plain
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return plain


def _answer(header: dict[str, object], files: list[bytes]) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    for file in files:
        out.write(file)
    out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), [int(width) for width in sys.argv[4].split(",")])
