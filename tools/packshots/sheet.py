"""Contact sheets: many pictures on one page, to be looked at."""

from pathlib import Path

from PIL import Image, ImageDraw


def contact(files: list[Path], *, out: Path, cell: int = 256, across: int = 6) -> None:
    rows = -(-len(files) // across)
    page = Image.new("RGB", (across * cell, rows * (cell + 14)), "#ffffff")
    pen = ImageDraw.Draw(page)
    for i, file in enumerate(files):
        left, top = i % across * cell, i // across * (cell + 14)
        with Image.open(file) as image:
            small = image.convert("RGB")
            small.thumbnail((cell, cell))
            page.paste(small, (left, top))
        pen.text((left + 4, top + cell + 1), file.stem, fill="#16181d")
    out.parent.mkdir(parents=True, exist_ok=True)
    page.save(out)
