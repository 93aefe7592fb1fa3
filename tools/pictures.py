"""Draws the demo shop's product pictures: plain shapes in a photographer's light, every shape in six colours.

    python tools/pictures.py                 all pictures into static/img/products, and the picture of the home page
    python tools/pictures.py mug vase        only these
    python tools/pictures.py --preview 160   one contact sheet of all shapes, small and quick

A development tool and no part of the shop: it needs numpy and Pillow. Shapes are signed distance functions (how far is
this point from the surface?), drawn by sphere tracing; light is worked out once per shape and the colours are laid
over it afterwards. About 20 s a shape on one core. The pictures are our own and may be used like the code.
"""

# ruff: noqa: E501 (rows of numbers read better unbroken)

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

OUT = Path(__file__).resolve().parents[1] / "static" / "img"
SIZE = 600
QUALITY = 82
CHUNK = 16384  # points at a time: small arrays stay in the processor's cache

Array = np.ndarray
Solid = Callable[[Array, Array, Array], Array]

COLOURS = {
    "ink": "#33383f",
    "sand": "#dcc5a0",
    "clay": "#d3765a",
    "sage": "#8da88b",
    "sky": "#82a8c9",
    "rose": "#dfa3a8",
}
MATERIALS = {  # colour, gloss (0 chalk .. 1 lacquer), metal (0 or 1)
    "dark": ("#26282c", 0.35, 0.0),
    "black": ("#1b1c1f", 0.15, 0.0),
    "white": ("#f1efea", 0.25, 0.0),
    "paper": ("#efe9dc", 0.0, 0.0),
    "wood": ("#d3a26c", 0.2, 0.0),
    "brass": ("#c99a52", 0.8, 1.0),
    "steel": ("#c9ccd1", 0.8, 1.0),
    "glass": ("#30353b", 1.0, 0.0),
    "red": ("#b3341d", 0.2, 0.0),
}


@dataclass(frozen=True)
class Part:
    """A solid of one material: a name of MATERIALS, or `main`, which takes the picture's colour."""

    solid: Solid
    material: str = "main"
    gloss: float = 0.45


@dataclass(frozen=True)
class Scene:
    """`parts` stand on the floor y = 0. The camera looks at `centre` from `turn` and `rise` degrees; the picture is
    `width` units wide there. Nothing is further than `reach` from the centre."""

    parts: Sequence[Part]
    centre: tuple[float, float, float]
    width: float
    reach: float = 0.95
    turn: float = 28
    rise: float = 14
    lift: float = 0.0
    shift: float = 0.0
    colours: dict[str, str] = field(default_factory=dict)


# Solids


def ball(radius: float, stretch: tuple[float, float, float] = (1, 1, 1)) -> Solid:
    a, b, c = (radius * s for s in stretch)

    def solid(x: Array, y: Array, z: Array) -> Array:
        k0 = np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)
        k1 = np.sqrt((x / a**2) ** 2 + (y / b**2) ** 2 + (z / c**2) ** 2)
        return k0 * (k0 - 1) / np.maximum(k1, 1e-6)

    return solid


def box(width: float, height: float, depth: float, radius: float = 0.03) -> Solid:
    w, h, d = width / 2 - radius, height / 2 - radius, depth / 2 - radius

    def solid(x: Array, y: Array, z: Array) -> Array:
        qx, qy, qz = np.abs(x) - w, np.abs(y) - h, np.abs(z) - d
        outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2 + np.maximum(qz, 0) ** 2)
        return outside + np.minimum(np.maximum(qx, np.maximum(qy, qz)), 0) - radius

    return solid


def drum(radius: float, height: float, edge: float = 0.02) -> Solid:
    """A cylinder along y with softened edges."""
    r, h = radius - edge, height / 2 - edge

    def solid(x: Array, y: Array, z: Array) -> Array:
        dx, dy = np.sqrt(x * x + z * z) - r, np.abs(y) - h
        outside = np.sqrt(np.maximum(dx, 0) ** 2 + np.maximum(dy, 0) ** 2)
        return outside + np.minimum(np.maximum(dx, dy), 0) - edge

    return solid


def rod(a: Sequence[float], b: Sequence[float], radius: float, end_radius: float | None = None) -> Solid:
    """A round stick from a to b that may taper."""
    ax, ay, az = a
    bx, by, bz = b[0] - ax, b[1] - ay, b[2] - az
    length2 = bx * bx + by * by + bz * bz
    thinner = radius - (radius if end_radius is None else end_radius)

    def solid(x: Array, y: Array, z: Array) -> Array:
        px, py, pz = x - ax, y - ay, z - az
        t = np.clip((px * bx + py * by + pz * bz) / length2, 0, 1)
        distance = np.sqrt((px - bx * t) ** 2 + (py - by * t) ** 2 + (pz - bz * t) ** 2)
        return (distance - (radius - thinner * t)) * (0.9 if thinner else 1)

    return solid


def ring(radius: float, thickness: float, stretch: float = 1.0) -> Solid:
    """A torus around y; `stretch` makes its section higher than wide."""

    def solid(x: Array, y: Array, z: Array) -> Array:
        return (np.sqrt((np.sqrt(x * x + z * z) - radius) ** 2 + (y / stretch) ** 2) - thickness) * min(1, stretch)

    return solid


def arc(radius: float, thickness: float, half_angle: float) -> Solid:
    """A bent rod in the x-y plane, open downwards; `half_angle` in degrees on both sides of the top."""
    sin, cos = math.sin(math.radians(half_angle)), math.cos(math.radians(half_angle))

    def solid(x: Array, y: Array, z: Array) -> Array:
        x = np.abs(x)
        k = np.where(cos * x > sin * y, x * sin + y * cos, np.sqrt(x * x + y * y))
        squared = x * x + y * y + z * z + radius * radius - 2 * radius * k
        return np.sqrt(np.maximum(squared, 1e-9)) - thickness

    return solid


class Outline:
    """A closed outline in the plane, kept as a grid of distances."""

    CELLS = 768

    def __init__(self, points: Sequence[tuple[float, float]], margin: float = 0.35) -> None:
        given = np.array(points, dtype=np.float32)
        low, high = given.min(0) - margin, given.max(0) + margin
        self.low, self.step = low, float((high - low).max() / (self.CELLS - 1))
        us, vs = np.meshgrid(*(low[i] + self.step * np.arange(self.CELLS, dtype=np.float32) for i in (0, 1)))
        best, inside = np.full(us.shape, 1e9, np.float32), np.zeros(us.shape, bool)
        for (ax, ay), (bx, by) in zip(given, np.roll(given, -1, 0), strict=True):
            ex, ey = bx - ax, by - ay
            t = np.clip(((us - ax) * ex + (vs - ay) * ey) / max(ex * ex + ey * ey, 1e-12), 0, 1)
            best = np.minimum(best, (us - ax - ex * t) ** 2 + (vs - ay - ey * t) ** 2)
            if ay != by:
                crosses = (vs < max(ay, by)) & (vs >= min(ay, by)) & (us < ax + (vs - ay) * ex / ey)
                inside ^= crosses
        self.grid = np.where(inside, -1, 1) * np.sqrt(best)

    def __call__(self, u: Array, v: Array) -> Array:
        fu = (u - self.low[0]) / self.step
        fv = (v - self.low[1]) / self.step
        cu, cv = np.clip(fu, 0, self.CELLS - 1.001), np.clip(fv, 0, self.CELLS - 1.001)
        iu, iv = cu.astype(np.int32), cv.astype(np.int32)
        tu, tv = cu - iu, cv - iv
        g = self.grid
        near = (g[iv, iu] * (1 - tu) + g[iv, iu + 1] * tu) * (1 - tv)
        near = near + (g[iv + 1, iu] * (1 - tu) + g[iv + 1, iu + 1] * tu) * tv
        return near + np.sqrt((fu - cu) ** 2 + (fv - cv) ** 2) * self.step


def smooth(points: Sequence[tuple[float, float]], each: int = 8) -> list[tuple[float, float]]:
    """A soft line through the points (Catmull-Rom)."""
    p = np.array([points[0], *points, points[-1]], dtype=float)
    found: list[tuple[float, float]] = []
    for i in range(1, len(p) - 2):
        for t in np.linspace(0, 1, each, endpoint=False):
            a, b, c, d = p[i - 1], p[i], p[i + 1], p[i + 2]
            at = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            found.append((float(at[0]), float(at[1])))
    return [*found, (float(points[-1][0]), float(points[-1][1]))]


def turned(points: Sequence[tuple[float, float]], soft: float = 0.008) -> Solid:
    """What a lathe makes of an outline of (radius, height)."""
    outline = Outline(points)
    return lambda x, y, z: outline(np.sqrt(x * x + z * z), y) - soft


def cut_out(points: Sequence[tuple[float, float]], depth: float, soft: float = 0.02) -> Solid:
    """An outline in the x-y plane, `depth` thick along z, with soft edges."""
    outline = Outline(points)
    half = depth / 2 - soft

    def solid(x: Array, y: Array, z: Array) -> Array:
        d, e = outline(x, y) + soft, np.abs(z) - half
        outside = np.sqrt(np.maximum(d, 0) ** 2 + np.maximum(e, 0) ** 2)
        return outside + np.minimum(np.maximum(d, e), 0) - soft

    return solid


def hollow(wall: Sequence[tuple[float, float]], thickness: float) -> list[tuple[float, float]]:
    """The outline of a vessel from its outer wall, foot first: up outside, down inside, a floor of the same thickness."""
    outer = smooth(wall)
    inner = [(max(r - thickness, 0.0), max(y, outer[0][1] + thickness)) for r, y in outer]
    return [(0.0, outer[0][1]), *outer, *reversed(inner), (0.0, outer[0][1] + thickness)]


# Moving and joining


def at(
    solid: Solid, x: float = 0, y: float = 0, z: float = 0, *, yaw: float = 0, pitch: float = 0, roll: float = 0
) -> Solid:
    """Roll about z, then pitch about x, then yaw about y (degrees), then move."""
    a, b, c = (math.radians(angle) for angle in (yaw, pitch, roll))
    turn = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    tilt = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    spin = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    back = (turn @ tilt @ spin).T.astype(np.float32)

    def moved(px: Array, py: Array, pz: Array) -> Array:
        qx, qy, qz = px - x, py - y, pz - z
        return solid(*(row[0] * qx + row[1] * qy + row[2] * qz for row in back))

    return moved


def scaled(solid: Solid, by: float) -> Solid:
    return lambda x, y, z: solid(x / by, y / by, z / by) * by


def join(*solids: Solid, blend: float = 0.0) -> Solid:
    def joined(x: Array, y: Array, z: Array) -> Array:
        total = solids[0](x, y, z)
        for solid in solids[1:]:
            other = solid(x, y, z)
            if blend:
                h = np.clip(0.5 + 0.5 * (other - total) / blend, 0, 1)
                total = other + (total - other) * h - blend * h * (1 - h)
            else:
                total = np.minimum(total, other)
        return total

    return joined


def without(solid: Solid, *others: Solid) -> Solid:
    def left(x: Array, y: Array, z: Array) -> Array:
        total = solid(x, y, z)
        for other in others:
            total = np.maximum(total, -other(x, y, z))
        return total

    return left


def within(solid: Solid, other: Solid) -> Solid:
    return lambda x, y, z: np.maximum(solid(x, y, z), other(x, y, z))


def below(height: float) -> Solid:
    return lambda x, y, z: y - height


def above(height: float) -> Solid:
    return lambda x, y, z: height - y


def mirrored(solid: Solid) -> Solid:
    return lambda x, y, z: solid(np.abs(x), y, z)


def four(solid: Solid) -> Solid:
    return lambda x, y, z: solid(np.abs(x), y, np.abs(z))


def around(solid: Solid, count: int, phase: float = 0.0) -> Solid:
    """`count` copies around y of a solid that lies on the positive x axis."""
    step = 2 * math.pi / count

    def repeated(x: Array, y: Array, z: Array) -> Array:
        angle = np.arctan2(z, x) - math.radians(phase)
        angle = angle - step * np.round(angle / step)
        radius = np.sqrt(x * x + z * z)
        return solid(radius * np.cos(angle), y, radius * np.sin(angle))

    return repeated


# Shapes


def phones() -> Scene:
    cup = at(drum(0.19, 0.15, 0.06), 0.43, 0.2, roll=84)
    plate = at(drum(0.13, 0.02, 0.008), 0.512, 0.212, roll=84)
    cushion = at(ring(0.115, 0.062), 0.345, 0.195, roll=84)
    fork = rod((0.4, 0.5, 0), (0.45, 0.3, 0), 0.026)
    return Scene(
        [
            Part(mirrored(cup)),
            Part(mirrored(plate), "steel"),
            Part(mirrored(cushion), "black"),
            Part(mirrored(at(drum(0.1, 0.05), 0.35, 0.195, roll=84)), "black"),
            Part(mirrored(fork), "steel"),
            Part(at(arc(0.44, 0.036, 88), y=0.5)),
            Part(at(arc(0.415, 0.03, 48), y=0.51), "black"),
        ],
        (0, 0.48, 0), 1.6, turn=34, rise=12,
    )  # fmt: skip


def speaker() -> Scene:
    front = 0.252
    return Scene(
        [
            Part(at(box(0.58, 0.92, 0.5, 0.05), y=0.46), gloss=0.2),
            Part(at(ring(0.13, 0.014), 0, 0.7, front, pitch=90), "steel"),
            Part(at(ring(0.215, 0.016), 0, 0.3, front, pitch=90), "steel"),
            Part(at(drum(0.125, 0.03), 0, 0.7, front - 0.006, pitch=90), "black"),
            Part(at(drum(0.21, 0.03), 0, 0.3, front - 0.006, pitch=90), "black"),
            Part(at(ball(0.06, (1, 1, 0.55)), 0, 0.7, front + 0.01), "dark"),
            Part(at(ring(0.16, 0.022), 0, 0.3, front + 0.006, pitch=90), "dark"),
            Part(at(ball(0.085, (1, 1, 0.5)), 0, 0.3, front + 0.008), "dark"),
        ],
        (0, 0.46, 0), 1.5,
    )  # fmt: skip


def earbuds() -> Scene:
    bud = join(ball(0.085), at(drum(0.045, 0.09, 0.02), 0.0, 0.012, 0.075, pitch=90), blend=0.04)
    stem = rod((0, 0, -0.01), (0, -0.17, -0.02), 0.032, 0.028)
    case = at(box(0.66, 0.5, 0.32, 0.155), y=0.25)
    return Scene(
        [
            Part(without(case, at(box(0.8, 0.012, 0.5, 0.004), y=0.33)), gloss=0.6),
            Part(within(at(box(0.64, 0.48, 0.3, 0.15), y=0.25), at(box(0.8, 0.03, 0.5, 0.004), y=0.33)), "dark"),
            Part(at(ball(0.012), 0, 0.22, 0.16), "white"),
            Part(at(join(bud, stem, blend=0.03), -0.17, 0.085, 0.42, yaw=35, pitch=-62), "white", 0.7),
            Part(at(join(bud, stem, blend=0.03), 0.14, 0.085, 0.46, yaw=-30, pitch=-62), "white", 0.7),
        ],
        (0, 0.22, 0.12), 1.2, turn=22, rise=22,
    )  # fmt: skip


def radio() -> Scene:
    front = 0.165
    grille = around(at(drum(0.012, 0.05, 0.004), 0.04), 6)
    for count, radius in ((12, 0.08), (18, 0.12), (24, 0.16), (30, 0.2)):
        grille = join(grille, around(at(drum(0.012, 0.05, 0.004), radius), count))
    return Scene(
        [
            Part(without(at(box(1.0, 0.6, 0.32, 0.09), y=0.3), at(grille, -0.22, 0.3, front, pitch=90)), gloss=0.3),
            Part(at(drum(0.22, 0.02), -0.22, 0.3, front - 0.03, pitch=90), "black"),
            Part(at(box(0.34, 0.1, 0.02, 0.008), 0.25, 0.44, front), "paper"),
            Part(at(box(0.012, 0.09, 0.02, 0.004), 0.3, 0.44, front + 0.004), "red"),
            Part(mirrored_at(at(drum(0.07, 0.06, 0.012), 0, 0, 0, pitch=90), 0.25, 0.2, front + 0.02, 0.1), "brass"),
            Part(at(join(rod((-0.36, 0, 0), (0.36, 0, 0), 0.022), mirrored(rod((0.36, 0, 0), (0.38, -0.1, 0), 0.022))),
                    y=0.7), "wood"),
        ],
        (0, 0.34, 0), 1.62, turn=24,
    )  # fmt: skip


def mirrored_at(solid: Solid, x: float, y: float, z: float, spread: float) -> Solid:
    """Two copies side by side, `spread` to both sides of the place."""
    return at(mirrored(at(solid, spread)), x, y, z)


def lamp() -> Scene:
    shade = turned([(0.31, 0.5), (0.325, 0.5), (0.2, 0.93), (0.185, 0.93)], 0.006)
    foot = turned(
        [(0, 0), *smooth([(0.23, 0.0), (0.235, 0.02), (0.2, 0.045), (0.08, 0.065), (0.028, 0.12)]), (0, 0.12)]
    )
    return Scene(
        [Part(shade, gloss=0.05), Part(foot, "brass"), Part(rod((0, 0.08, 0), (0, 0.86, 0), 0.02), "brass"),
         Part(at(ball(0.08), y=0.68), "white")],
        (0, 0.47, 0), 1.42, rise=10,
    )  # fmt: skip


def desklamp() -> Scene:
    head = at(turned(hollow([(0.05, 0.0), (0.08, 0.03), (0.1, 0.1), (0.2, 0.28)], 0.014)), -0.2, 0.86, 0, roll=146)
    bulb = at(at(ball(0.075), y=0.14), -0.2, 0.86, 0, roll=146)
    return Scene(
        [
            Part(at(drum(0.22, 0.05, 0.02), 0.14, 0.025)),
            Part(rod((0.14, 0.05, 0), (0.32, 0.52, 0), 0.018), "brass"),
            Part(rod((0.32, 0.52, 0), (-0.17, 0.9, 0), 0.018), "brass"),
            Part(at(drum(0.04, 0.07), 0.32, 0.52, pitch=90), "dark"),
            Part(at(ball(0.06), -0.2, 0.87), "dark"),
            Part(head, gloss=0.5),
            Part(bulb, "white"),
        ],
        (-0.03, 0.47, 0), 1.42, turn=-14, rise=9,
    )  # fmt: skip


def pendant() -> Scene:
    dome = [(0.43, -0.42), (0.42, -0.36), (0.34, -0.2), (0.19, -0.08), (0.06, -0.02), (0.04, 0.03)]
    room = [(0.415, -0.5), (0.4, -0.37), (0.32, -0.22), (0.17, -0.1)]
    shade = without(turned([(0, -0.42), *smooth(dome), (0, 0.03)]), turned([(0, -0.5), *smooth(room), (0, -0.08)]))
    return Scene(
        [
            Part(at(shade, y=0.72), gloss=0.5),
            Part(at(drum(0.045, 0.09), y=0.79), "brass"),
            Part(rod((0, 0.8, 0), (0, 2.2, 0), 0.009), "black"),
            Part(at(ball(0.11), y=0.4), "white"),
        ],
        (0, 0.6, 0), 1.4, reach=1.6, rise=5,
    )  # fmt: skip


def candle() -> Scene:
    jar = turned(hollow([(0.25, 0.0), (0.29, 0.03), (0.3, 0.2), (0.3, 0.56)], 0.022))
    return Scene(
        [
            Part(jar, gloss=0.6),
            Part(at(drum(0.272, 0.4, 0.02), y=0.25), "paper"),
            Part(rod((0, 0.44, 0), (0.01, 0.55, 0), 0.008), "black"),
            Part(within(turned([(0.25, 0.17), (0.309, 0.17), (0.309, 0.42), (0.25, 0.42)], 0.001),
                        at(box(0.36, 0.5, 0.6, 0.01), 0, 0.3, 0.3)), "white"),
            Part(at(drum(0.31, 0.05, 0.012), 0.52, 0.31, -0.06, pitch=74, yaw=-18), "wood"),
        ],
        (0.13, 0.29, 0), 1.5, turn=16, rise=20,
    )  # fmt: skip


def mug() -> Scene:
    cup = turned(hollow([(0.24, 0.0), (0.31, 0.04), (0.335, 0.16), (0.34, 0.66)], 0.03))
    handle = at(arc(0.19, 0.042, 100), 0.33, 0.35, roll=-90)
    return Scene(
        [Part(join(cup, without(handle, at(drum(0.31, 1, 0.01), y=0.55)), blend=0.03), gloss=0.75)],
        (0.07, 0.33, 0),
        1.28,
    )


def teapot() -> Scene:
    body = at(ball(0.4, (1, 0.86, 1)), y=0.36)
    spout = join(
        rod((0.3, 0.3, 0), (0.5, 0.4, 0), 0.1, 0.065), rod((0.5, 0.4, 0), (0.62, 0.58, 0), 0.065, 0.04), blend=0.08
    )
    handle = at(arc(0.23, 0.038, 108), -0.36, 0.4, roll=90)
    pot = within(join(body, spout, without(handle, at(ball(0.3), y=0.36)), blend=0.06), above(0.05))
    lid = within(at(ball(0.42, (1, 0.86, 1)), y=0.36), at(drum(0.2, 0.2, 0.02), y=0.7))
    return Scene(
        [Part(pot, gloss=0.8), Part(at(drum(0.24, 0.06, 0.02), y=0.04), gloss=0.8), Part(lid, gloss=0.8),
         Part(at(ball(0.055), y=0.765), "wood")],
        (0.05, 0.4, 0), 1.66, turn=20,
    )  # fmt: skip


def kettle() -> Scene:
    body = turned([(0, 0), *smooth([(0.4, 0.0), (0.43, 0.05), (0.4, 0.25), (0.28, 0.5), (0.17, 0.58)]), (0, 0.6)], 0.02)
    spout = join(
        rod((0.3, 0.22, 0), (0.5, 0.4, 0), 0.08, 0.05), rod((0.5, 0.4, 0), (0.58, 0.58, 0), 0.05, 0.034), blend=0.05
    )
    return Scene(
        [
            Part(join(body, spout, blend=0.05), gloss=0.7),
            Part(at(drum(0.175, 0.03, 0.012), y=0.605), "steel"),
            Part(at(ball(0.05), y=0.66), "wood"),
            Part(at(arc(0.34, 0.03, 78), 0, 0.55), "wood"),
            Part(mirrored(rod((0.335, 0.62, 0), (0.3, 0.4, 0), 0.014)), "steel"),
        ],
        (0.06, 0.45, 0), 1.6, turn=22,
    )  # fmt: skip


def pan() -> Scene:
    outside = turned(hollow([(0.34, 0.0), (0.4, 0.02), (0.47, 0.15), (0.475, 0.17)], 0.022))
    inside = turned([(0, 0.024), (0.385, 0.024), (0.445, 0.15), (0.44, 0.15), (0.37, 0.034), (0, 0.034)], 0.004)
    return Scene(
        [
            Part(outside, gloss=0.5),
            Part(inside, "black", 0.3),
            Part(rod((0.44, 0.13, 0), (0.62, 0.2, 0), 0.03), "steel"),
            Part(rod((0.6, 0.19, 0), (1.05, 0.32, 0), 0.04, 0.034), "wood"),
        ],
        (0.27, 0.12, 0), 1.85, reach=1.3, turn=-24, rise=30,
    )  # fmt: skip


def thermos() -> Scene:
    body = turned(
        [(0, 0), *smooth([(0.19, 0.0), (0.21, 0.03), (0.21, 0.55), (0.2, 0.64), (0.14, 0.71)]), (0, 0.72)], 0.012
    )
    return Scene(
        [
            Part(body, gloss=0.35),
            Part(at(drum(0.14, 0.05, 0.01), y=0.735), "steel"),
            Part(at(drum(0.15, 0.17, 0.03), y=0.84), "dark"),
            Part(turned([(0.2, 0.02), (0.224, 0.02), (0.224, 0.06), (0.2, 0.06)], 0.004), "steel"),
            Part(at(arc(0.1, 0.02, 92), 0, 0.93), "dark"),
        ],
        (0, 0.5, 0), 1.5, rise=10,
    )  # fmt: skip


def bowl() -> Scene:
    wall = [(0.16, 0.0), (0.2, 0.03), (0.36, 0.16), (0.43, 0.3), (0.44, 0.33)]
    small = turned(hollow([(r * 0.82, y * 0.82) for r, y in wall], 0.022))
    return Scene(
        [Part(turned(hollow(wall, 0.026)), gloss=0.7), Part(at(small, y=0.12), "white", 0.7),
         Part(rod((-0.28, 0.45, 0.05), (0.46, 0.51, -0.12), 0.014), "wood"),
         Part(at(ball(0.085, (1, 0.4, 0.7)), -0.3, 0.445, 0.055, yaw=12), "wood")],
        (0.03, 0.25, 0), 1.38, rise=20,
    )  # fmt: skip


def stool() -> Scene:
    legs = four(rod((0.2, 0.66, 0.2), (0.3, 0.01, 0.3), 0.032, 0.026))
    return Scene(
        [Part(at(drum(0.34, 0.09, 0.035), y=0.7), gloss=0.25), Part(legs, "wood"), Part(at(ring(0.365, 0.014), y=0.28), "dark")],
        (0, 0.37, 0), 1.24, rise=13,
    )  # fmt: skip


def chair() -> Scene:
    seat = at(box(0.56, 0.07, 0.54, 0.033), y=0.47)
    back = at(
        within(at(ball(1.1), 0, 0, 0.98), without(box(0.56, 0.36, 0.6, 0.06), at(ball(1.05), 0, 0, 0.98))),
        0,
        0.86,
        -0.16,
    )
    legs = mirrored(
        join(
            rod((0.22, 0.45, 0.2), (0.27, 0.01, 0.26), 0.027, 0.022),
            rod((0.22, 0.45, -0.2), (0.27, 0.01, -0.3), 0.027, 0.022),
        )
    )
    posts = mirrored(rod((0.19, 0.46, -0.22), (0.2, 0.86, -0.3), 0.022))
    return Scene(
        [Part(seat, gloss=0.2), Part(back, gloss=0.2), Part(legs, "wood"), Part(posts, "wood")],
        (0, 0.5, -0.03), 1.5, turn=32, rise=13,
    )  # fmt: skip


def table() -> Scene:
    legs = around(rod((0.16, 0.5, 0), (0.32, 0.01, 0), 0.028, 0.02), 3, 90)
    tray = turned(hollow([(0.4, 0.5), (0.44, 0.51), (0.45, 0.57)], 0.02))
    return Scene(
        [Part(tray, gloss=0.35), Part(legs, "wood"), Part(at(drum(0.1, 0.14, 0.02), 0.14, 0.6, 0.06), "white"),
         Part(at(box(0.3, 0.035, 0.22, 0.01), -0.14, 0.55, 0.05, yaw=25), "paper")],
        (0, 0.33, 0), 1.34, rise=20,
    )  # fmt: skip


def clock() -> Scene:
    front = 0.052
    ticks = around(at(box(0.07, 0.014, 0.014, 0.004), 0.31), 12)
    face = [
        Part(at(drum(0.41, 0.03, 0.01), 0, 0, 0.02, pitch=90), "white"),
        Part(at(ring(0.42, 0.045, 1.5), pitch=90), gloss=0.5),
        Part(at(ticks, 0, 0, 0.036, pitch=90), "dark"),
        Part(at(rod((0, -0.04, 0), (0.14, 0.15, 0), 0.014), 0, 0, front), "dark"),
        Part(at(rod((0.03, -0.04, 0), (-0.2, 0.2, 0), 0.01), 0, 0, front), "dark"),
        Part(at(drum(0.028, 0.02), 0, 0, front, pitch=90), "brass"),
        Part(at(rod((0, -0.1, 0), (0.03, 0.28, 0), 0.005), 0, 0, front + 0.008), "red"),
    ]
    standing = [Part(at(part.solid, 0, 0.49, 0, pitch=-8), part.material, part.gloss) for part in face]
    feet = mirrored(rod((0.2, 0.1, 0.0), (0.26, 0.015, 0.06), 0.02))
    return Scene([*standing, Part(feet, "wood"), Part(rod((0, 0.2, -0.05), (0, 0.015, -0.22), 0.018), "wood")],
                 (0, 0.48, 0), 1.42, turn=20, rise=10)  # fmt: skip


def vase() -> Scene:
    wall = [(0.18, 0.0), (0.26, 0.06), (0.34, 0.26), (0.27, 0.5), (0.13, 0.66), (0.1, 0.76), (0.14, 0.86)]
    stem = rod((0.0, 0.5, 0), (0.1, 1.05, 0.02), 0.01)
    leaves = [at(ball(0.1, (0.32, 1, 0.12)), 0.1 + dx, y, dz, roll=roll) for dx, y, dz, roll in
              ((0.07, 1.12, 0, -24), (-0.05, 1.08, 0.03, 30), (0.1, 0.98, 0.02, -62), (-0.09, 0.97, 0, 58))]  # fmt: skip
    return Scene(
        [Part(turned(hollow(wall, 0.025)), gloss=0.5), Part(join(stem, *leaves), "wood")],
        (0.02, 0.56, 0),
        1.62,
        rise=10,
    )


def cushion() -> Scene:
    def pillow(x: Array, y: Array, z: Array) -> Array:
        ax, ay = np.abs(x), np.abs(y)
        across = np.clip(1 - (ax / 0.47) ** 2.4, 0, 1) * np.clip(1 - (ay / 0.47) ** 2.4, 0, 1)
        waist = 0.04 * np.clip(1 - (np.minimum(ax, ay) / 0.44) ** 2, 0, 1)
        edge = np.maximum(ax, ay) - 0.45 + waist
        dent = 0.07 * np.exp(-(x * x + y * y) / 0.006)
        thick = np.abs(z) - 0.012 - 0.2 * np.sqrt(across) + dent
        h = np.clip(0.5 + 0.5 * (edge - thick) / 0.06, 0, 1)
        return (thick + (edge - thick) * h + 0.06 * h * (1 - h)) * 0.5 - 0.012

    def place(solid: Solid) -> Solid:
        return at(solid, 0, 0.48, 0, pitch=-14, roll=4)

    button = at(ball(0.035, (1, 1, 0.5)), z=0.15)
    return Scene([Part(place(pillow), gloss=0.02), Part(place(button), "wood")], (0, 0.46, 0), 1.4, turn=24, rise=12)


def tote() -> Scene:
    bag = cut_out([(-0.36, 0.0), (0.36, 0.0), (0.42, 0.66), (-0.42, 0.66)], 0.2, 0.05)
    opening = at(box(0.76, 0.2, 0.12, 0.03), y=0.66)
    handle = at(arc(0.2, 0.021, 86), 0, 0.86)
    strap = mirrored(rod((0.2, 0.86, 0), (0.21, 0.5, 0.0), 0.02))
    both = join(at(join(handle, strap), 0, 0, 0.1), at(join(at(handle, 0, -0.05), strap), 0, 0, -0.09))
    return Scene(
        [Part(without(bag, opening), gloss=0.05), Part(both, "wood"), Part(at(box(0.16, 0.1, 0.012, 0.004), 0, 0.22, 0.102), "paper")],
        (0, 0.5, 0), 1.6, turn=24, rise=12,
    )  # fmt: skip


def backpack() -> Scene:
    return Scene(
        [
            Part(at(box(0.6, 0.86, 0.32, 0.14), y=0.43), gloss=0.1),
            Part(at(box(0.46, 0.36, 0.16, 0.06), 0, 0.24, 0.17), gloss=0.1),
            Part(at(box(0.52, 0.3, 0.1, 0.045), 0, 0.72, 0.135, pitch=10), gloss=0.1),
            Part(mirrored(at(box(0.055, 0.46, 0.02, 0.008), 0.13, 0.5, 0.205)), "wood"),
            Part(mirrored(at(box(0.08, 0.05, 0.03, 0.01), 0.13, 0.5, 0.22)), "brass"),
            Part(at(box(0.36, 0.014, 0.02, 0.006), 0, 0.35, 0.252), "dark"),
            Part(at(arc(0.1, 0.022, 88), 0, 0.86, -0.05), "wood"),
            Part(mirrored(at(box(0.1, 0.3, 0.2, 0.05), 0.3, 0.22, 0)), gloss=0.1),
        ],
        (0, 0.47, 0), 1.42, turn=28, rise=12,
    )  # fmt: skip


def umbrella() -> Scene:
    def canopy(x: Array, y: Array, z: Array) -> Array:
        fold = np.abs(np.cos(4 * np.arctan2(z, x)))
        shell = np.abs(np.sqrt(x * x + y * y + z * z) - 0.6 - 0.02 * fold) - 0.008
        return np.maximum(shell, 0.11 + 0.05 * fold - y) * 0.75

    def place(solid: Solid) -> Solid:
        return at(solid, 0.02, 0.47, 0, roll=62, yaw=-14)

    hook = join(rod((0, -0.58, 0), (0, -0.4, 0), 0.026), at(arc(0.08, 0.026, 90), 0.08, -0.58, roll=180))
    return Scene(
        [Part(place(canopy), gloss=0.15), Part(place(rod((0, -0.5, 0), (0, 0.72, 0), 0.014)), "steel"), Part(place(hook), "wood")],
        (-0.02, 0.5, 0), 1.72, reach=1.2, turn=20, rise=14,
    )  # fmt: skip


def cap() -> Scene:
    crown = within(at(ball(0.42, (1, 0.92, 1.06)), y=0.06), above(0.04))
    inner = at(ball(0.395, (1, 0.92, 1.06)), y=0.05)

    def brim(x: Array, y: Array, z: Array) -> Array:
        flat = np.sqrt((x / 0.4) ** 2 + ((z - 0.28) / 0.46) ** 2) - 1
        height = y - 0.075 + 0.22 * x * x + 0.06 * np.maximum(z - 0.3, 0)
        return np.maximum(np.maximum(flat * 0.36, np.abs(height) - 0.012), 0.3 - z) * 0.8

    seams = around(at(arc(0.423, 0.005, 80), 0, 0.0), 3, 90)
    panels = within(lambda x, y, z: seams(x, (y - 0.06) / 0.92, z / 1.06), above(0.06))
    return Scene(
        [Part(without(crown, inner), gloss=0.05), Part(brim, gloss=0.05), Part(panels, "dark"), Part(at(ball(0.03, (1, 0.6, 1)), y=0.447))],
        (0, 0.2, 0.15), 1.42, turn=32, rise=18,
    )  # fmt: skip


def watch() -> Scene:
    def strap(x: Array, y: Array, z: Array) -> Array:
        circle = np.sqrt((y / 1.12) ** 2 + z * z)
        return np.maximum(np.abs(circle - 0.36) - 0.016, np.abs(x) - 0.1 - 0.02 * np.clip(z, 0, 1)) * 0.85 - 0.008

    front = 0.38
    face = [
        Part(at(drum(0.23, 0.1, 0.025), 0, 0, front, pitch=90), "steel"),
        Part(at(drum(0.195, 0.03, 0.005), 0, 0, front + 0.042, pitch=90), "white"),
        Part(at(around(at(box(0.035, 0.014, 0.012, 0.003), 0.16), 12), 0, 0, front + 0.056, pitch=90), "dark"),
        Part(at(rod((0, 0, 0), (0.07, 0.07, 0), 0.009), 0, 0, front + 0.062), "dark"),
        Part(at(rod((0, 0, 0), (-0.1, 0.09, 0), 0.007), 0, 0, front + 0.062), "dark"),
        Part(at(drum(0.03, 0.05, 0.008), 0.25, 0, front, roll=90), "steel"),
    ]
    parts = [Part(strap, gloss=0.15), *face]
    return Scene(
        [Part(at(p.solid, 0, 0.42, -0.1, pitch=-12), p.material, p.gloss) for p in parts],
        (0, 0.42, 0),
        1.32,
        turn=30,
        rise=12,
    )


def sunglasses() -> Scene:
    rim = Outline(
        smooth(
            [
                (-0.2, 0.1),
                (0, 0.13),
                (0.2, 0.1),
                (0.21, -0.04),
                (0.1, -0.15),
                (-0.08, -0.16),
                (-0.19, -0.06),
                (-0.2, 0.1),
            ]
        )
    )

    def frame(x: Array, y: Array, z: Array) -> Array:
        return np.sqrt(np.maximum(np.abs(rim(x, y)) - 0.012, 0) ** 2 + np.maximum(np.abs(z) - 0.012, 0) ** 2) - 0.012

    def lens(x: Array, y: Array, z: Array) -> Array:
        return np.maximum(rim(x, y), np.abs(z) - 0.008)

    def pair(solid: Solid) -> Solid:
        return mirrored(at(solid, 0.265, 0.17, 0.0, yaw=8))

    temple = join(
        rod((0.475, 0.25, -0.03), (0.46, 0.235, -0.6), 0.016),
        rod((0.46, 0.235, -0.6), (0.45, 0.06, -0.76), 0.018, 0.024),
    )
    return Scene(
        [Part(pair(frame), gloss=0.7), Part(pair(lens), "glass"), Part(at(arc(0.07, 0.018, 80), 0, 0.14), gloss=0.7),
         Part(mirrored(temple), gloss=0.7)],
        (0.02, 0.15, -0.24), 1.42, turn=32, rise=20,
    )  # fmt: skip


def notebook() -> Scene:
    def book(thick: float) -> list[Part]:
        return [
            Part(at(box(0.62, 0.014, 0.86, 0.006), y=thick), gloss=0.12),
            Part(at(box(0.62, 0.014, 0.86, 0.006), y=0.007), gloss=0.12),
            Part(at(box(0.02, thick, 0.86, 0.006), -0.302, thick / 2 + 0.003), gloss=0.12),
            Part(at(box(0.58, thick - 0.02, 0.83, 0.004), 0.005, thick / 2 + 0.003), "paper"),
            Part(at(box(0.025, thick + 0.03, 0.868, 0.006), 0.23, thick / 2 + 0.002), "dark"),
        ]

    lower = [Part(at(p.solid, yaw=14), "white" if p.material == "main" else p.material, p.gloss) for p in book(0.09)]
    upper = [Part(at(p.solid, -0.02, 0.1, 0, yaw=-8), p.material, p.gloss) for p in book(0.08)]
    pen = [Part(at(rod((-0.05, 0.215, 0.22), (0.1, 0.215, -0.26), 0.018), 0.02), "brass")]
    return Scene([*lower, *upper, *pen], (0, 0.09, 0), 1.34, turn=38, rise=38)


SHAPES: dict[str, Callable[[], Scene]] = {
    make.__name__: make
    for make in (
        phones, speaker, earbuds, radio, lamp, desklamp, pendant, candle, mug, teapot, kettle, pan, thermos, bowl, stool,
        chair, table, clock, vase, cushion, tote, backpack, umbrella, cap, watch, sunglasses, notebook,
    )
}  # fmt: skip


# Light


KEY = np.array([-0.52, 0.72, 0.46]) / np.linalg.norm([-0.52, 0.72, 0.46])
FILL = np.array([0.8, 0.35, 0.5]) / np.linalg.norm([0.8, 0.35, 0.5])


@dataclass(frozen=True)
class Lit:
    """What the light does at each sample: `material` is an index into the scene's parts, -1 on the backdrop."""

    diffuse: Array
    mirror: Array
    rim: Array
    material: Array
    backdrop: Array


def trace(scene: Scene, width: int, height: int) -> Lit:
    yaw, rise = math.radians(scene.turn), math.radians(scene.rise)
    towards = np.array([math.sin(yaw) * math.cos(rise), math.sin(rise), math.cos(yaw) * math.cos(rise)])
    key, fill = (_turned_with_camera(light, yaw) for light in (KEY, FILL))
    distance = 4.6 * scene.width / 1.4
    centre = np.array(scene.centre)
    eye = centre + towards * distance
    side = np.cross([0, 1, 0], towards)
    side /= np.linalg.norm(side)
    up = np.cross(towards, side)
    u = ((np.arange(width) + 0.5) / width - 0.5) * scene.width + scene.shift
    v = (0.5 - (np.arange(height) + 0.5) / height) * scene.width * height / width + scene.lift
    uu, vv = (grid.ravel() for grid in np.meshgrid(u, v))
    rays = (side[None] * uu[:, None] + up[None] * vv[:, None] - towards[None] * distance).astype(np.float32)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)

    hit, depth = _march(scene, eye, rays, centre)
    count = len(rays)
    lit = Lit(
        *(np.zeros(count, np.float32) for _ in range(3)), np.full(count, -1, np.int16), np.zeros(count, np.float32)
    )

    where = np.flatnonzero(hit)
    points = eye.astype(np.float32) + rays[where] * depth[where, None]
    normals, material = _normals(scene, points)
    shadow = _shadow(scene, points + normals * 0.004, key)
    open_sky = _openness(scene, points, normals)
    n_key = np.clip((normals @ key) * 0.5 + 0.5, 0, 1) ** 1.6
    n_fill = np.clip(normals @ fill * 0.5 + 0.5, 0, 1)
    sky = 0.5 + 0.5 * normals[:, 1]
    lit.diffuse[where] = (
        0.95 * n_key * (0.25 + 0.75 * shadow) + open_sky * (0.2 * n_fill + 0.2 * sky + 0.12 * (1 - sky))
    ) * (0.55 + 0.45 * open_sky)
    view = -rays[where]
    facing = np.clip((normals * view).sum(1), 0, 1)
    bounced = 2 * facing[:, None] * normals - view
    softbox = np.clip((bounced @ key - 0.72) / 0.2, 0, 1)
    strip = np.clip((bounced @ fill - 0.86) / 0.1, 0, 1)
    room = 0.35 + 0.5 * np.clip(bounced[:, 1] * 0.5 + 0.5, 0, 1)
    lit.mirror[where] = open_sky * (room + 1.6 * softbox * softbox * (3 - 2 * softbox) * shadow + 0.7 * strip)
    lit.rim[where] = 0.04 + 0.96 * (1 - facing) ** 5
    lit.material[where] = material

    rest = np.flatnonzero(~hit)
    shade = np.ones(len(rest), np.float32)
    down = rays[rest, 1] < -1e-3
    ground = np.flatnonzero(down)
    t = -eye[1] / rays[rest[ground], 1]
    spots = (eye + rays[rest[ground]] * t[:, None]).astype(np.float32)
    near = np.linalg.norm(spots - centre * [1, 0, 1], axis=1) < scene.reach * 2.2
    spots, ground = spots[near], ground[near]
    upright = np.zeros_like(spots)
    upright[:, 1] = 1
    dimmed = 0.52 + 0.48 * _shadow(scene, spots + upright * 0.004, key)
    far = np.clip(np.linalg.norm(spots - centre * [1, 0, 1], axis=1) / (scene.reach * 2.2), 0, 1) ** 2
    occluded = _openness(scene, spots, upright)
    shade[ground] = (dimmed * (0.4 + 0.6 * occluded)) * (1 - far) + far
    lit.backdrop[rest] = shade
    return lit


def _turned_with_camera(light: Array, yaw: float) -> Array:
    """The lamps stand left and right of the photographer, wherever that is."""
    x, y, z = light
    return np.array([x * math.cos(yaw) + z * math.sin(yaw), y, -x * math.sin(yaw) + z * math.cos(yaw)], np.float32)


def _distance(scene: Scene, points: Array) -> Array:
    found = np.empty(len(points), np.float32)
    for first in range(0, len(points), CHUNK):
        x, y, z = points[first : first + CHUNK].T
        nearest = scene.parts[0].solid(x, y, z)
        for part in scene.parts[1:]:
            nearest = np.minimum(nearest, part.solid(x, y, z))
        found[first : first + CHUNK] = nearest
    return found


def _march(scene: Scene, eye: Array, rays: Array, centre: Array) -> tuple[Array, Array]:
    offset = (eye - centre).astype(np.float32)
    b = rays @ offset
    root = b * b - (offset @ offset - scene.reach**2)
    hit, depth = np.zeros(len(rays), bool), np.zeros(len(rays), np.float32)
    live = np.flatnonzero(root > 0)
    reach = np.sqrt(root[live])
    t, end = -b[live] - reach, -b[live] + reach
    floor = np.where(rays[live, 1] < -1e-6, -eye[1] / rays[live, 1], np.inf).astype(np.float32)
    end = np.minimum(end, floor)
    for _ in range(110):
        if not len(live):
            break
        d = _distance(scene, eye.astype(np.float32) + rays[live] * t[:, None])
        there = d < 0.0009
        hit[live[there]], depth[live[there]] = True, t[there]
        t = t + d * 0.92
        go = ~there & (t < end)
        live, t, end = live[go], t[go], end[go]
    return hit, depth


def _normals(scene: Scene, points: Array) -> tuple[Array, Array]:
    h = 0.003  # wider than a cell of an Outline, so that its grid does not show
    gradient = np.zeros_like(points)
    for sign in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        direction = np.array(sign, np.float32)
        gradient += direction * _distance(scene, points + direction * h)[:, None]
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    all_distances = np.stack([part.solid(x, y, z) for part in scene.parts])
    return gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-6), all_distances.argmin(0)


def _shadow(scene: Scene, points: Array, light: Array) -> Array:
    """How much of a large soft lamp each point sees."""
    seen = np.ones(len(points), np.float32)
    live = np.arange(len(points))
    t = np.full(len(points), 0.02, np.float32)
    for _ in range(40):
        d = _distance(scene, points[live] + light * t[:, None])
        seen[live] = np.minimum(seen[live], np.clip(0.5 + 0.5 * d / (0.16 * t), 0, 1))
        t = t + np.clip(d, 0.02, 0.15)
        go = (t < 2.4) & (seen[live] > 0.002)
        live, t = live[go], t[go]
        if not len(live):
            break
    return seen * seen * (3 - 2 * seen)


def _openness(scene: Scene, points: Array, normals: Array) -> Array:
    """1 in the open, towards 0 in corners."""
    closed, weight = np.zeros(len(points), np.float32), 1.0
    for step in (0.02, 0.06, 0.13, 0.24, 0.4):
        floor = points[:, 1] + normals[:, 1] * step
        d = np.minimum(_distance(scene, points + normals * step), np.maximum(floor, 0))
        closed += weight * np.clip(step - d, 0, None) / step
        weight *= 0.72
    return np.clip(1 - 0.34 * closed, 0.05, 1)


# Colour


def _linear(colour: str) -> Array:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def develop(scene: Scene, lit: Lit, main: str, width: int, height: int, *, oversampled: int) -> Image.Image:
    """The picture, with `main` (a name of COLOURS) where the scene leaves the colour open."""
    v = np.linspace(0, 1, height)[:, None]
    u = np.linspace(0, 1, width)[None, :]
    tone = 0.685 + 0.085 * v + 0.035 * u * (1 - v)
    picture = tone.ravel()[:, None] * np.array([1.0, 1.003, 1.012]) * lit.backdrop[:, None]
    for index, part in enumerate(scene.parts):
        mask = lit.material == index
        colour, gloss, metal = MATERIALS.get(
            part.material, (COLOURS[scene.colours.get(part.material, main)], part.gloss, 0.0)
        )
        base = _linear(colour)
        fresnel = lit.rim[mask, None] * (0.25 + 0.75 * gloss)
        shine = lit.mirror[mask, None]
        if metal:
            picture[mask] = base * (0.25 * lit.diffuse[mask, None] + 0.8 * shine)
        else:
            highlight = np.clip(shine - 0.8, 0, None) * 0.09 * gloss
            picture[mask] = base * lit.diffuse[mask, None] * 0.92 + fresnel * shine * 0.55 * gloss + highlight
    picture = picture.reshape(height, width, 3)
    picture = picture.reshape(height // oversampled, oversampled, width // oversampled, oversampled, 3).mean((1, 3))
    picture = np.clip(picture, 0, 1)
    srgb = np.where(picture <= 0.0031308, picture * 12.92, 1.055 * picture ** (1 / 2.4) - 0.055)
    return Image.fromarray((srgb * 255 + 0.5).astype(np.uint8))


def moved(scene: Scene, x: float, z: float, *, size: float, yaw: float, colour: str) -> list[Part]:
    """A shape as one of several in a larger scene; `colour` becomes the name of its main material."""
    return [
        Part(
            at(scaled(part.solid, size), x, 0, z, yaw=yaw),
            colour if part.material == "main" else part.material,
            part.gloss,
        )
        for part in scene.parts
    ]


def hero() -> Scene:
    """Things of the shop on one table, for the home page."""
    names = dict.fromkeys(COLOURS)
    return Scene(
        [
            *moved(lamp(), -0.68, -0.3, size=1.3, yaw=0, colour="rose"),
            *moved(speaker(), 0.62, -0.3, size=0.86, yaw=-16, colour="ink"),
            *moved(vase(), 0.02, -0.62, size=0.95, yaw=0, colour="sage"),
            *moved(mug(), 0.16, 0.36, size=0.44, yaw=20, colour="clay"),
            *moved(notebook(), -0.34, 0.34, size=0.56, yaw=16, colour="sky"),
            *moved(teapot(), 0.78, 0.42, size=0.52, yaw=-30, colour="sand"),
        ],
        (0.02, 0.5, 0), 3.7, reach=1.75, turn=10, rise=12, lift=0.03, shift=-0.78,
        colours={name: name for name in names},
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the demo shop's product pictures.")
    parser.add_argument("shapes", nargs="*", help="shapes to draw, or hero; all when none is named")
    parser.add_argument(
        "--preview", type=int, metavar="PIXELS", help="one contact sheet instead, beside the pictures' folder"
    )
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    names = chosen.shapes or [*SHAPES, "hero"]
    if chosen.preview:
        contact_sheet([name for name in names if name != "hero"], chosen.preview, chosen.out)
        return
    for name in names:
        scene = hero() if name == "hero" else SHAPES[name]()
        width, height = (1680, 800) if name == "hero" else (SIZE, SIZE)
        lit = trace(scene, width * 2, height * 2)
        if name == "hero":
            develop(scene, lit, "ink", width * 2, height * 2, oversampled=2).save(
                chosen.out / "hero.webp", quality=QUALITY, method=6
            )
        else:
            for colour in COLOURS:
                picture = develop(scene, lit, colour, width * 2, height * 2, oversampled=2)
                picture.save(chosen.out / "products" / f"{name}-{colour}.webp", quality=QUALITY, method=6)
        print(name, flush=True)


def contact_sheet(names: Sequence[str], pixels: int, out: Path) -> None:
    columns = 7
    sheet = Image.new("RGB", (columns * pixels, -(-len(names) // columns) * pixels), "white")
    colours = list(COLOURS)
    for index, name in enumerate(names):
        scene = SHAPES[name]()
        picture = develop(
            scene, trace(scene, pixels, pixels), colours[index % len(colours)], pixels, pixels, oversampled=1
        )
        sheet.paste(picture, ((index % columns) * pixels, index // columns * pixels))
    sheet.save(out / "contact-sheet.png")


if __name__ == "__main__":
    main()
