"""Wide pictures: several goods of one department side by side, the colour being that of the one in front."""

from collections.abc import Callable

import bpy
from mathutils import Vector

from tools.packshots.catalogue import SHAPES, shape
from tools.packshots.solids import Place, group

WIDE = 2.5


def _set(*goods: tuple[str, str, Place, float, float]) -> None:
    """Puts shapes side by side: name, colour, place on the floor, turn about z, scale."""
    for name, colour, (x, y, _), turn, scale in goods:
        before = set(bpy.context.scene.objects)
        SHAPES[name].build(colour)
        bpy.context.view_layer.update()
        made = [item for item in bpy.context.scene.objects if item not in before]
        lowest = min(
            (item.matrix_world @ corner)[2] for item in made if item.type != "EMPTY" for corner in _corners(item)
        )
        group(
            [item for item in made if item.parent is None], at=(x, y, -lowest * scale), turn=(0, 0, turn), scale=scale
        )


def _corners(item: bpy.types.Object) -> list[Vector]:
    ready = item.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = ready.to_mesh()
    corners = [Vector(vertex.co) for vertex in mesh.vertices]
    ready.to_mesh_clear()
    return corners


def _banner(alt: str, colour: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    return shape(alt, colour, side=8, above=10, fill=0.84, width=WIDE)


@_banner("Headphones, a radio, a speaker and a camera side by side", "sage")
def wide_electronics(_: str) -> None:
    _set(
        ("speaker", "sand", (-1.5, 0.15, 0), 8, 1.0),
        ("phones", "ink", (-0.55, -0.15, 0), 12, 0.9),
        ("radio", "sage", (0.55, 0.1, 0), -4, 0.95),
        ("camera", "clay", (1.55, -0.2, 0), -12, 0.62),
    )


@_banner("An armchair, a lamp on a side table and a vase", "clay")
def wide_home(_: str) -> None:
    _set(
        ("armchair", "sage", (-0.95, 0.1, 0), 14, 1.15),
        ("table", "sand", (0.3, 0.15, 0), 0, 0.8),
        ("stool", "clay", (1.15, -0.1, 0), 0, 0.72),
        ("vase", "clay", (1.95, 0.1, 0), 0, 0.75),
    )


@_banner("Mugs, a teapot, a bowl and a kettle on one counter", "sage")
def wide_kitchen(_: str) -> None:
    _set(
        ("kettle", "ink", (-1.55, 0.2, 0), 0, 1.0),
        ("bowl", "sand", (-0.45, -0.15, 0), 0, 0.75),
        ("teapot", "sage", (0.55, 0.2, 0), -6, 0.95),
        ("mug", "clay", (1.5, -0.1, 0), -25, 0.62),
        ("mug", "sky", (2.1, 0.2, 0), -50, 0.62),
    )


@_banner("A backpack, a tote bag, a cap and a notebook", "sky")
def wide_carry(_: str) -> None:
    _set(
        ("backpack", "sky", (-1.45, 0.15, 0), 10, 1.05),
        ("cap", "clay", (-0.45, -0.25, 0), 10, 0.72),
        ("tote", "sand", (0.5, 0.15, 0), 0, 0.95),
        ("thermos", "sage", (1.15, -0.05, 0), 0, 0.72),
        ("notebook", "ink", (1.85, -0.2, 0), -8, 0.72),
    )


@_banner("Perfume, soap, a jar of cream and a pump bottle", "rose")
def wide_care(_: str) -> None:
    _set(
        ("pump", "sage", (-1.45, 0.1, 0), 0, 1.0),
        ("soap", "clay", (-0.55, -0.1, 0), 8, 0.7),
        ("perfume", "rose", (0.35, 0.1, 0), -6, 0.9),
        ("cream", "sand", (1.15, -0.1, 0), 0, 0.62),
        ("lipstick", "clay", (1.8, -0.05, 0), 0, 0.62),
    )


@_banner("A wooden car, stacking rings, building blocks and a ball", "clay")
def wide_play(_: str) -> None:
    _set(
        ("rings", "clay", (-1.45, 0.1, 0), 0, 0.9),
        ("car", "sky", (-0.5, -0.2, 0), 14, 0.8),
        ("blocks", "sage", (0.65, 0.15, 0), -4, 0.72),
        ("basketball", "clay", (1.6, 0.0, 0), 0, 0.68),
    )
