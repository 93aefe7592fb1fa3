"""Renders pictures and writes them as WebP; what is already there is left alone."""

import logging
import tempfile
import time
from pathlib import Path

from PIL import Image

from tools.packshots import scene
from tools.packshots.catalogue import Shape

QUALITY = 78

log = logging.getLogger("packshots")


def picture(item: Shape, colour: str, *, size: int, samples: int) -> Image.Image:
    scene.clear(size=size, samples=samples)
    item.build(colour)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "master.png"
        scene.shoot(item.view, str(path))
        with Image.open(path) as master:
            return master.convert("RGB")


def batch(
    pictures: list[tuple[Shape, str]], *, out: Path, size: int, widths: list[int], samples: int, again: bool, limit: int
) -> int:
    """Returns how many were made. Stopped, it goes on where it was: a picture's largest file is written last."""
    out.mkdir(parents=True, exist_ok=True)
    made = 0
    for item, colour in pictures:
        share = item.view.width
        files = {width: out / f"{item.picture(colour)}-{width}.webp" for width in _widths(item, widths)}
        if files[max(files)].exists() and not again:
            continue
        if made == limit:
            break
        started = time.monotonic()
        master = picture(item, colour, size=size, samples=samples)
        for width, file in sorted(files.items()):
            small = master if width == master.width else master.resize((width, round(width / share)), Image.LANCZOS)
            part = file.with_suffix(".part")
            small.save(part, "WEBP", quality=QUALITY, method=6)
            part.replace(file)
        made += 1
        log.info("%s %.1f s", item.picture(colour), time.monotonic() - started)
    return made


def _widths(item: Shape, widths: list[int]) -> list[int]:
    """A wide picture has the same heights as the square ones it stands beside."""
    return [round(width * item.view.width) for width in widths]
