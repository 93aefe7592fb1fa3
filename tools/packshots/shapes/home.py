"""Lamps, seats and things for the room."""

import math

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import (
    arc,
    ball,
    box,
    curve2,
    cylinder,
    group,
    lathe,
    lettering,
    soft,
    strap,
    surface,
    torus,
    tube,
    unframed,
)


@shape("Table lamp", "sand clay rose ink sky sage", side=15, above=9, fill=0.68)
def lamp(colour: str) -> None:
    brass = m.metal("brass")
    foot = curve2([(0.06, 0.08), (0.045, 0.14), (0.09, 0.26), (0.1, 0.36), (0.05, 0.5), (0.04, 0.62)])
    lathe([(0, 0), (0.26, 0), (0.27, 0.03, 0.015), (0.24, 0.05, 0.02), (0, 0.055)], m.wood("walnut", along="x"))
    lathe([(0, 0.05), (0.06, 0.05), *foot, (0, 0.62)], m.wood("walnut"), fillet=0)
    cylinder(0.025, 0.2, brass, at=(0, 0, 0.6))
    pleats = [(0.4, 0.66), (0.27, 1.14)]
    lathe(
        [*pleats, (0.262, 1.14), (0.392, 0.66)],
        m.fabric(colour),
        fillet=0,
        steps=480,
        flute=lambda a: 1 + 0.012 * math.cos(60 * a),
    )
    for radius, z in ((0.4, 0.66), (0.27, 1.14)):
        torus(radius, 0.009, m.fabric(colour), at=(0, 0, z))
    ball(0.1, m.glow("#ffe3b0", 5.0), at=(0, 0, 0.86))
    cylinder(0.02, 0.03, brass, at=(0, 0, 1.15))


@shape("Desk lamp", "ink sage clay", side=20, above=11, fill=0.72)
def desklamp(colour: str) -> None:
    paint, brass = m.painted(colour), m.metal("brass")
    lathe([(0, 0), (0.27, 0), (0.27, 0.03), (0.25, 0.05, 0.02), (0, 0.055)], paint, at=(0.2, 0, 0))
    tube([(0.2, 0, 0.05), (0.42, 0, 0.62)], 0.018, brass, smooth=False)
    tube([(0.42, 0, 0.62), (-0.22, 0, 1.08)], 0.018, brass, smooth=False)
    for x, z in ((0.2, 0.07), (0.42, 0.62), (-0.22, 1.08)):
        cylinder(0.042, 0.08, paint, at=(x, 0.04, z), turn=(90, 0, 0))
    shade = [(0.03, 0.12), (0.085, 0.1, 0.03), (0.1, 0.02), (0.24, -0.22), (0.23, -0.22), (0.08, 0.0), (0, 0.04)]
    parts = [
        lathe([(0, 0.12), *shade], paint, fillet=0.02),
        ball(0.08, m.glow("#ffe9c4", 6.0), at=(0, 0, -0.11)),
    ]
    group(parts, at=(-0.27, 0, 1.02), turn=(0, 28, 0))


@shape("Pendant lamp", "ink sky sand", side=10, above=3, fill=0.66)
def pendant(colour: str) -> None:
    outer = [(0.06, 0.5), (0.12, 0.46), (0.3, 0.36), (0.47, 0.15), (0.52, 0.0)]
    inner = [(0.505, 0.0), (0.455, 0.145), (0.29, 0.345), (0.1, 0.44), (0, 0.45)]
    lathe(curve2(outer), m.painted(colour), fillet=0)
    lathe([(0.52, 0.0), *curve2(inner)], m.matte("white"), fillet=0)
    lathe([(0, 0.49), (0.065, 0.49), (0.06, 0.6, 0.02), (0.02, 0.64), (0, 0.64)], m.metal("brass"))
    ball(0.1, m.glow("#ffe3b0", 6.0), at=(0, 0, 0.12))
    unframed(tube([(0, 0, 0.63), (0, 0, 2.4)], 0.012, m.fabric("coal"), smooth=False))
    unframed(box((0.01, 0.01, 0.01), m.matte("white"), at=(0, 0, -0.9)))


@shape("Candle in a jar, with its lid", "clay sage sand", side=20, above=17, fill=0.68)
def candle(colour: str) -> None:
    jar = [(0, 0), (0.3, 0, 0.05), (0.32, 0.1), (0.32, 0.6), (0.29, 0.6), (0.29, 0.5)]
    lathe(jar, m.lacquer(colour), fillet=0.014)
    lathe([(0.291, 0.5), (0.05, 0.494), (0, 0.49)], m.wax(), fillet=0)
    tube([(0, 0, 0.48), (0.005, 0, 0.53), (0.012, 0, 0.56)], 0.008, m.matte("coal"))
    strap([(x, y, 0.3) for x, y in arc(0.3225, 235, 305)], 0.22, 0.003, m.paper(), across=(0, 0, 1))
    lettering("FYR", 0.09, m.matte("coal"), radius=0.325, height=0.32, facing=6)
    lid = [lathe([(0, 0), (0.31, 0), (0.31, 0.045), (0, 0.045)], m.wood("oak", along="x"))]
    group(lid, at=(0.47, 0.06, 0.3), turn=(0, 76, 25))


@shape("Stool", "sand sage clay ink", side=18, above=15, fill=0.68)
def stool(colour: str) -> None:
    lathe([(0, 0.92), (0.38, 0.92, 0.03), (0.41, 0.96, 0.03), (0.39, 1.0, 0.04), (0, 0.985)], m.painted(colour))
    legs = m.wood("oak")
    for i in range(4):
        a = math.radians(45 + 90 * i)
        x, y = math.cos(a), math.sin(a)
        tube(
            [(x * 0.24, y * 0.24, 0.93), (x * 0.33, y * 0.33, 0.46), (x * 0.41, y * 0.41, 0)],
            [0.038, 0.034, 0.024],
            legs,
        )
    torus(0.355, 0.016, m.metal("#3a3d42", rough=0.35), at=(0, 0, 0.36))


@shape("Dining chair", "sand ink", side=32, above=13, fill=0.72)
def chair(colour: str) -> None:
    frame, seat = m.wood("oak"), m.fabric(colour)
    soft((0.62, 0.58, 0.09), seat, at=(0, 0, 0.62), square=5, upright=2.6)
    box((0.56, 0.52, 0.04), m.wood("oak", along="x"), at=(0, 0, 0.565), fillet=0.012)
    for x in (-0.25, 0.25):
        tube([(x, -0.22, 0.57), (x * 1.12, -0.27, 0)], [0.034, 0.022], frame, smooth=False)
        tube(
            [(x * 1.14, 0.33, 0), (x * 1.02, 0.25, 0.56), (x, 0.29, 0.9), (x, 0.36, 1.16)],
            [0.022, 0.034, 0.03, 0.022],
            frame,
        )
        tube([(x * 1.06, -0.25, 0.3), (x * 1.06, 0.28, 0.3)], 0.016, frame, smooth=False)
    back = [(-0.29, 0.31, 1.02), (-0.15, 0.355, 1.02), (0.15, 0.355, 1.02), (0.29, 0.31, 1.02)]
    strap(back, lambda u: 0.27 - 0.08 * abs(2 * u - 1) ** 3, 0.05, seat, across=(0, 0.22, 0.975))


@shape("Armchair", "clay sage", side=30, above=14, fill=0.72)
def armchair(colour: str) -> None:
    cloth = m.wool(colour)
    soft((0.98, 0.9, 0.26), cloth, at=(0, 0, 0.34), square=7, upright=5)
    soft((0.68, 0.76, 0.2), cloth, at=(0, -0.07, 0.54), square=6, upright=2.8)
    for x in (-0.46, 0.46):
        soft((0.2, 0.92, 0.52), cloth, at=(x, -0.01, 0.5), square=4.5, upright=4)
    soft((0.98, 0.22, 0.82), cloth, at=(0, 0.38, 0.68), turn=(-8, 0, 0), square=5, upright=4)
    soft((0.66, 0.2, 0.46), cloth, at=(0, 0.25, 0.82), turn=(-10, 0, 0), square=5, upright=2.8)
    for x in (-0.4, 0.4):
        for y in (-0.34, 0.34):
            tube([(x, y, 0.24), (x * 1.08, y * 1.08, 0)], [0.04, 0.022], m.wood("walnut"), smooth=False)


@shape("Side table", "clay sand", side=22, above=18, fill=0.7)
def table(colour: str) -> None:
    tray = [(0, 0.7), (0.5, 0.7, 0.05), (0.52, 0.78), (0.5, 0.78), (0.485, 0.72, 0.02), (0, 0.72)]
    lathe(tray, m.painted(colour), fillet=0.008)
    legs = m.wood("oak")
    for i in range(3):
        a = math.radians(250 + 120 * i)
        x, y = math.cos(a), math.sin(a)
        tube([(x * 0.16, y * 0.16, 0.71), (x * 0.38, y * 0.38, 0)], [0.038, 0.024], legs, smooth=False)
    lathe([(0, 0.68), (0.2, 0.68), (0.2, 0.7), (0, 0.7)], legs)
    box((0.26, 0.34, 0.04), m.paper("bone"), at=(-0.17, 0.06, 0.742), turn=(0, 0, 24), fillet=0.006)
    box((0.27, 0.35, 0.008), m.fabric("sky"), at=(-0.17, 0.06, 0.765), turn=(0, 0, 24), fillet=0.003)
    cup = [(0, 0.722), (0.075, 0.722), (0.085, 0.74), (0.09, 0.85), (0.078, 0.85), (0.074, 0.75), (0, 0.74)]
    lathe(cup, m.lacquer("bone"), at=(0.2, -0.08, 0))


@shape("Bookshelf", "sand ink", side=28, above=10, fill=0.74)
def bookshelf(colour: str) -> None:
    board, frame = m.wood("oak", along="x"), m.painted(colour)
    for x in (-0.46, 0.46):
        for y in (-0.14, 0.14):
            box((0.03, 0.03, 1.3), frame, at=(x, y, 0.65), fillet=0.005)
        for z in (0.14, 0.68, 1.285):
            box((0.024, 0.28, 0.024), frame, at=(x, 0, z), fillet=0.004)
    levels = (0.15, 0.52, 0.9, 1.27)
    for z in levels:
        box((0.95, 0.31, 0.034), board, at=(0, 0, z), fillet=0.006)
    books = ("ink", "clay", "bone", "sage", "rose", "sand", "sky", "coal")
    for level, first, count in ((0, -0.4, 7), (1, -0.02, 6), (2, -0.4, 5)):
        x = first
        for i in range(count):
            wide, tall = 0.035 + 0.017 * ((i * 7 + level) % 3), 0.2 + 0.03 * ((i * 5 + level * 2) % 4)
            box(
                (wide, 0.2, tall),
                m.fabric(books[(i * 3 + level) % 8]),
                at=(x + wide / 2, -0.02, levels[level] + 0.017 + tall / 2),
                fillet=0.005,
            )
            x += wide + 0.003
    pot = curve2([(0.05, 0), (0.1, 0.06), (0.09, 0.15), (0.05, 0.19), (0.055, 0.22)])
    lathe([(0, 0), *pot], m.stoneware("clay"), fillet=0, at=(-0.28, 0, 0.537))
    lathe(
        [(0, 0), (0.09, 0), (0.12, 0.12), (0.105, 0.12), (0.1, 0.1), (0, 0.1)], m.stoneware("bone"), at=(0.26, 0, 0.917)
    )
    lathe(curve2([(0, 0), (0.05, 0.01), (0.06, 0.08), (0.03, 0.13)]), m.stoneware("sky"), fillet=0, at=(0.24, 0, 0.167))


@shape("Clock", "ink sky rose", side=22, above=10, fill=0.66)
def clock(colour: str) -> None:
    dark = m.matte("coal")
    parts = [
        lathe(
            [(0, 0), (0.5, 0, 0.05), (0.52, 0.08), (0.5, 0.17, 0.03), (0.465, 0.17), (0.455, 0.13)], m.painted(colour)
        ),
        cylinder(0.46, 0.01, m.paper("white"), at=(0, 0, 0.125)),
        cylinder(0.03, 0.03, m.metal("brass"), at=(0, 0, 0.135)),
    ]
    for i in range(60):
        a, major = math.radians(6 * i), i % 5 == 0
        long, wide, far = (0.07, 0.02, 0.39) if major else (0.022, 0.006, 0.414)
        parts.append(
            box(
                (wide, long, 0.004),
                dark,
                at=(math.sin(a) * far, math.cos(a) * far, 0.136),
                turn=(0, 0, -6 * i),
                fillet=0,
            )
        )
    for angle, long, wide, material in (
        (-60, 0.24, 0.028, dark),
        (60, 0.36, 0.02, dark),
        (192, 0.37, 0.008, m.plastic("red")),
    ):
        a = math.radians(angle)
        middle = (math.sin(a) * (long / 2 - 0.03), math.cos(a) * (long / 2 - 0.03), 0.148)
        parts.append(box((wide, long + 0.06, 0.005), material, at=middle, turn=(0, 0, -angle), fillet=0.001))
    group(parts, at=(0, 0.08, 0.56), turn=(86, 0, 0))
    for x in (-0.26, 0.26):
        tube([(x * 0.9, 0.0, 0.14), (x * 1.3, -0.03, 0.0)], [0.03, 0.02], m.wood("oak"), smooth=False)
    tube([(0, 0.1, 0.16), (0, 0.26, 0.0)], [0.03, 0.02], m.wood("oak"), smooth=False)


@shape("Vase with a branch", "clay sage rose", side=15, above=11, fill=0.74)
def vase(colour: str) -> None:
    body = [(0.18, 0.0), (0.3, 0.1), (0.38, 0.3), (0.34, 0.5), (0.19, 0.64), (0.105, 0.74), (0.1, 0.82), (0.14, 0.88)]
    lathe(
        [(0, 0), *curve2(body), (0.12, 0.875), (0.085, 0.82), (0, 0.7)],
        m.stoneware(colour),
        fillet=0.004,
        flute=lambda a: 1 + 0.006 * math.cos(28 * a),
    )
    stems = (
        ((0, 0, 0.7), (0.02, 0, 1.0), (0.1, 0.02, 1.32), (0.24, 0, 1.6)),
        ((0, 0, 0.7), (-0.04, 0.02, 1.0), (-0.14, 0, 1.3), (-0.26, 0, 1.44)),
    )

    def leaf(u: float, v: float):
        wide = 0.065 * math.sin(math.pi * u) ** 0.8
        return (2 * v - 1) * wide, u * 0.22, 0.03 * math.sin(math.pi * u) + 0.03 * (2 * v - 1) ** 2

    for branch, stem in enumerate(stems):
        tube(stem, [0.012, 0.008, 0.005], m.wood("dark"))
        for i in range(7):
            share = 0.3 + 0.7 * i / 6
            at = share * 3
            low = min(int(at), 2)
            place = tuple(stem[low][k] + (stem[low + 1][k] - stem[low][k]) * (at - low) for k in range(3))
            way = -1 if (i + branch) % 2 else 1
            tip = i == 6
            surface(
                leaf,
                m.plastic("leaf", rough=0.55),
                cells=(12, 6),
                thick=0.003,
                at=place,
                turn=(52 if not tip else 80, 0, (way * -62 if not tip else -30 + 60 * branch) + 25 * (i % 3 - 1)),
            )


@shape("Cushion", "rose sage sky sand", side=18, above=12, fill=0.66)
def cushion(colour: str) -> None:
    def pillow(x: float, y: float, z: float):
        rim = max(abs(x), abs(z))
        corner = (abs(x) * abs(z)) ** 2
        thick = (1 - min(1.0, abs(x)) ** 4) ** 0.5 * (1 - min(1.0, abs(z)) ** 4) ** 0.5
        waist = 1 - 0.07 * (1 - corner) * rim**3
        crease = 0.035 * math.sin(9 * x + 2) * math.sin(7 * z) * thick
        return x * waist, (1 if y > 0 else -1) * (thick * abs(y) ** 0.2 + 0.03) + crease, z * waist

    body = soft((1.0, 0.34, 1.0), m.fabric(colour, scale=90), square=30, upright=30, bend=pillow, cuts=40)
    rim = []
    for x, z in (
        (-1, -1),
        (-0.5, -1),
        (0, -1),
        (0.5, -1),
        (1, -1),
        (1, -0.5),
        (1, 0),
        (1, 0.5),
        (1, 1),
        (0.5, 1),
        (0, 1),
        (-0.5, 1),
        (-1, 1),
        (-1, 0.5),
        (-1, 0),
        (-1, -0.5),
    ):
        waist = 1 - 0.07 * (1 - (abs(x) * abs(z)) ** 2)
        rim.append((x * 0.49 * waist, 0, z * 0.49 * waist))
    piping = tube(rim, 0.012, m.fabric(colour), closed=True)
    group([body, piping], at=(0, 0, 0.5), turn=(-10, 0, 0))
