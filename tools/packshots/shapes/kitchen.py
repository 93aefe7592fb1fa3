"""Cups, pots and pans."""

import math

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import ball, curve2, cylinder, lathe, strap, torus, tube


@shape("Stoneware mug", "clay sage ink sand sky rose", side=-24, above=17)
def mug(colour: str) -> None:
    glaze = m.lacquer(colour)
    outer = [(0, 0.02), (0.3, 0.02, 0.03), (0.37, 0.08, 0.09), (0.4, 0.4, 0.1), (0.4, 0.86), (0.365, 0.86)]
    lathe([*outer, (0.36, 0.12, 0.1), (0, 0.08)], glaze, fillet=0.016)
    lathe([(0.27, 0.03), (0.27, 0), (0.3, 0), (0.3, 0.03)], m.stoneware("sand"), fillet=0.006)
    handle = [(0.385, 0, 0.7), (0.5, 0, 0.73), (0.64, 0, 0.7), (0.7, 0, 0.53), (0.66, 0, 0.34), (0.54, 0, 0.24)]
    tube([*handle, (0.38, 0, 0.22)], [0.06, 0.045, 0.045, 0.06], glaze)


@shape("Teapot", "sage ink", side=14, above=16, fill=0.7)
def teapot(colour: str) -> None:
    glaze = m.lacquer(colour)
    body = [(0, 0.02), (0.2, 0.02), (0.32, 0.08), (0.45, 0.28), (0.43, 0.5), (0.3, 0.63), (0.2, 0.665)]
    lathe(curve2(body), glaze, fillet=0)
    cylinder(0.24, 0.03, glaze)
    lathe([*curve2([(0.215, 0.66), (0.2, 0.69), (0.12, 0.73), (0.0, 0.745)])], glaze, fillet=0)
    torus(0.21, 0.012, glaze, at=(0, 0, 0.663))
    lathe(
        curve2([(0.0, 0.73), (0.035, 0.74), (0.03, 0.77), (0.055, 0.8), (0.05, 0.84), (0, 0.86)]),
        m.wood("oak"),
        fillet=0,
    )
    spout = [(0.36, 0, 0.22), (0.5, 0, 0.27), (0.6, 0, 0.42), (0.66, 0, 0.57), (0.76, 0, 0.66)]
    tube(spout, [0.13, 0.085, 0.06, 0.05, 0.042], glaze)
    torus(0.036, 0.009, glaze, at=(0.758, 0, 0.658), turn=(0, 44, 0))
    handle = [(-0.33, 0, 0.56), (-0.5, 0, 0.64), (-0.68, 0, 0.56), (-0.68, 0, 0.36), (-0.55, 0, 0.22), (-0.42, 0, 0.2)]
    tube(handle, [0.05, 0.036, 0.036, 0.05], glaze)


@shape("Gooseneck kettle", "ink sand", side=16, above=14, fill=0.7)
def kettle(colour: str) -> None:
    paint, steel, black = m.painted(colour), m.metal("steel"), m.plastic("coal")
    lathe([(0, 0.0), (0.4, 0), (0.42, 0.05, 0.02), (0, 0.05)], black)
    body = [(0.0, 0.06), (0.38, 0.06, 0.03), (0.39, 0.12), (0.26, 0.6, 0.08), (0.25, 0.63), (0, 0.63)]
    lathe(body, paint, fillet=0.02)
    lathe([(0, 0.63), (0.235, 0.63), (0.235, 0.65), (0.2, 0.67), (0, 0.68)], steel)
    lathe([(0, 0.68), (0.03, 0.68), (0.03, 0.72), (0.055, 0.73), (0.055, 0.77), (0, 0.775)], black)
    neck = [(0.32, 0, 0.17), (0.5, 0, 0.16), (0.58, 0, 0.3), (0.56, 0, 0.5), (0.6, 0, 0.64), (0.74, 0, 0.66)]
    tube(neck, [0.06, 0.042, 0.034, 0.028, 0.024], steel)
    handle = [(-0.24, 0, 0.55), (-0.46, 0, 0.62), (-0.6, 0, 0.54), (-0.62, 0, 0.34), (-0.58, 0, 0.2)]
    strap(handle, 0.075, 0.045, m.wood("walnut"))
    strap([(-0.2, 0, 0.54), (-0.3, 0, 0.575), (-0.42, 0, 0.605)], 0.05, 0.02, steel)


@shape("Frying pan", "ink", side=-34, above=28, fill=0.74)
def pan(colour: str) -> None:
    outside, inside = m.painted(colour), m.rubber("coal")
    lathe([(0, 0), (0.42, 0, 0.05), (0.55, 0.15, 0.02), (0.535, 0.155, 0.01), (0.525, 0.14)], outside)
    lathe([(0.53, 0.149), (0.41, 0.018, 0.05), (0, 0.018)], inside)
    strap([(0.5, 0, 0.11), (0.62, 0, 0.15), (0.7, 0, 0.18)], 0.085, 0.025, m.metal("steel"))
    grip = [(0.68, 0, 0.172), (0.85, 0, 0.22), (1.05, 0, 0.265), (1.2, 0, 0.27)]
    tube(grip, [0.03, 0.042, 0.036, 0.04, 0.03], m.wood("walnut", along="x"))
    torus(0.028, 0.009, m.metal("steel"), at=(1.235, 0, 0.272))
    for y in (-0.028, 0.028):
        ball(0.013, m.metal("steel"), at=(0.495, y, 0.122), scale=(0.7, 1, 1))


@shape("Vacuum flask", "sky rose ink", side=24, above=11, fill=0.72)
def thermos(colour: str) -> None:
    paint, steel, black = m.painted(colour), m.metal("steel"), m.plastic("coal", rough=0.5)
    lathe([(0, 0), (0.215, 0, 0.02), (0.215, 0.05), (0, 0.05)], steel)
    body = [(0, 0.05), (0.22, 0.05, 0.015), (0.22, 0.82, 0.1), (0.15, 0.93, 0.05), (0.15, 0.96), (0, 0.96)]
    lathe(body, paint)
    lathe([(0, 0.96), (0.155, 0.96), (0.155, 0.985), (0, 0.985)], steel)
    ridges = [(0, 0.985), (0.165, 0.985, 0.01), (0.165, 1.16, 0.03), (0.1, 1.19), (0, 1.19)]
    lathe(ridges, black, flute=lambda a: 1 + 0.008 * math.cos(36 * a))
    loop = [(-0.12, 0, 1.15), (-0.115, 0, 1.27), (0, 0, 1.315), (0.115, 0, 1.27), (0.12, 0, 1.15)]
    strap(loop, 0.06, 0.03, black)


@shape("Bowl", "sand sky", side=20, above=24, fill=0.68)
def bowl(colour: str) -> None:
    def one(glaze, *, at=(0, 0, 0), size=1.0):
        outer = [(0, 0.03), (0.2, 0.03), (0.35, 0.1), (0.47, 0.26), (0.52, 0.42)]
        inner = [(0.497, 0.42), (0.445, 0.27), (0.33, 0.135), (0.18, 0.075), (0, 0.065)]
        line = [*curve2(outer), (0.516, 0.432), (0.508, 0.436), (0.5, 0.432), *curve2(inner)]
        lathe([(r * size, z * size) for r, z in line], glaze, fillet=0, at=at)
        lathe([(0, 0), (0.19 * size, 0), (0.2 * size, 0.05 * size)], glaze, at=at)

    one(m.lacquer(colour))
    one(m.stoneware("bone"), at=(0, 0, 0.17), size=0.86)
