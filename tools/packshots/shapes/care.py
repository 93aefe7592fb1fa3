"""Beauty and medicine."""

import math

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import (
    arc,
    ball,
    box,
    cylinder,
    group,
    lathe,
    lettering,
    plate,
    slab,
    soft,
    strap,
    tube,
    word,
)


@shape("Perfume", "rose sky", side=22, above=10, fill=0.68)
def perfume(colour: str) -> None:
    box((0.62, 0.32, 0.74), m.glass("#f6f8fa"), at=(0, 0, 0.372), fillet=0.06)
    box((0.53, 0.23, 0.56), m.glass(colour, ior=1.33), at=(0, 0, 0.35), fillet=0.03)
    cylinder(0.1, 0.05, m.metal("brass"), at=(0, 0, 0.742))
    lathe([(0, 0.79), (0.145, 0.79, 0.02), (0.145, 1.05, 0.02), (0, 1.05)], m.lacquer("coal"))
    box((0.32, 0.004, 0.22), m.paper("white"), at=(0, -0.163, 0.36), fillet=0.001)
    word("LUME", 0.075, m.matte("coal"), at=(0, -0.167, 0.385))
    word("50 ml", 0.035, m.matte("coal"), at=(0, -0.167, 0.3))


@shape("Jar of cream", "sage rose", side=22, above=20, fill=0.66)
def cream(colour: str) -> None:
    lathe([(0, 0), (0.46, 0, 0.06), (0.48, 0.1), (0.48, 0.42, 0.03), (0.42, 0.45), (0, 0.45)], m.lacquer(colour))
    lathe([(0, 0.455), (0.47, 0.455, 0.02), (0.47, 0.68, 0.05), (0, 0.69)], m.wood("ash", along="x"))
    strap([(x, y, 0.25) for x, y in arc(0.483, 244, 312)], 0.17, 0.002, m.paper("white"), across=(0, 0, 1))
    lettering("MOSS", 0.1, m.matte("coal"), radius=0.486, height=0.275, facing=8)
    lettering("day cream", 0.05, m.matte("coal"), radius=0.486, height=0.2, facing=8)


@shape("Pump bottle", "bone sage", side=24, above=11, fill=0.7)
def pump(colour: str) -> None:
    lathe(
        [(0, 0), (0.25, 0, 0.03), (0.25, 0.74, 0.07), (0.1, 0.8, 0.03), (0.1, 0.84), (0, 0.84)],
        m.plastic(colour, rough=0.3),
    )
    cap = m.plastic("coal", rough=0.45)
    lathe(
        [(0, 0.83), (0.125, 0.83), (0.125, 0.94, 0.02), (0, 0.94)],
        cap,
        flute=lambda a: 1 + 0.012 * math.cos(40 * a),
        steps=240,
    )
    cylinder(0.04, 0.12, m.metal("steel"), at=(0, 0, 0.93))
    lathe([(0, 1.02), (0.075, 1.02, 0.02), (0.075, 1.1, 0.03), (0, 1.1)], cap)
    tube([(0, 0, 1.065), (-0.2, -0.02, 1.065), (-0.3, -0.03, 1.05), (-0.33, -0.035, 1.0)], [0.04, 0.032, 0.026], cap)
    strap([(x, y, 0.4) for x, y in arc(0.2525, 232, 328)], 0.38, 0.002, m.paper("white"), across=(0, 0, 1))
    lettering("FJELL", 0.1, m.matte("coal"), radius=0.256, height=0.47, facing=10)
    lettering("hand wash", 0.045, m.matte("coal"), radius=0.256, height=0.37, facing=10)
    lettering("300 ml", 0.036, m.matte("coal"), radius=0.256, height=0.27, facing=10)


@shape("Lipstick", "clay rose", side=20, above=12, fill=0.7)
def lipstick(colour: str) -> None:
    brass, black = m.metal("brass", rough=0.18), m.lacquer("coal")
    slab(plate(0.26, 0.26, 0.04), 0.4, black, fillet=0.012)
    cylinder(0.105, 0.2, brass, at=(0, 0, 0.4))

    def tip(x: float, y: float, z: float):
        return x, y, z if z < 0 else z * (1 + 0.55 * x)

    soft((0.165, 0.165, 0.46), m.lacquer(colour), at=(0, 0, 0.7), square=2, upright=5, bend=tip)
    parts = [
        slab(plate(0.27, 0.27, 0.045), 0.52, black, at=(0, 0, 0), fillet=0.012),
        slab(plate(0.275, 0.275, 0.045), 0.03, brass, at=(0, 0, 0.0), fillet=0.006),
    ]
    group(parts, at=(0.5, -0.2, 0.1365), turn=(90, 0, 55))


@shape("Bars of soap", "sage clay", side=24, above=22, fill=0.68)
def soap(colour: str) -> None:
    box((1.0, 0.66, 0.05), m.wood("ash", along="x"), at=(0, 0, 0.06), fillet=0.012)
    for y in (-0.2, 0.2):
        box((0.86, 0.06, 0.04), m.wood("ash", along="x"), at=(0, y, 0.02), fillet=0.006)
    soft((0.74, 0.48, 0.24), m.wax(colour), at=(0, 0, 0.2), square=6, upright=3.4)
    soft(
        (0.7, 0.45, 0.22),
        m.wax("bone" if colour != "bone" else "sand"),
        at=(0.02, 0.01, 0.42),
        turn=(0, 0, 16),
        square=6,
        upright=3.4,
    )
    word("KILDE", 0.1, m.matte("#cfc6b4"), at=(0.02, 0.01, 0.531), turn=(0, 0, 16))


@shape("Bottle of capsules", "bone", side=24, above=13, fill=0.68)
def pills(colour: str) -> None:
    lathe(
        [(0, 0), (0.3, 0, 0.04), (0.3, 0.6, 0.08), (0.21, 0.68, 0.02), (0.21, 0.72), (0, 0.72)],
        m.plastic("#b9741f", rough=0.2),
    )
    lathe(
        [(0, 0.71), (0.26, 0.71), (0.26, 0.93, 0.03), (0, 0.93)],
        m.plastic("white"),
        flute=lambda a: 1 + 0.01 * math.cos(48 * a),
        steps=288,
    )
    strap([(x, y, 0.3) for x, y in arc(0.3025, 200, 340)], 0.42, 0.002, m.paper("white"), across=(0, 0, 1))
    strap(
        [(x, y, 0.47) for x, y in arc(0.304, 200, 340)],
        0.09,
        0.002,
        m.matte(colour if colour != "bone" else "sky"),
        across=(0, 0, 1),
    )
    lettering("VITA D", 0.105, m.matte("coal"), radius=0.306, height=0.33, facing=12)
    lettering("60 capsules", 0.05, m.matte("coal"), radius=0.306, height=0.22, facing=12)
    for i, (x, y, turn) in enumerate(((0.4, -0.34, 20), (0.56, -0.2, 80), (0.3, -0.5, -50), (0.58, -0.44, 130))):
        parts = []
        for way, name in ((-1, "white"), (1, "clay" if i % 2 == 0 else "sky")):
            parts.append(tube([(0, 0, 0), (way * 0.055, 0, 0)], 0.042, m.lacquer(name), smooth=False))
            parts.append(ball(0.042, m.lacquer(name), at=(way * 0.055, 0, 0)))
        group(parts, at=(x, y, 0.042), turn=(0, 0, turn))


@shape("Thermometer", "sky", side=26, above=30, fill=0.7)
def thermometer(colour: str) -> None:
    def body(x: float, y: float, z: float):
        narrow = 1 - 0.55 * max(0.0, -x) ** 1.5
        return x, y * narrow, z * (1 - 0.35 * max(0.0, -x))

    parts = [
        soft((0.86, 0.24, 0.13), m.plastic("white", rough=0.3), square=5, upright=3, bend=body),
        soft((0.2, 0.21, 0.14), m.plastic(colour), at=(0.36, 0, 0), square=4, upright=3),
        slab(plate(0.28, 0.11, 0.03), 0.01, m.matte("#b9c4b4"), at=(0.07, 0, 0.06), fillet=0.003),
        word("36.8", 0.085, m.matte("coal"), at=(0.07, 0, 0.071), turn=(0, 0, 0)),
        tube([(-0.42, 0, 0), (-0.62, 0, 0)], [0.045, 0.026], m.plastic(colour), smooth=False),
        tube([(-0.62, 0, 0), (-0.7, 0, 0)], [0.024, 0.018], m.metal("steel"), smooth=False),
        ball(0.018, m.metal("steel"), at=(-0.7, 0, 0)),
        cylinder(0.04, 0.012, m.plastic("grey"), at=(0.36, 0, 0.064)),
    ]
    group(parts, at=(0, 0.12, 0.065), turn=(0, 0, 20))
    case = [
        soft((1.1, 0.26, 0.15), m.glass("#dfe9ef", rough=0.12), square=6, upright=3),
        soft((0.3, 0.265, 0.155), m.plastic(colour), at=(0.42, 0, 0), square=6, upright=3),
    ]
    group(case, at=(0.08, -0.28, 0.075), turn=(0, 0, 20))


@shape("First-aid box", "red", side=26, above=15, fill=0.7)
def firstaid(colour: str) -> None:
    shell = m.plastic(colour if colour != "bone" else "white")
    box((1.06, 0.46, 0.36), shell, at=(0, 0, 0.19), fillet=0.06)
    box((1.06, 0.46, 0.3), shell, at=(0, 0, 0.53), fillet=0.06)
    box((1.066, 0.466, 0.035), m.plastic("coal"), at=(0, 0, 0.37), fillet=0.01)
    cross = m.matte("white" if colour != "bone" else "#2f7d5b")
    arm, end = 0.043, 0.13
    corner = [(arm, arm), (arm, end), (-arm, end), (-arm, arm)]
    outline = [(x * c - z * d, x * d + z * c) for c, d in ((1, 0), (0, 1), (-1, 0), (0, -1)) for x, z in corner[:-1]]
    slab(outline, 0.012, cross, at=(0, -0.226, 0.53), turn=(90, 0, 0), fillet=0.003)
    for x in (-0.32, 0.32):
        box((0.12, 0.03, 0.16), m.metal("steel", rough=0.35), at=(x, -0.24, 0.36), fillet=0.012)
    tube(
        [(-0.24, 0, 0.66), (-0.22, 0, 0.78), (-0.16, 0, 0.82), (0.16, 0, 0.82), (0.22, 0, 0.78), (0.24, 0, 0.66)],
        0.03,
        m.plastic("coal"),
    )
