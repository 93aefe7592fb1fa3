"""Sound, screens and small devices."""

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
    plate,
    slab,
    soft,
    strap,
    torus,
    tube,
    word,
)


@shape("Over-ear headphones", "ink sand sage sky rose clay", side=34, above=13, fill=0.68)
def phones(colour: str) -> None:
    shell, pad, steel = m.plastic(colour), m.leather("coal"), m.metal("steel")
    strap([(x, 0, z + 0.62) for x, z in arc(0.5, 2, 178, steps=20)], 0.1, 0.045, shell)
    strap([(x, 0, z + 0.62) for x, z in arc(0.465, 32, 148, steps=14)], 0.105, 0.035, pad)
    for way in (1, -1):
        box((0.018, 0.045, 0.26), steel, at=(way * 0.5, 0, 0.55), fillet=0.008)
        cup = [(0, 0), (0.19, 0, 0.05), (0.235, 0.06, 0.04), (0.235, 0.12, 0.02), (0, 0.12)]
        turn = (0, -90 * way, 0)
        lathe(cup, shell, at=(way * 0.59, 0, 0.3), turn=turn, fillet=0.03)
        lathe(
            [(0.1, 0.1), (0.22, 0.1), (0.24, 0.16, 0.05), (0.2, 0.22, 0.05), (0.12, 0.2), (0.11, 0.14)],
            pad,
            at=(way * 0.59, 0, 0.3),
            turn=turn,
        )
        cylinder(0.13, 0.012, m.metal("steel", rough=0.35), at=(way * 0.596, 0, 0.3), turn=turn, fillet=0.005)
        cylinder(0.12, 0.02, m.fabric("black"), at=(way * 0.47, 0, 0.3), turn=turn)


@shape("Earbuds in their case", "ink rose sky sand", side=22, above=20, fill=0.66)
def earbuds(colour: str) -> None:
    shell, inside = m.lacquer(colour), m.plastic("coal")
    soft((0.86, 0.4, 0.44), shell, at=(0, 0.18, 0.22), square=3.6, upright=3.2)
    soft((0.866, 0.406, 0.02), inside, at=(0, 0.18, 0.3), square=3.6, upright=6)
    ball(0.012, m.glow("#dff5e4", 2.0), at=(0, -0.018, 0.2))
    box((0.13, 0.03, 0.03), inside, at=(0, -0.015, 0.3), fillet=0.012)
    for x, turn in ((-0.22, 25), (0.16, -30)):
        parts = [
            soft((0.15, 0.14, 0.13), shell, at=(0, 0, 0.07), square=2.3),
            tube([(0, 0, 0.08), (0.03, 0.1, 0.07), (0.06, 0.26, 0.045)], [0.045, 0.04, 0.036], shell),
            lathe(
                [(0, 0), (0.042, 0, 0.02), (0.06, 0.05, 0.02), (0, 0.05)],
                m.rubber("grey"),
                at=(-0.04, -0.05, 0.09),
                turn=(60, 0, -40),
            ),
        ]
        group(parts, at=(x, -0.28, 0), turn=(0, 0, turn))


@shape("Bookshelf speaker", "clay ink sand sage sky", side=26, above=12, fill=0.68)
def speaker(colour: str) -> None:
    box((0.72, 0.56, 1.12), m.painted(colour), at=(0, 0, 0.58), fillet=0.035)
    box((0.66, 0.02, 1.06), m.matte("coal"), at=(0, -0.282, 0.58), fillet=0.008)
    cone, steel = m.rubber("black"), m.metal("steel", rough=0.3)
    for z, radius in ((0.4, 0.245), (0.86, 0.135)):
        torus(radius + 0.012, 0.016, steel, at=(0, -0.294, z), turn=(90, 0, 0))
        lines = [(0, 0.012), (radius * 0.3, 0.008), (radius * 0.34, -0.03), (radius * 0.8, 0.02), (radius * 0.9, 0.034)]
        lathe(
            curve2([*lines, (radius, 0.02), (radius + 0.01, 0.0)]), cone, fillet=0, at=(0, -0.292, z), turn=(90, 0, 0)
        )
        ball(radius * 0.32, m.plastic("coal", rough=0.3), at=(0, -0.285, z), scale=(1, 0.45, 1))
    for x in (-0.24, 0.24):
        for y in (-0.18, 0.18):
            cylinder(0.05, 0.03, m.rubber(), at=(x, y, 0))
    box((0.09, 0.004, 0.012), steel, at=(0, -0.295, 0.12), fillet=0.001)


@shape("Portable speaker", "sage ink", side=24, above=14)
def portable(colour: str) -> None:
    soft((0.98, 0.4, 0.5), m.fabric(colour, scale=90), at=(0, 0, 0.27), square=6, upright=4)
    soft((0.7, 0.24, 0.06), m.rubber("coal"), at=(0, 0, 0.022), square=6, upright=4)
    soft((0.7, 0.26, 0.03), m.rubber("coal"), at=(0, 0, 0.516), square=6, upright=3)
    for i, x in enumerate((-0.22, 0, 0.22)):
        cylinder(0.035 if i != 1 else 0.045, 0.012, m.rubber("grey"), at=(x, 0, 0.527))
    tube([(0.47, -0.02, 0.36), (0.57, -0.05, 0.33), (0.58, -0.06, 0.2), (0.5, -0.05, 0.1)], 0.018, m.fabric("coal"))
    box((0.12, 0.012, 0.035), m.metal("steel"), at=(-0.3, -0.2, 0.14), fillet=0.005)


@shape("Table radio", "clay sage", side=22, above=13, fill=0.7)
def radio(colour: str) -> None:
    box((1.16, 0.42, 0.66), m.wood("oak", along="x", scale=7), at=(0, 0, 0.36), fillet=0.07)
    box((1.06, 0.03, 0.56), m.painted(colour), at=(0, -0.2, 0.36), fillet=0.012)
    dark = m.matte("black")
    for row in range(7):
        for column in range(9):
            x, z = -0.44 + column * 0.052, 0.2 + row * 0.052
            if math.hypot(x + 0.232, z - 0.356) < 0.225:
                cylinder(0.015, 0.004, dark, at=(x, -0.214, z), turn=(90, 0, 0), fillet=0.001)
    box((0.36, 0.01, 0.15), m.plastic("bone"), at=(0.27, -0.214, 0.49), fillet=0.004)
    for i in range(9):
        box((0.005, 0.004, 0.05 if i % 2 else 0.03), dark, at=(0.13 + i * 0.035, -0.22, 0.5), fillet=0)
    box((0.008, 0.006, 0.12), m.plastic("red"), at=(0.31, -0.221, 0.49), fillet=0.001)
    for x in (0.16, 0.38):
        knob = [(0, 0), (0.08, 0), (0.075, 0.05, 0.012), (0, 0.05)]
        lathe(knob, m.metal("brass", rough=0.3), at=(x, -0.212, 0.25), turn=(90, 0, 0))
        box((0.01, 0.006, 0.05), dark, at=(x, -0.263, 0.275), fillet=0.001)
    tube(
        [(-0.4, 0, 0.68), (-0.4, 0, 0.8), (-0.34, 0, 0.83), (0.34, 0, 0.83), (0.4, 0, 0.8), (0.4, 0, 0.68)],
        0.024,
        m.leather("tan"),
        smooth=False,
    )
    for x in (-0.45, 0.45):
        box((0.1, 0.3, 0.04), m.rubber(), at=(x, 0, 0.02))


@shape("Wristwatch", "ink sage", side=30, above=15, fill=0.7)
def watch(colour: str) -> None:
    steel, face = m.metal("steel", rough=0.18), m.plastic("bone", rough=0.5)
    loop = [(0, -0.4, 0.5), (0, -0.4, 0.75), (0, -0.2, 0.96), (0, 0.1, 0.96), (0, 0.34, 0.76), (0, 0.38, 0.5)]
    loop += [(0, 0.34, 0.24), (0, 0.1, 0.04), (0, -0.2, 0.04), (0, -0.4, 0.25)]
    strap(loop, 0.27, 0.045, m.leather(colour), across=(1, 0, 0), closed=True)
    parts = [
        lathe([(0, 0), (0.3, 0, 0.03), (0.32, 0.05, 0.02), (0.3, 0.1, 0.02), (0.275, 0.1), (0.27, 0.075)], steel),
        cylinder(0.272, 0.008, face, at=(0, 0, 0.075)),
        cylinder(0.035, 0.05, steel, at=(0.32, 0, 0.05), turn=(0, 90, 0)),
        cylinder(0.014, 0.014, steel, at=(0, 0, 0.083)),
    ]
    for i in range(12):
        a = math.radians(30 * i)
        long = 0.055 if i % 3 == 0 else 0.032
        parts.append(
            box(
                (0.012, long, 0.004),
                m.plastic("coal"),
                at=(math.sin(a) * 0.225, math.cos(a) * 0.225, 0.085),
                turn=(0, 0, -30 * i),
                fillet=0,
            )
        )
    for angle, long, wide in ((-58, 0.14, 0.02), (58, 0.2, 0.014)):
        a = math.radians(angle)
        parts.append(
            box(
                (wide, long, 0.005),
                m.plastic("coal"),
                at=(math.sin(a) * long / 2, math.cos(a) * long / 2, 0.092),
                turn=(0, 0, -angle),
                fillet=0,
            )
        )
    for y in (-0.31, 0.31):
        parts.append(box((0.28, 0.08, 0.05), steel, at=(0, y, 0.03), fillet=0.015))
    group(parts, at=(0, -0.41, 0.5), turn=(90, 0, 0))
    box((0.3, 0.02, 0.09), steel, at=(0, 0.395, 0.42), fillet=0.008)


@shape("Phone, front and back", "ink sky", side=24, above=12, fill=0.7)
def phone(colour: str) -> None:
    body, rim = m.plastic(colour, rough=0.3), m.metal("steel", rough=0.3)
    outline = plate(0.5, 1.04, 0.075)
    back = [
        slab(outline, 0.05, body, fillet=0.016),
        slab(plate(0.2, 0.3, 0.06), 0.02, m.plastic(colour, rough=0.2), at=(-0.12, 0.33, 0.05), fillet=0.008),
    ]
    for y in (0.395, 0.265):
        back.append(
            lathe(
                [(0, 0), (0.055, 0), (0.055, 0.022), (0.042, 0.022), (0.04, 0.014), (0, 0.014)],
                rim,
                at=(-0.12, y, 0.068),
                fillet=0.004,
            )
        )
        back.append(cylinder(0.04, 0.006, m.lacquer("black"), at=(-0.12, y, 0.078)))
    back.append(cylinder(0.015, 0.006, m.plastic("bone"), at=(-0.055, 0.33, 0.068)))
    group(back, at=(-0.17, 0.02, 0.53), turn=(84, 0, 0))
    front = [
        slab(outline, 0.05, rim, fillet=0.016),
        slab(plate(0.47, 1.01, 0.062), 0.006, m.lacquer("black"), at=(0, 0, 0.047), fillet=0.002),
        slab(plate(0.44, 0.98, 0.05), 0.004, m.screen(), at=(0, 0, 0.051), fillet=0.001),
        slab(plate(0.1, 0.028, 0.0139), 0.004, m.lacquer("black"), at=(0, 0.44, 0.053), fillet=0.001),
    ]
    group(front, at=(0.2, -0.15, 0.535), turn=(84, 0, -8))


@shape("Laptop", "ink sand", side=24, above=17, fill=0.72)
def laptop(colour: str) -> None:
    shell, key = m.metal("#8d939b" if colour == "ink" else colour, rough=0.42), m.plastic("coal")
    slab(plate(1.24, 0.84, 0.06), 0.036, shell, fillet=0.012)
    slab(plate(1.08, 0.38, 0.02), 0.002, m.matte("black"), at=(0, 0.14, 0.0355), fillet=0)
    for row in range(5):
        for column in range(14):
            box((0.062, 0.058, 0.012), key, at=(-0.4875 + column * 0.075, 0.29 - row * 0.074, 0.041), fillet=0.006)
    slab(plate(0.4, 0.26, 0.02), 0.003, m.metal("#7d838b", rough=0.5), at=(0, -0.25, 0.0345), fillet=0.001)
    lid = [
        slab(plate(1.24, 0.82, 0.06), 0.022, shell, fillet=0.008),
        slab(plate(1.22, 0.8, 0.05), 0.004, m.lacquer("black"), at=(0, 0, 0.021), fillet=0.001),
        slab(plate(1.17, 0.74, 0.012), 0.003, m.screen(), at=(0, 0.005, 0.024), fillet=0.001),
    ]
    lift, lean = 0.41, math.radians(72)
    group(lid, at=(0, 0.42 + lift * math.cos(lean), 0.028 + lift * math.sin(lean)), turn=(72, 0, 0))
    tube([(-0.5, 0.42, 0.034), (0.5, 0.42, 0.034)], 0.02, m.plastic("coal"), smooth=False)


@shape("Monitor on a foot", "ink", side=22, above=10, fill=0.72)
def monitor(colour: str) -> None:
    shell = m.painted("coal" if colour == "ink" else colour)
    slab(plate(0.46, 0.3, 0.03), 0.02, shell, at=(0, 0.06, 0), fillet=0.007)
    box((0.12, 0.045, 0.5), shell, at=(0, 0.12, 0.25), fillet=0.015)
    front = [
        slab(plate(1.3, 0.76, 0.025), 0.045, shell, fillet=0.012),
        slab(plate(1.27, 0.73, 0.015), 0.004, m.lacquer("black"), at=(0, 0, 0.043), fillet=0.001),
        slab(plate(1.24, 0.69, 0.006), 0.003, m.screen(), at=(0, 0.01, 0.046), fillet=0.001),
    ]
    group(front, at=(0, 0.07, 0.62), turn=(86, 0, 0))


@shape("Keyboard", "bone ink", side=22, above=32, fill=0.74)
def keyboard(colour: str) -> None:
    slab(plate(1.3, 0.5, 0.04), 0.06, m.painted(colour), fillet=0.015)
    caps = {"ink": ("coal", "grey"), "bone": ("white", "clay"), "sage": ("bone", "sage")}
    plain, marked = (m.plastic(name, rough=0.5) for name in caps.get(colour, ("white", colour)))

    def key(x: float, y: float, wide: float, material) -> None:
        soft(
            (wide, 0.082, 0.05),
            material,
            at=(x, y, 0.075),
            square=7,
            upright=6,
            cuts=8,
            bend=lambda px, py, pz: (px * (1 - 0.1 * (pz + 1) * 0.088 / wide), py * (0.95 - 0.06 * pz), pz),
        )

    for row, y in enumerate((0.18, 0.088, -0.004, -0.096)):
        for column in range(13):
            special = (row, column) in {(0, 0), (2, 0)}
            key(-0.56 + column * 0.093, y, 0.084, marked if special else plain)
    x = -0.56
    for wide, material in (
        (0.084, plain),
        (0.084, plain),
        (0.084, plain),
        (0.54, plain),
        (0.084, plain),
        (0.177, marked),
    ):
        key(x - 0.042 + wide / 2, -0.188, wide, material)
        x += wide + 0.0095


@shape("Computer mouse", "bone ink", side=38, above=26, fill=0.62)
def mouse(colour: str) -> None:
    def hump(x: float, y: float, z: float):
        back = math.cos((y - 0.25) * 1.1)
        z = max(z, -0.62)
        return x * (1 - 0.12 * math.cos(y * 2.2)), y, (z + 1) * (0.62 + 0.38 * back) - 1

    soft((0.6, 1.0, 0.38), m.plastic(colour, rough=0.42), at=(0, 0, 0.135), square=2.7, upright=2.6, bend=hump, cuts=40)
    soft((0.46, 0.84, 0.04), m.rubber(), at=(0, 0, 0.012), square=2.7, upright=4)
    dark = m.rubber("coal")

    lathe(
        [(0, -0.025), (0.07, -0.025, 0.012), (0.07, 0.025, 0.012), (0, 0.025)],
        dark,
        at=(0, -0.28, 0.22),
        turn=(0, 90, 0),
    )


@shape("Camera", "ink clay", side=24, above=12, fill=0.7)
def camera(colour: str) -> None:
    skin, top, black = m.leather(colour), m.metal("steel", rough=0.32), m.plastic("black")
    box((1.1, 0.38, 0.44), skin, at=(0, 0, 0.3), fillet=0.09)
    box((1.1, 0.38, 0.16), top, at=(0, 0, 0.58), fillet=0.05)
    box((1.1, 0.38, 0.08), top, at=(0, 0, 0.05), fillet=0.03)
    box((0.36, 0.34, 0.16), top, at=(-0.02, 0, 0.68), fillet=0.05)
    slab(plate(0.2, 0.1, 0.015), 0.01, m.lacquer("black"), at=(-0.02, -0.165, 0.69), turn=(90, 0, 0), fillet=0.003)
    for start, radius, long, material in ((0, 0.29, 0.08, top), (0.08, 0.265, 0.14, black), (0.22, 0.245, 0.12, black)):
        ridges = None if long < 0.1 else (lambda a: 1 + 0.012 * (math.cos(60 * a) > 0))
        lathe(
            [(0, 0), (radius, 0), (radius, long), (0, long)],
            material,
            at=(-0.02, -0.18 - start, 0.36),
            turn=(90, 0, 0),
            fillet=0.01,
            flute=ridges,
            steps=240,
        )
    torus(0.235, 0.014, top, at=(-0.02, -0.52, 0.36), turn=(90, 0, 0))
    lathe(
        curve2([(0.22, -0.01), (0.19, -0.05), (0.14, -0.06)]),
        m.plastic("coal"),
        fillet=0,
        at=(-0.02, -0.525, 0.36),
        turn=(90, 0, 0),
    )
    ball(0.18, m.lacquer("#1d2a38"), at=(-0.02, -0.48, 0.36), scale=(1, 0.35, 1))
    for x, radius, tall in ((-0.42, 0.085, 0.06), (0.28, 0.095, 0.05), (0.45, 0.06, 0.07)):
        lathe(
            [(0, 0), (radius, 0), (radius, tall), (0, tall)],
            top,
            at=(x, 0, 0.655),
            flute=lambda a: 1 + 0.01 * math.cos(40 * a),
        )
    cylinder(0.025, 0.02, m.plastic("clay"), at=(0.45, 0, 0.72))


@shape("Power bank with its cable", "sage ink", side=30, above=20, fill=0.66)
def powerbank(colour: str) -> None:
    body = [
        slab(plate(0.56, 1.0, 0.1), 0.17, m.painted(colour), at=(0, 0, -0.085), fillet=0.05),
        word("20 000", 0.075, m.matte("white"), at=(0, -0.36, 0.086), turn=(0, 0, 0)),
    ]
    for i in range(4):
        body.append(ball(0.012, m.glow("#dff5e4", 1.5), at=(-0.06 + i * 0.04, 0.36, 0.085)))
    body.append(box((0.1, 0.02, 0.04), m.matte("black"), at=(0.1, 0.497, 0), fillet=0.008))
    group(body, at=(0, 0.05, 0.5), turn=(90, 0, 0))
    cable = [(0.1, 0.05, 1.06), (0.1, 0.06, 1.16), (0.26, 0.02, 1.2), (0.42, -0.04, 0.9), (0.46, -0.1, 0.4)]
    cable += [(0.5, -0.2, 0.07), (0.56, -0.34, 0.022), (0.36, -0.5, 0.022), (0.14, -0.42, 0.022)]
    tube(cable, 0.02, m.fabric("bone"))
    box((0.09, 0.035, 0.12), m.plastic("bone"), at=(0.1, 0.05, 1.05), fillet=0.012)
    box((0.13, 0.08, 0.035), m.plastic("bone"), at=(0.1, -0.4, 0.022), turn=(0, 0, 20), fillet=0.012)
    box((0.06, 0.06, 0.018), m.metal("steel"), at=(0.02, -0.43, 0.022), turn=(0, 0, 20), fillet=0.006)
