"""What is worn and carried."""

import math
from collections.abc import Callable

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import (
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
    surface,
    torus,
    tube,
)


@shape("Sunglasses", "clay ink rose", side=30, above=18, fill=0.72)
def sunglasses(colour: str) -> None:
    frame, lens = m.lacquer(colour), m.glass("#4a5058", rough=0.05, ior=1.2)
    for way in (-1, 1):
        rim = [(way * (0.29 + x), -0.01 - 0.06 * abs(x + 0.29) ** 2, 0.25 + z) for x, z in _lens(0.23, 0.185)]
        tube(rim, 0.026, frame, closed=True)
        slab(
            [(way * x, z) for x, z in _lens(0.225, 0.18)],
            0.012,
            lens,
            at=(way * 0.29, -0.01, 0.25),
            turn=(90, 0, way * 4),
            fillet=0.003,
        )
        arm = [
            (way * 0.51, 0.0, 0.34),
            (way * 0.545, 0.06, 0.345),
            (way * 0.55, 0.4, 0.33),
            (way * 0.53, 0.72, 0.28),
            (way * 0.5, 0.92, 0.06),
        ]
        strap(arm, lambda u: 0.06 - 0.02 * u, 0.026, frame, across=(0, 0, 1))
        box((0.045, 0.012, 0.014), m.metal("brass"), at=(way * 0.5, -0.045, 0.345), fillet=0.004)
    tube([(-0.075, -0.02, 0.29), (0, -0.035, 0.315), (0.075, -0.02, 0.29)], 0.024, frame)


def _lens(wide: float, tall: float) -> list[tuple[float, float]]:
    points = []
    for i in range(20):
        a = math.tau * i / 20
        x, z = math.cos(a), math.sin(a)
        power = (abs(x) ** 2.8 + abs(z) ** 2.8) ** (-1 / 2.8)
        points.append((x * power * wide, z * power * tall + 0.02 * x))
    return points


@shape("Tote bag", "sand ink sage rose", side=24, above=11, fill=0.74)
def tote(colour: str) -> None:
    cloth = m.fabric(colour, scale=90)

    def side(x: float, y: float, z: float):
        open_ = 0.5 + 0.5 * z
        fold = 0.09 * math.sin(6 * x + 1.5 * z) * open_ * (0.3 + abs(y))
        sag = 1 - 0.16 * (1 - abs(x) ** 4) * 0
        return x * (1 + 0.04 * open_), y * sag * (0.9 - 0.28 * open_) + fold, z

    soft((0.86, 0.34, 0.84), cloth, at=(0, 0, 0.42), square=7, upright=22, bend=side, cuts=36)
    for y in (-0.125, 0.125):
        for x in (-0.2, 0.2):
            strap([(x, y * 1.28, 0.62), (x, y * 1.12, 0.84)], 0.07, 0.014, m.leather("tan"), across=(1, 0, 0))
        loop = [
            (-0.2, y, 0.8),
            (-0.19, y * 0.9, 0.98),
            (-0.11, y * 0.75, 1.17),
            (0, y * 0.7, 1.23),
            (0.11, y * 0.75, 1.17),
            (0.19, y * 0.9, 0.98),
            (0.2, y, 0.8),
        ]
        tube(loop, 0.02, m.leather("tan"))
    box((0.17, 0.012, 0.1), m.leather("tan"), at=(0.2, -0.17, 0.2), turn=(3, 0, 2), fillet=0.005)


@shape("Backpack", "clay ink sky", side=28, above=12, fill=0.72)
def backpack(colour: str) -> None:
    cloth, tan, brass = m.fabric(colour, scale=90), m.leather("tan"), m.metal("brass")

    def lean(x: float, y: float, z: float):
        return x * (1 - 0.1 * z), y * (1 - 0.16 * z) + 0.02 * math.sin(5 * x) * math.sin(4 * z), z

    soft((0.74, 0.42, 1.04), cloth, at=(0, 0, 0.52), square=4.6, upright=5, bend=lean)
    soft((0.68, 0.44, 0.36), cloth, at=(0, -0.02, 0.9), square=4.6, upright=3.2, bend=lean)
    soft((0.56, 0.18, 0.42), cloth, at=(0, -0.225, 0.3), square=5, upright=4.4)
    strap(
        [(-0.25, -0.318, 0.43), (0, -0.324, 0.44), (0.25, -0.318, 0.43)],
        0.022,
        0.008,
        m.metal("#3a3d42"),
        across=(0, 0, 1),
    )
    for way in (-1, 1):
        soft((0.14, 0.28, 0.36), cloth, at=(way * 0.4, 0, 0.26), square=4, upright=4)
        x = way * 0.16
        strap(
            [(x, -0.2, 0.98), (x, -0.258, 0.84), (x, -0.262, 0.66), (x, -0.25, 0.56)],
            0.06,
            0.016,
            tan,
            across=(1, 0, 0),
        )
        box((0.09, 0.022, 0.07), brass, at=(x, -0.262, 0.64), fillet=0.008)
        band = [(x, 0.2, 0.96), (x * 1.5, 0.36, 0.8), (x * 1.7, 0.38, 0.45), (x * 1.6, 0.22, 0.12)]
        strap(band, 0.1, 0.035, cloth, across=(1, 0, 0))
    handle = [(-0.1, 0.02, 1.04), (-0.09, 0.02, 1.13), (0, 0.02, 1.165), (0.09, 0.02, 1.13), (0.1, 0.02, 1.04)]
    tube(handle, 0.024, tan)


@shape("Cap", "ink sand sky", side=36, above=16, fill=0.68)
def cap(colour: str) -> None:
    cloth = m.fabric(colour, scale=190)
    dome = [(0.44, 0.0), (0.455, 0.12), (0.42, 0.27), (0.3, 0.4), (0.14, 0.455), (0, 0.465)]
    lathe(curve2(dome), cloth, fillet=0, flute=lambda a: 1 - 0.012 * abs(math.cos(3 * a)) ** 30)
    ball(0.028, cloth, at=(0, 0, 0.468), scale=(1, 1, 0.6))

    def brim(u: float, v: float):
        a = math.radians(200 + 140 * u)
        inner, reach = 0.445, 0.4 * math.sin(math.pi * u) ** 0.6
        far = inner + reach * v
        x, y = far * math.cos(a), far * math.sin(a)
        return x, y, 0.035 - 0.35 * x * x * v * 0.6 - 0.03 * v

    surface(brim, cloth, thick=0.022, cells=(60, 16))
    for i in range(6):
        a = math.radians(30 + 60 * i)
        seam = [(math.cos(a) * r * 1.002, math.sin(a) * r * 1.002, z) for r, z in curve2(dome)[::6]]
        tube(seam, 0.005, cloth)
        a += math.radians(30)
        torus(0.018, 0.006, cloth, at=(math.cos(a) * 0.36, math.sin(a) * 0.36, 0.345), turn=(0, 50, math.degrees(a)))


@shape("Leather belt", "tan ink", side=26, above=26, fill=0.7)
def belt(colour: str) -> None:
    hide, steel = m.leather(colour), m.metal("brass" if colour == "tan" else "steel")
    coil = []
    for i in range(74):
        a = math.radians(-90 - i * 15)
        far = 0.44 - i * 0.0031
        coil.append((far * math.cos(a), far * math.sin(a), 0.1))
    strap(coil, 0.19, 0.026, hide, across=(0, 0, 1))
    lead = [(-0.02, -0.44, 0.1), (0.14, -0.47, 0.1), (0.4, -0.5, 0.1), (0.66, -0.53, 0.1)]
    strap(lead, lambda u: 0.19, 0.026, hide, across=(0, 0, 1))
    buckle = [
        slab(plate(0.28, 0.3, 0.06), 0.03, steel, fillet=0.012),
        slab(plate(0.17, 0.21, 0.03), 0.04, m.leather(colour), at=(0.0, 0, -0.004)),
    ]
    buckle.append(tube([(-0.13, 0, 0.03), (0.0, 0, 0.055), (0.14, 0, 0.035)], 0.014, steel))
    group(buckle, at=(0.14, -0.49, 0.15), turn=(90, 0, 6))


@shape("Ring in its box", "sage", side=26, above=22, fill=0.66)
def ring(colour: str) -> None:
    case, lining = m.leather(colour), m.wool("bone")
    box((0.9, 0.8, 0.4), case, at=(0, 0, 0.2), fillet=0.04)
    box((0.8, 0.7, 0.03), lining, at=(0, 0, 0.4), fillet=0.012)
    for y in (-0.16, 0.13):
        soft((0.78, 0.3, 0.14), lining, at=(0, y, 0.41), square=6, upright=3)
    lid = [
        box((0.9, 0.22, 0.8), case, at=(0, 0.11, 0.4), fillet=0.04),
        box((0.8, 0.02, 0.7), lining, at=(0, -0.002, 0.4), fillet=0.008),
    ]
    group(lid, at=(0, 0.4, 0.4), turn=(-14, 0, 0))
    gold = m.metal("brass", rough=0.12)
    torus(0.2, 0.024, gold, at=(0, -0.015, 0.62), turn=(90, 0, 0))
    stone = [(0, 0), (0.085, 0.07), (0.085, 0.085), (0.055, 0.115), (0, 0.115)]
    lathe(stone, m.glass("#e8f2ff", ior=1.6), fillet=0, steps=8, at=(0, -0.015, 0.82))
    for i in range(4):
        a = math.radians(45 + 90 * i)
        tube([(0, -0.015, 0.83), (math.cos(a) * 0.082, math.sin(a) * 0.082 - 0.015, 0.91)], 0.009, gold, smooth=False)


@shape("Umbrella", "sky ink rose", side=24, above=14, fill=0.74)
def umbrella(colour: str) -> None:
    cloth, steel = m.plastic(colour, rough=0.7), m.metal("steel")

    def canopy(u: float, v: float):
        a = math.tau * u
        rib = abs(math.sin(4 * a))
        far = 0.72 * v * (1 - 0.075 * rib * v**2)
        return far * math.cos(a), far * math.sin(a), 0.34 * (1 - v**2 * (1 - 0.08 * rib)) - 0.02 * rib * v

    parts = [
        surface(canopy, cloth, cells=(160, 24), thick=0.006),
        tube([(0, 0, 0.42), (0, 0, -0.62)], 0.016, steel, smooth=False),
    ]
    parts.append(lathe([(0, 0.36), (0.03, 0.34), (0.012, 0.43), (0, 0.44)], m.plastic("coal")))
    for i in range(8):
        a = math.tau * i / 8
        x, y = math.cos(a), math.sin(a)
        parts.append(tube([(0, 0, 0.325), (x * 0.36, y * 0.36, 0.245), (x * 0.72, y * 0.72, -0.005)], 0.006, steel))
        parts.append(tube([(0, 0, 0.02), (x * 0.36, y * 0.36, 0.24)], 0.005, steel, smooth=False))
        parts.append(ball(0.014, steel, at=(x * 0.72, y * 0.72, -0.005)))
    crook = [(0, 0, -0.56), (0, 0, -0.72), (-0.03, 0, -0.84), (-0.11, 0, -0.87), (-0.18, 0, -0.82), (-0.19, 0, -0.73)]
    parts.append(tube(crook, 0.03, m.wood("walnut")))
    parts.append(cylinder(0.03, 0.05, steel, at=(0, 0, 0.0)))
    group(parts, at=(0, 0, 0), turn=(0, -56, -38))


@shape("Folded T-shirt", "sage bone ink", side=14, above=40, fill=0.7)
def tee(colour: str) -> None:
    """Folded for the shelf, collar up, on one of another colour."""
    below = {"sage": "bone", "bone": "sand"}.get(colour, "grey")
    for layer, name in enumerate((below, below, colour)):
        _folded(m.fabric(name, scale=170), low=0.07 * layer, phase=1.7 * layer)
    low, cloth = 0.21, m.fabric(colour, scale=170)
    inside = m.fabric({"ink": "#23272d", "sage": "#6f8a6e", "bone": "#cfc8ba"}.get(colour, "grey"), scale=170)
    _folded(cloth, low=low, phase=5.1, neck=0.15)
    top = low + 0.07

    def lining(u: float, v: float) -> tuple[float, float, float]:
        x = (u - 0.5) * 0.42
        return x, 0.26 + v * (0.265 - 0.8 * x * x), top - 0.022 + 0.02 * v**6

    surface(lining, inside, cells=(24, 12))
    box((0.075, 0.045, 0.004), m.paper("white"), at=(0, 0.435, top - 0.017), fillet=0.001)

    def collar(u: float, v: float) -> tuple[float, float, float]:
        a, wide = math.tau * u, 0.052 * (v - 0.3)
        x, y = math.cos(a), math.sin(a)
        deep = 0.035 if y > 0 else 0.175
        rib = 0.0022 * math.sin(a * 88)
        raised = 0.006 + 0.012 * math.sin(math.pi * v) + rib - (0.012 if y > 0 else 0.0) * y
        return x * (0.185 + wide), 0.475 + y * (deep + wide), top + raised

    surface(collar, cloth, cells=(440, 8), thick=0.004)


def _folded(cloth: m.Material, *, low: float, phase: float, neck: float = 0.0) -> None:
    """One layer of a folded shirt with its fold in front; `neck` is how far its collar is cut out."""

    def edge(x: float) -> float:
        far = abs(x)
        if far >= 0.19:
            return 0.5 - 0.34 * (far - 0.19)
        return 0.5 - neck * (1 - (far / 0.19) ** 2.6)

    _layer(cloth, edge, wide=0.44, front=0.55, low=low, phase=phase, open_=0.19 if neck else 0.0)


def _layer(
    cloth: m.Material,
    edge: Callable[[float], float],
    *,
    wide: float,
    front: float,
    low: float,
    phase: float,
    open_: float = 0.0,
) -> None:
    """A soft layer of cloth from y = -`front` back to `edge`, which stays high within `open_` of the middle."""

    def fall(share: float) -> float:
        return max(0.0, 1 - max(0.0, share) ** 16) ** 0.36

    def sheet(u: float, v: float) -> tuple[float, float, float]:
        x = wide * math.sin(math.pi * (u - 0.5)) * (1 + 0.006 * math.sin(7 * v + phase))
        end = edge(x)
        y = -front + (end + front) * (0.5 - 0.5 * math.cos(math.pi * v))
        back = 1.0 if abs(x) < open_ else fall(y / (end + 0.002))
        crease = 0.005 * math.sin(4.2 * x + phase) * math.sin(3.1 * y + phase) + 0.003 * math.sin(9 * y + 5 * x + phase)
        return x, y, low + (0.07 + crease) * fall(abs(x) / (wide + 0.005)) * fall(-y / (front + 0.002)) * back

    surface(sheet, cloth, cells=(120, 96))


@shape("Folded scarf", "clay sky", side=20, above=30, fill=0.72)
def scarf(colour: str) -> None:
    """Four layers and one end hanging over them."""
    knit = m.wool(colour)
    for layer in range(4):
        phase = 1.9 * layer
        _layer(knit, lambda x: 0.3, wide=0.52 + 0.006 * (layer % 2), front=0.33, low=0.07 * layer, phase=phase)
    tail = [
        (0.14, 0.26, 0.29),
        (0.14, 0.0, 0.297),
        (0.14, -0.24, 0.295),
        (0.14, -0.335, 0.27),
        (0.14, -0.365, 0.16),
        (0.145, -0.4, 0.06),
        (0.15, -0.49, 0.022),
        (0.15, -0.56, 0.02),
    ]
    strap(tail, 0.34, 0.035, knit, across=(1, 0, 0.02))
    for i in range(18):
        x = -0.008 + i * 0.0186
        tube(
            [
                (x, -0.55, 0.022),
                (x + 0.006 * math.sin(i * 2.1), -0.61, 0.012),
                (x + 0.012 * math.sin(i * 3.7), -0.68, 0.009),
            ],
            0.0075,
            knit,
        )
    box((0.09, 0.01, 0.055), m.leather("tan"), at=(0.24, -0.388, 0.17), turn=(-12, 0, 0), fillet=0.004)


@shape("Notebooks with a pen", "ink clay sky sage", side=24, above=30, fill=0.7)
def notebook(colour: str) -> None:
    def one(cover, *, at, turn, band: str):
        parts = [
            slab(plate(0.7, 1.0, 0.05), 0.014, cover, fillet=0.006),
            slab(plate(0.7, 1.0, 0.05), 0.014, cover, at=(0, 0, 0.1), fillet=0.006),
            box((0.67, 0.96, 0.09), m.paper("white"), at=(0.005, 0, 0.057), fillet=0.003),
            box((0.03, 0.98, 0.106), cover, at=(-0.338, 0, 0.057), fillet=0.012),
            box((0.026, 1.006, 0.12), m.fabric(band), at=(0.26, 0, 0.057), fillet=0.003),
            box((0.02, 0.1, 0.003), m.fabric("red"), at=(-0.05, -0.53, 0.05), fillet=0.001),
        ]
        group(parts, at=at, turn=(0, 0, turn))

    one(m.leather("bone"), at=(0.04, 0.02, 0), turn=-14, band="coal")
    one(m.leather(colour), at=(0, 0, 0.118), turn=10, band="coal" if colour != "ink" else "clay")
    pen = [
        lathe([(0, 0), (0.012, 0.05), (0.024, 0.1), (0.024, 0.42), (0, 0.42)], m.metal("brass", rough=0.3)),
        lathe([(0.024, 0.42), (0.026, 0.42), (0.026, 0.62), (0, 0.64)], m.lacquer("coal")),
        box((0.008, 0.012, 0.16), m.metal("brass"), at=(0.03, 0, 0.53), fillet=0.003),
    ]
    group(pen, at=(-0.16, 0.22, 0.26), turn=(90, 0, 28))
