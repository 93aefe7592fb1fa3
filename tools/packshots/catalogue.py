"""Which shapes there are, and in which colours each is photographed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tools.packshots.scene import View


@dataclass(frozen=True, slots=True)
class Shape:
    """`build` puts the shape in one colour into the open scene; `alt` says what the picture shows.

    `angle` names a further view of a shape, such as side; its pictures are `<name>-<colour>-<angle>`.
    """

    name: str
    area: str
    alt: str
    colours: tuple[str, ...]
    view: View
    build: Callable[[str], None]
    angle: str = ""

    def picture(self, colour: str) -> str:
        """What its file is called, without the width."""
        return "-".join(filter(None, (self.name, colour, self.angle)))


SHAPES: dict[str, Shape] = {}


def shape(
    alt: str, colours: str, *, side: float = 26.0, above: float = 13.0, fill: float = 0.66, width: float = 1.0
) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Registers a builder under its own name, in the area of its module."""

    def register(build: Callable[[str], None]) -> Callable[[str], None]:
        name = build.__name__.replace("_", "-")
        area = build.__module__.rpartition(".")[2]
        SHAPES[name] = Shape(name, area, alt, tuple(colours.split()), View(side, above, fill, width), build)
        return build

    return register


def further(name: str, colour: str, angle: str, alt: str, view: View) -> None:
    """Registers one more view of a shape, in one colour."""
    SHAPES[f"{name}-{angle}"] = replace(SHAPES[name], alt=alt, colours=(colour,), view=view, angle=angle)


def wanted(only: str | None) -> list[tuple[Shape, str]]:
    """Pictures to make: `mug,lamp-sage,area:toys`, or all. First colours come first, so that every shape is early."""
    pairs = [(item, colour) for item in SHAPES.values() for colour in item.colours]
    pairs.sort(key=lambda pair: pair[0].colours.index(pair[1]))
    if not only:
        return pairs
    names = set(only.split(","))
    chosen = [
        (item, colour) for item, colour in pairs if names & {item.name, item.picture(colour), f"area:{item.area}"}
    ]
    known = {item.name for item, _ in pairs}
    extra = [
        (SHAPES[shape_name], colour)
        for shape_name, _, colour in (name.rpartition("-") for name in sorted(names))
        if shape_name in known and colour not in SHAPES[shape_name].colours
    ]
    return chosen + extra
