"""Product pictures: python -m tools.packshots {list,render,sheet}. README.md says more."""

import argparse
import logging
import os
import sys
from pathlib import Path

PRODUCTS = Path(__file__).resolve().parents[2] / "static" / "img" / "products"


def main() -> int:
    args = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    if args.command == "sheet":
        from tools.packshots.sheet import contact

        files = sorted(args.folder.glob(f"*-{args.width}.webp"))
        if args.only:
            files = [file for file in files if any(file.name.startswith(f"{name}-") for name in args.only.split(","))]
        contact(files, out=args.out, cell=args.cell, across=args.across)
        return 0

    import tools.packshots.shapes  # noqa: F401  (registers the shapes)
    from tools.packshots.catalogue import SHAPES, wanted

    if args.command == "list":
        for item in SHAPES.values():
            for colour in item.colours:
                print(f"{item.picture(colour)}\t{item.area}\t{item.alt}, {colour}")
        return 0
    from tools.packshots.render import batch

    os.nice(19)
    pictures = wanted(args.only)
    if args.first:
        pictures = [(item, colour) for item, colour in pictures if colour == item.colours[0]]
    widths = [int(width) for width in args.widths.split(",")] if args.widths else [args.size]
    made = batch(
        pictures, out=args.out, size=args.size, widths=widths, samples=args.samples, again=args.again, limit=args.limit
    )
    print(f"{made} made of {len(pictures)}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="packshots", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="every picture, its area and its alternative text")
    render = commands.add_parser("render", help="make the pictures that are missing")
    render.add_argument("--only", help="mug,lamp-sage,area:toys")
    render.add_argument("--first", action="store_true", help="each shape in its first colour only")
    render.add_argument("--size", type=int, default=640, help="pixels rendered, of the height")
    render.add_argument("--widths", default="", help="pixels written, such as 320,480,640")
    render.add_argument("--samples", type=int, default=24)
    render.add_argument("--out", type=Path, default=PRODUCTS)
    render.add_argument("--again", action="store_true", help="also those that are there")
    render.add_argument("--limit", type=int, default=1000, help="stop after so many, to look at them and commit")
    sheet = commands.add_parser("sheet", help="many pictures on one page")
    sheet.add_argument("folder", type=Path)
    sheet.add_argument("--only", help="mug,lamp")
    sheet.add_argument("--width", type=int, default=320)
    sheet.add_argument("--cell", type=int, default=256)
    sheet.add_argument("--across", type=int, default=6)
    sheet.add_argument("--out", type=Path, default=Path("contact.png"))
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
