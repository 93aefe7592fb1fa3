"""Surfaces of the goods: the shop's colours, and what things are made of.

The six main colours are those of the shop's swatches; a picture named `mug-sage` uses exactly that sage.
"""

import bpy

COLOURS = {
    "ink": "#33383f",
    "sand": "#dcc5a0",
    "clay": "#d3765a",
    "sage": "#8da88b",
    "sky": "#82a8c9",
    "rose": "#dfa3a8",
    "bone": "#ebe5da",
    "black": "#1b1c1f",
    "coal": "#26282c",
    "white": "#f4f2ee",
    "grey": "#9aa0a8",
    "red": "#b3341d",
    "yellow": "#e3b04b",
    "leaf": "#5d7a4c",
    "paper": "#f0eadd",
    "steel": "#c9ccd1",
    "brass": "#c9a66b",
    "copper": "#c77f5a",
    "honey": "#d98a1c",
    "wax": "#f3ead6",
    "oak": "#c99a66",
    "ash": "#dcbf98",
    "walnut": "#7a5238",
    "tan": "#a8703f",
    "dark": "#4a2f20",
}

Material = bpy.types.Material

LIT = 0.84
GREYED = 0.16


def rgb(name: str) -> tuple[float, float, float, float]:
    """Linear red, green, blue, alpha of a colour's name or `#rrggbb`."""
    digits = COLOURS.get(name, name).lstrip("#")
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return red, green, blue, 1.0


def paint(name: str) -> tuple[float, float, float, float]:
    """A colour as it must be painted to come out right under the studio's light, which is brighter than 1."""
    red, green, blue, _ = rgb(name)
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    red, green, blue = (LIT * (part + (grey - part) * GREYED) for part in (red, green, blue))
    return red, green, blue, 1.0


def plastic(colour: str, *, rough: float = 0.38) -> Material:
    return _surface(f"plastic {colour} {rough}", colour, rough=rough)


def lacquer(colour: str) -> Material:
    """Glazed ceramics, enamel, polished plastic."""
    return _surface(f"lacquer {colour}", colour, rough=0.35, coat=0.7)


def matte(colour: str) -> Material:
    return _surface(f"matte {colour}", colour, rough=0.75)


def stoneware(colour: str) -> Material:
    return _surface(f"stoneware {colour}", colour, rough=0.5, coat=0.15, grain=("noise", 60.0, 0.04))


def rubber(colour: str = "black") -> Material:
    return _surface(f"rubber {colour}", colour, rough=0.65, grain=("noise", 220.0, 0.05))


def metal(colour: str = "steel", *, rough: float = 0.24) -> Material:
    return _surface(f"metal {colour} {rough}", colour, rough=rough, metallic=1.0)


def painted(colour: str) -> Material:
    """Powder-coated steel or aluminium."""
    return _surface(f"painted {colour}", colour, rough=0.48, grain=("noise", 260.0, 0.06))


def fabric(colour: str, *, scale: float = 110.0) -> Material:
    return _surface(f"fabric {colour} {scale}", colour, rough=0.95, sheen=0.35, grain=("weave", scale, 0.35))


def wool(colour: str) -> Material:
    return _surface(f"wool {colour}", colour, rough=1.0, sheen=0.6, grain=("noise", 75.0, 0.5))


def leather(colour: str) -> Material:
    return _surface(f"leather {colour}", colour, rough=0.5, grain=("cells", 70.0, 0.12))


def paper(colour: str = "paper") -> Material:
    return _surface(f"paper {colour}", colour, rough=0.85)


def wax(colour: str = "wax") -> Material:
    material = _surface(f"wax {colour}", colour, rough=0.5)
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Subsurface Weight"].default_value = 0.3
    shader.inputs["Subsurface Radius"].default_value = (0.08, 0.06, 0.04)
    return material


def glow(colour: str, strength: float) -> Material:
    return _surface(f"glow {colour} {strength}", colour, rough=0.6, glow=strength)


def wood(tone: str = "oak", *, along: str = "z", scale: float = 5.0) -> Material:
    """Wood with its grain along one axis of the solid."""
    name = f"wood {tone} {along} {scale}"
    if name in bpy.data.materials:
        return bpy.data.materials[name]
    material = _surface(name, tone, rough=0.45, coat=0.08)
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place = nodes.new("ShaderNodeTexCoord")
    stretch = nodes.new("ShaderNodeMapping")
    stretch.inputs["Scale"].default_value = tuple(0.12 if axis == along else 1.0 for axis in "xyz")
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = scale
    noise.inputs["Detail"].default_value = 6.0
    noise.inputs["Distortion"].default_value = 1.2
    ramp = nodes.new("ShaderNodeValToRGB")
    light, ends = paint(tone), ramp.color_ramp.elements
    ends[0].position, ends[1].position = 0.32, 0.68
    ends[0].color = (light[0] * 0.66, light[1] * 0.6, light[2] * 0.55, 1.0)
    ends[1].color = (*tuple(min(1.0, part * 1.12) for part in light[:3]), 1.0)
    links.new(place.outputs["Object"], stretch.inputs["Vector"])
    links.new(stretch.outputs["Vector"], noise.inputs["Vector"])
    links.new(noise.outputs[0], ramp.inputs[0])
    links.new(ramp.outputs[0], nodes["Principled BSDF"].inputs["Base Color"])
    return material


def glass(tint: str = "#ffffff", *, rough: float = 0.02, ior: float = 1.45) -> Material:
    """Clear glass or liquid. Its shadow is let through, since light paths that would focus it are not traced."""
    name = f"glass {tint} {rough} {ior}"
    if name in bpy.data.materials:
        return bpy.data.materials[name]
    material = _surface(name, tint, rough=rough)
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Transmission Weight"].default_value = 1.0
    shader.inputs["IOR"].default_value = ior
    through, path, mix = (nodes.new(f"ShaderNode{kind}") for kind in ("BsdfTransparent", "LightPath", "MixShader"))
    red, green, blue, _ = rgb(tint)
    through.inputs["Color"].default_value = (red * 0.9 + 0.05, green * 0.9 + 0.05, blue * 0.9 + 0.05, 1.0)
    links.new(path.outputs["Is Shadow Ray"], mix.inputs[0])
    links.new(shader.outputs[0], mix.inputs[1])
    links.new(through.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


def screen() -> Material:
    """A dark display with a soft vertical gradient, over the solid's own height."""
    name = "screen"
    if name in bpy.data.materials:
        return bpy.data.materials[name]
    material = _surface(name, "black", rough=0.15, coat=0.5)
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    place, split, ramp = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "SeparateXYZ", "ValToRGB"))
    mixed = nodes.new("ShaderNodeMath")
    mixed.operation = "ADD"
    ends = ramp.color_ramp.elements
    ends[0].position, ends[1].position = 0.35, 1.45 / 2
    ends[0].color, ends[1].color = rgb("#2c4a6b"), rgb("#d98f6f")
    middle = ramp.color_ramp.elements.new(0.55)
    middle.color = rgb("#7b7fa3")
    half = nodes.new("ShaderNodeMath")
    half.operation = "MULTIPLY"
    half.inputs[1].default_value = 0.5
    links.new(place.outputs["Generated"], split.inputs[0])
    links.new(split.outputs[0], mixed.inputs[0])
    links.new(split.outputs[1], mixed.inputs[1])
    links.new(mixed.outputs[0], half.inputs[0])
    links.new(half.outputs[0], ramp.inputs[0])
    links.new(ramp.outputs[0], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 0.75
    return material


def _surface(
    name: str,
    colour: str,
    *,
    rough: float,
    metallic: float = 0.0,
    coat: float = 0.0,
    sheen: float = 0.0,
    glow: float = 0.0,
    grain: tuple[str, float, float] | None = None,
) -> Material:
    """`grain` is kind, scale and strength of a bump, in the solid's own units."""
    if name in bpy.data.materials:
        return bpy.data.materials[name]
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    values = {
        "Base Color": rgb(colour) if metallic else paint(colour),
        "Roughness": rough,
        "Metallic": metallic,
        "Coat Weight": coat,
        "Coat Roughness": 0.08,
        "Sheen Weight": sheen,
        "Emission Color": rgb(colour),
        "Emission Strength": glow,
    }
    for key, value in values.items():
        shader.inputs[key].default_value = value
    if grain:
        _bump(material, *grain)
    return material


def _bump(material: Material, kind: str, scale: float, strength: float) -> None:
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place, bump = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = 0.01
    if kind == "weave":
        height = nodes.new("ShaderNodeMath")
        height.operation = "ADD"
        for at, axis in enumerate(("X", "Z")):
            wave = nodes.new("ShaderNodeTexWave")
            wave.bands_direction = axis
            wave.inputs["Scale"].default_value = scale / 4
            wave.inputs["Distortion"].default_value = 1.5
            wave.inputs["Detail"].default_value = 2.0
            links.new(place.outputs["Object"], wave.inputs["Vector"])
            links.new(wave.outputs["Fac"], height.inputs[at])
        out = height.outputs[0]
    else:
        texture = nodes.new("ShaderNodeTexVoronoi" if kind == "cells" else "ShaderNodeTexNoise")
        texture.inputs["Scale"].default_value = scale
        links.new(place.outputs["Object"], texture.inputs["Vector"])
        out = texture.outputs[0]
    links.new(out, bump.inputs["Height"])
    links.new(bump.outputs[0], nodes["Principled BSDF"].inputs["Normal"])
