"""Groceries and pets."""

import math

from tools.packshots import materials as m
from tools.packshots.catalogue import shape
from tools.packshots.solids import arc, ball, box, curve2, group, lathe, lettering, soft, strap, tube, word


@shape("Jar of honey with a dipper", "honey", side=22, above=14, fill=0.7)
def honey(colour: str) -> None:
    lathe(
        [(0, 0), (0.33, 0, 0.06), (0.35, 0.1), (0.35, 0.6, 0.1), (0.27, 0.68, 0.02), (0.27, 0.74), (0, 0.74)],
        m.glass("#fdf8ee"),
    )
    lathe(
        [(0, 0.035), (0.3, 0.035, 0.05), (0.322, 0.1), (0.322, 0.56, 0.08), (0.25, 0.62), (0, 0.62)],
        m.glass(colour, ior=1.4),
    )
    lathe([(0, 0.72), (0.295, 0.72), (0.295, 0.86, 0.02), (0, 0.865)], m.metal("brass", rough=0.35))
    strap([(x, y, 0.33) for x, y in arc(0.353, 222, 318)], 0.3, 0.002, m.paper(), across=(0, 0, 1))
    lettering("HEDE", 0.12, m.matte("dark"), radius=0.356, height=0.375)
    lettering("heather honey", 0.05, m.matte("dark"), radius=0.356, height=0.27)
    dip = [
        tube([(0, 0, 0.3), (0, 0, 0.86)], 0.02, m.wood("oak"), smooth=False),
        ball(0.028, m.wood("oak"), at=(0, 0, 0.87)),
    ]
    for i in range(7):
        far = 0.06 + 0.035 * math.sin(math.pi * (i + 0.7) / 7.4)
        dip.append(
            lathe([(0, 0), (far, 0, 0.012), (far, 0.03, 0.012), (0, 0.03)], m.wood("oak"), at=(0, 0, 0.02 + i * 0.042))
        )
    group(dip, at=(0.26, -0.42, 0.092), turn=(0, 90, 24))


@shape("Bag of coffee", "clay ink", side=24, above=12, fill=0.72)
def coffee(colour: str) -> None:
    bag = m.plastic(colour, rough=0.55)

    def pinch(x: float, y: float, z: float):
        top = max(0.0, z)
        thin = 1 - 0.9 * top**1.6
        fold = 0.05 * math.sin(7 * z + 3 * x) * (1 - abs(x) ** 3) * (0.5 + 0.5 * top)
        return x * (1 + 0.03 * top - 0.05 * math.sin(3 * z) * 0.3), y * thin + fold, z

    soft((0.66, 0.4, 1.0), bag, at=(0, 0, 0.5), square=6, upright=14, bend=pinch, cuts=40)
    box((0.68, 0.05, 0.1), bag, at=(0, 0, 1.02), fillet=0.012)
    strap(
        [(-0.36, -0.035, 1.0), (0, -0.04, 1.0), (0.36, -0.035, 1.0)], 0.035, 0.012, m.plastic("bone"), across=(0, 0, 1)
    )
    label = [
        box((0.42, 0.006, 0.34), m.paper("bone"), fillet=0.002),
        word("RIST", 0.14, m.matte("dark"), at=(0, -0.006, 0.06)),
    ]
    label.append(word("whole bean 250 g", 0.045, m.matte("dark"), at=(0, -0.006, -0.07)))
    group(label, at=(0, -0.214, 0.4), turn=(-4, 0, 0))
    bean = m.plastic("dark", rough=0.35)
    for i, (x, y, turn) in enumerate(
        (
            (0.42, -0.32, 20),
            (0.53, -0.22, 70),
            (0.34, -0.44, -30),
            (0.55, -0.38, 120),
            (0.46, -0.5, 45),
            (0.22, -0.4, 80),
        )
    ):
        parts = [
            soft((0.1, 0.07, 0.055), bean, square=2.1),
            tube([(-0.045, 0.003, 0.016), (0, -0.004, 0.028), (0.045, 0.003, 0.016)], 0.004, m.matte("black")),
        ]
        group(parts, at=(x, y, 0.027), turn=(0, 0, turn + i))


@shape("Pet bowl with food", "sage rose", side=22, above=24, fill=0.68)
def petbowl(colour: str) -> None:
    line = [
        (0, 0.05),
        (0.42, 0.05),
        (0.52, 0, 0.02),
        (0.55, 0.02, 0.02),
        (0.46, 0.32, 0.04),
        (0.41, 0.32, 0.03),
        (0.36, 0.13, 0.06),
        (0, 0.11),
    ]
    lathe(line, m.lacquer(colour), fillet=0.015)
    lathe(curve2([(0.395, 0.22), (0.2, 0.26), (0.0, 0.27)]), m.matte("dark"), fillet=0)
    for i in range(90):
        far, a = 0.36 * math.sqrt((i + 0.5) / 90), i * 2.39996
        parts = [soft((0.085, 0.075, 0.06), m.matte(("tan", "walnut", "#8a5a34")[i % 3]), square=2.6)]
        group(
            parts,
            at=(far * math.cos(a), far * math.sin(a), 0.285 - 0.28 * far**2 + 0.012 * (i % 3)),
            turn=(i * 47 % 60, i * 31 % 50, i * 73),
        )
    bone = [tube([(-0.1, 0, 0), (0.1, 0, 0)], 0.035, m.matte("bone"), smooth=False)]
    for x in (-0.11, 0.11):
        for y in (-0.032, 0.032):
            bone.append(ball(0.042, m.matte("bone"), at=(x, y, 0)))
    group(bone, at=(0, -0.505, 0.17), turn=(72, 0, 0), scale=0.8)
