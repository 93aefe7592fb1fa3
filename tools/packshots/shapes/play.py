"""Sports and toys."""

import math

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import (
    ball,
    box,
    cylinder,
    group,
    lathe,
    lettering,
    slab,
    soft,
    strap,
    surface,
    torus,
    tube,
    word,
)


@shape("Pair of dumbbells", "ink sky", side=28, above=20, fill=0.7)
def dumbbell(colour: str) -> None:
    def one(at, turn: float) -> None:
        parts = [tube([(-0.3, 0, 0), (0, 0, 0), (0.3, 0, 0)], [0.04, 0.05, 0.04], m.metal("steel", rough=0.35))]
        for way in (-1, 1):
            head = [(0, 0), (0.16, 0, 0.03), (0.235, 0.07, 0.03), (0.235, 0.22, 0.03), (0.16, 0.29, 0.03), (0, 0.29)]
            parts.append(
                lathe(head, m.rubber(colour), at=(way * 0.2, 0, 0), turn=(0, 90 * way, 0), steps=6, fillet=0.02)
            )
            parts.append(word("5", 0.16, m.matte("white"), at=(way * 0.495, 0, 0), turn=(90, 0, 90 * way)))
        group(parts, at=at, turn=(30, 0, turn))

    one((0, -0.3, 0.204), 8)
    one((0.05, 0.32, 0.204), -14)


@shape("Rolled yoga mat", "sage rose", side=32, above=18, fill=0.7)
def yogamat(colour: str) -> None:
    roll = []
    for i in range(150):
        a = math.radians(i * 12 - 62)
        far = 0.05 + 0.0011 * i
        roll.append((0, far * math.cos(a), 0.235 + far * math.sin(a)))
    lowest = min(point[2] for point in roll)
    roll = [(x, y, z - lowest + 0.014) for x, y, z in roll]
    strap(roll, 1.15, 0.024, m.rubber(colour), across=(1, 0, 0))
    middle = 0.235 - lowest + 0.014
    for x in (-0.36, 0.36):
        loop = [(x, math.cos(a) * 0.236, middle + math.sin(a) * 0.236) for a in (math.tau * i / 24 for i in range(24))]
        strap(loop, 0.06, 0.012, m.fabric("coal"), across=(1, 0, 0), closed=True)
    carry = [(-0.36, -0.05, 0.46), (-0.2, -0.1, 0.54), (0, -0.12, 0.57), (0.2, -0.1, 0.54), (0.36, -0.05, 0.46)]
    strap(carry, 0.05, 0.012, m.fabric("coal"), across=(0, 1, 0.25))


@shape("Basketball", "clay", side=20, above=12, fill=0.62)
def basketball(colour: str) -> None:
    seam = m.rubber("black")
    parts = [soft((1.0, 1.0, 1.0), m.leather(colour), square=2.0, cuts=40)]
    parts.append(torus(0.5, 0.011, seam))
    parts.append(torus(0.5, 0.011, seam, turn=(90, 0, 0)))
    for way in (-1, 1):
        bow = []
        for i in range(40):
            a = math.tau * i / 40
            x, y, z = way * (0.3 + 0.12 * math.cos(2 * a)), math.cos(a), math.sin(a)
            rest = math.sqrt(max(0.0, 0.25 - x * x))
            bow.append((x, y * rest, z * rest))
        parts.append(tube(bow, 0.011, seam, closed=True))
    group(parts, turn=(24, 32, 12))


@shape("Sports bottle", "sky clay", side=24, above=11, fill=0.72)
def bottle(colour: str) -> None:
    body = [
        (0, 0),
        (0.2, 0, 0.04),
        (0.21, 0.36, 0.08),
        (0.185, 0.46, 0.08),
        (0.21, 0.56, 0.08),
        (0.205, 0.8, 0.06),
        (0.16, 0.86),
        (0, 0.86),
    ]
    lathe(body, m.plastic(colour, rough=0.3), fillet=0.02)
    black = m.plastic("coal", rough=0.45)
    lathe(
        [(0, 0.85), (0.185, 0.85), (0.185, 0.96, 0.03), (0.09, 1.0, 0.03), (0, 1.0)],
        black,
        flute=lambda a: 1 + 0.01 * math.cos(40 * a),
        steps=240,
    )
    lathe([(0, 1.0), (0.06, 1.0), (0.05, 1.06), (0.07, 1.1, 0.02), (0.06, 1.14, 0.02), (0, 1.14)], m.plastic("bone"))
    for i, z in enumerate((0.12, 0.19, 0.26)):
        strap(
            [
                (math.cos(a) * 0.211, math.sin(a) * 0.211, z)
                for a in (math.radians(250 + 4 * k) for k in range(11 - 2 * i))
            ],
            0.008,
            0.002,
            m.matte("white"),
            across=(0, 0, 1),
        )
    lettering("TARN", 0.1, m.matte("white"), radius=0.211, height=0.68, facing=12)


@shape("Skateboard", "sage clay", side=30, above=24, fill=0.74)
def skateboard(colour: str) -> None:
    def deck(u: float, v: float):
        x = (u - 0.5) * 1.5
        end = max(0.0, abs(x) - 0.5) / 0.25
        wide = 0.4 * math.sqrt(max(0.0, 1 - min(1.0, end) ** 3.2)) if end else 0.4
        y = (v - 0.5) * wide
        return x, y, 0.2 + 0.13 * end**1.6 * 0.9 + 0.25 * y * y

    surface(deck, m.painted(colour), cells=(90, 16), thick=0.03)
    surface(
        lambda u, v: (lambda p: (p[0] * 0.985, p[1] * 0.96, p[2] + 0.017))(deck(u, v)), m.rubber("coal"), cells=(90, 16)
    )
    for x in (-0.44, 0.44):
        box((0.16, 0.12, 0.04), m.metal("steel"), at=(x, 0, 0.17), fillet=0.01)
        tube([(x, -0.2, 0.085), (x, 0.2, 0.085)], 0.024, m.metal("steel"), smooth=False)
        lathe([(0, 0), (0.06, 0), (0.035, 0.09), (0, 0.09)], m.metal("steel"), at=(x, 0, 0.085))
        for way in (-1, 1):
            wheel = [(0, -0.05), (0.07, -0.05, 0.02), (0.085, 0, 0.01), (0.07, 0.05, 0.02), (0, 0.05)]
            lathe(
                wheel, m.plastic("yellow" if colour != "clay" else "bone"), at=(x, way * 0.18, 0.085), turn=(90, 0, 0)
            )
            cylinder(
                0.025,
                0.012,
                m.metal("steel"),
                at=(x, way * 0.225 + (0.006 if way > 0 else -0.006), 0.085),
                turn=(-90 * way, 0, 0),
                fillet=0.004,
            )
        for dx in (-0.05, 0.05):
            for y in (-0.05, 0.05):
                ball(0.012, m.metal("steel"), at=(x + dx, y, 0.222), scale=(1, 1, 0.4))


@shape("Stacking rings", "clay sky", side=22, above=18, fill=0.68)
def rings(colour: str) -> None:
    order = ("clay", "yellow", "sage", "sky", "rose") if colour == "clay" else ("sky", "sage", "bone", "sand", "rose")
    lathe([(0, 0), (0.42, 0), (0.42, 0.06, 0.03), (0, 0.07)], m.wood("ash", along="x"))
    z = 0.065
    for i, name in enumerate(order):
        thick, far = 0.088 - i * 0.006, 0.3 - i * 0.04
        lathe(
            [(0.06, 0), (far + thick * 0.7, 0, 0.08), (far + thick * 0.7, thick * 1.8, 0.08), (0.06, thick * 1.8)],
            m.lacquer(name),
            at=(0, 0, z),
            fillet=0.03,
        )
        z += thick * 1.8 + 0.002
    ball(0.12, m.wood("ash"), at=(0, 0, z + 0.09))


@shape("Building blocks", "clay sage", side=24, above=18, fill=0.7)
def blocks(colour: str) -> None:
    first, second, third = ("clay", "sky", "yellow") if colour == "clay" else ("sage", "rose", "sand")
    wood = m.wood("ash", along="x", scale=6)
    for at, turn, name in (((-0.32, 0, 0.17), 8, first), ((0.36, 0.02, 0.17), -6, second)):
        box((0.34, 0.34, 0.34), m.painted(name), at=at, turn=(0, 0, turn), fillet=0.022)
    for x in (-0.36, 0.36):
        cylinder(0.13, 0.36, m.painted(third) if x < 0 else wood, at=(x, 0.02, 0.5), fillet=0.02)
    box((1.1, 0.3, 0.16), wood, at=(0.02, 0.01, 0.42), turn=(0, 0, 1), fillet=0.022)
    arch = [(-0.5, 0.0), (-0.2, 0.0)] + [
        (-0.2 * math.cos(math.radians(a)), 0.2 * math.sin(math.radians(a))) for a in range(10, 180, 10)
    ]
    arch += [(0.2, 0.0), (0.5, 0.0), (0.5, 0.34), (-0.5, 0.34)]
    slab([(x, z) for x, z in arch], 0.3, m.painted(second), at=(0, 0.17, 0.86), turn=(90, 0, 0), fillet=0.018)
    slab([(-0.34, 0), (0.34, 0), (0, 0.34)], 0.28, m.painted(first), at=(0, 0.15, 1.2), turn=(90, 0, 0), fillet=0.02)
    ball(0.13, m.painted(third), at=(0.02, -0.42, 0.13))
    box((0.26, 0.26, 0.26), wood, at=(0.62, -0.42, 0.13), turn=(0, 0, 30), fillet=0.02)


@shape("Wooden toy car", "sky clay", side=30, above=15, fill=0.68)
def car(colour: str) -> None:
    outline = [
        (-0.62, 0.12),
        (0.62, 0.12),
        (0.64, 0.3),
        (0.58, 0.37),
        (0.36, 0.4),
        (0.2, 0.62),
        (0.1, 0.66),
        (-0.3, 0.66),
        (-0.42, 0.6),
        (-0.54, 0.4),
        (-0.63, 0.36),
    ]
    slab(outline, 0.46, m.painted(colour), at=(0, 0.23, 0), turn=(90, 0, 0), fillet=0.05)
    dark = m.wood("ash", along="x")
    for line in (
        [(-0.38, 0.42), (-0.07, 0.42), (-0.07, 0.58), (-0.3, 0.58)],
        [(0.0, 0.42), (0.28, 0.42), (0.15, 0.58), (0.0, 0.58)],
    ):
        slab(line, 0.472, dark, at=(0, 0.236, 0), turn=(90, 0, 0), fillet=0.012)
    for x in (-0.36, 0.36):
        for way in (-1, 1):
            tyre = [(0, 0), (0.165, 0, 0.03), (0.165, 0.1, 0.03), (0.11, 0.1), (0.1, 0.085), (0, 0.085)]
            lathe(tyre, m.wood("walnut", along="x"), at=(x, way * 0.2, 0.165), turn=(90 * -way, 0, 0))
            cylinder(0.045, 0.03, dark, at=(x, way * 0.275, 0.165), turn=(90 * -way, 0, 0))
    for y in (-0.14, 0.14):
        lathe([(0, 0), (0.05, 0), (0.045, 0.025), (0, 0.03)], m.plastic("yellow"), at=(0.625, y, 0.26), turn=(0, 86, 0))
