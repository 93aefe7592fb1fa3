"""The few primitives everything is built from.

A solid faces -y (towards the camera), z is up, and a shape is about one unit large; the scene scales and grounds it.
Angles are degrees. Every function puts its solid into the open scene and returns it.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import bmesh
import bpy
from mathutils import Euler, Vector

Solid = bpy.types.Object
Material = bpy.types.Material
Place = tuple[float, float, float]
Point2 = tuple[float, float]

ORIGIN: Place = (0.0, 0.0, 0.0)


def lathe(
    profile: Sequence[tuple[float, ...]],
    material: Material,
    *,
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
    fillet: float = 0.012,
    steps: int = 96,
    flute: Callable[[float], float] | None = None,
) -> Solid:
    """Turns (radius, height) points about z, corners rounded by `fillet` or by a point's own third number.

    `flute` scales the radius by the angle (radians), for pleats and petals.
    """
    line = rounded(profile, fillet)
    mesh = bmesh.new()
    rings = []
    for radius, height in line:
        if radius < 1e-5:
            rings.append([mesh.verts.new((0, 0, height))])
            continue
        ring = []
        for i in range(steps):
            angle = math.tau * i / steps
            far = radius * (flute(angle) if flute else 1.0)
            ring.append(mesh.verts.new((far * math.cos(angle), far * math.sin(angle), height)))
        rings.append(ring)
    for low, high in itertools.pairwise(rings):
        for i in range(steps):
            j = (i + 1) % steps
            corners = [low[i % len(low)], low[j % len(low)], high[j % len(high)], high[i % len(high)]]
            unique = list(dict.fromkeys(corners))
            if len(unique) > 2 and not (len(low) == 1 and len(high) == 1):
                mesh.faces.new(unique)
    return _finish(mesh, material, at, turn)


def cylinder(
    radius: float, height: float, material: Material, *, at: Place = ORIGIN, turn: Place = ORIGIN, fillet: float = 0.01
) -> Solid:
    """Stands on `at`."""
    return lathe([(0, 0), (radius, 0), (radius, height), (0, height)], material, at=at, turn=turn, fillet=fillet)


def box(size: Place, material: Material, *, at: Place = ORIGIN, turn: Place = ORIGIN, fillet: float = 0.02) -> Solid:
    """Centred on `at`."""
    mesh = bmesh.new()
    bmesh.ops.create_cube(mesh, size=1.0)
    bmesh.ops.scale(mesh, vec=size, verts=mesh.verts)
    solid = _finish(mesh, material, at, turn, weighted=False)
    _bevel(solid, min(fillet, min(size) * 0.499))
    return solid


def slab(
    outline: Sequence[Point2],
    depth: float,
    material: Material,
    *,
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
    fillet: float = 0.01,
) -> Solid:
    """A flat outline in x and y given `depth` along z, from `at` upwards."""
    mesh = bmesh.new()
    low = [mesh.verts.new((x, y, 0)) for x, y in outline]
    high = [mesh.verts.new((x, y, depth)) for x, y in outline]
    mesh.faces.new(low[::-1])
    mesh.faces.new(high)
    for i in range(len(outline)):
        j = (i + 1) % len(outline)
        mesh.faces.new((low[i], low[j], high[j], high[i]))
    solid = _finish(mesh, material, at, turn, weighted=False)
    _bevel(solid, min(fillet, depth * 0.49))
    return solid


def ball(radius: float, material: Material, *, at: Place = ORIGIN, scale: Place = (1, 1, 1)) -> Solid:
    return soft((2 * radius * scale[0], 2 * radius * scale[1], 2 * radius * scale[2]), material, at=at, square=2.0)


def soft(
    size: Place,
    material: Material,
    *,
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
    square: float = 4.0,
    upright: float | None = None,
    bend: Callable[[float, float, float], Place] | None = None,
    cuts: int = 28,
) -> Solid:
    """A rounded solid between ball (`square` 2) and box (large), centred on `at`.

    `upright` is the same for its height against its plan. `bend` moves points given in -1..1 before they are scaled.
    """
    mesh = bmesh.new()
    bmesh.ops.create_cube(mesh, size=2.0)
    bmesh.ops.subdivide_edges(mesh, edges=mesh.edges[:], cuts=cuts, use_grid_fill=True)
    tall = upright or square
    for vert in mesh.verts:
        x, y, z = vert.co
        plan = (abs(x) ** square + abs(y) ** square) ** (1 / square)
        shrink = (plan**tall + abs(z) ** tall) ** (-1 / tall)
        x, y, z = x * shrink, y * shrink, z * shrink
        if bend:
            x, y, z = bend(x, y, z)
        vert.co = (x * size[0] / 2, y * size[1] / 2, z * size[2] / 2)
    return _finish(mesh, material, at, turn, weighted=False)


def torus(radius: float, thick: float, material: Material, *, at: Place = ORIGIN, turn: Place = ORIGIN) -> Solid:
    """A ring lying flat about `at`."""
    around = [(radius + thick * math.cos(a), thick * math.sin(a)) for a in (math.tau * i / 24 for i in range(25))]
    return lathe(around, material, at=at, turn=turn, fillet=0)


def tube(
    path: Sequence[Place],
    radius: float | Sequence[float],
    material: Material,
    *,
    closed: bool = False,
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
    smooth: bool = True,
) -> Solid:
    """A round bar along points; several radii taper it."""
    points = spline(path, closed=closed) if smooth else list(path)
    radii = [radius] * 2 if isinstance(radius, float | int) else list(radius)
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution, curve.use_fill_caps = "3D", 1.0, 7, True
    line = curve.splines.new("POLY")
    line.points.add(len(points) - 1)
    line.use_cyclic_u = closed
    line.use_smooth = True
    for i, (knot, point) in enumerate(zip(line.points, points, strict=True)):
        knot.co = (*point, 1.0)
        along = i / max(1, len(points) - 1) * (len(radii) - 1)
        low = min(int(along), len(radii) - 2)
        knot.radius = radii[low] + (radii[low + 1] - radii[low]) * (along - low)
    curve.materials.append(material)
    return _place(bpy.data.objects.new("tube", curve), at, turn)


def surface(
    shape: Callable[[float, float], Place],
    material: Material,
    *,
    cells: tuple[int, int] = (64, 64),
    thick: float = 0.0,
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
) -> Solid:
    """A sheet: `shape` gives the place of u, v in 0..1."""
    mesh = bmesh.new()
    wide, high = cells
    grid = [[mesh.verts.new(shape(i / wide, j / high)) for j in range(high + 1)] for i in range(wide + 1)]
    for i in range(wide):
        for j in range(high):
            mesh.faces.new((grid[i][j], grid[i + 1][j], grid[i + 1][j + 1], grid[i][j + 1]))
    bmesh.ops.remove_doubles(mesh, verts=mesh.verts[:], dist=1e-5)
    solid = _finish(mesh, material, at, turn, weighted=False)
    if thick:
        modifier = solid.modifiers.new("thick", "SOLIDIFY")
        modifier.thickness, modifier.offset = thick, 0.0
        _bevel(solid, thick * 0.3, segments=2)
    return solid


def strap(
    path: Sequence[Place],
    width: float | Callable[[float], float],
    thick: float,
    material: Material,
    *,
    across: Place = (0, 1, 0),
    at: Place = ORIGIN,
    turn: Place = ORIGIN,
    closed: bool = False,
) -> Solid:
    """A band along points, `across` being the direction of its width."""
    points = [Vector(point) for point in spline(path, closed=closed)]
    if closed:
        points.append(points[0])
    side = Vector(across).normalized()

    def place(u: float, v: float) -> Place:
        index = min(round(u * (len(points) - 1)), len(points) - 1)
        far = width(u) if callable(width) else width
        return tuple(points[index] + side * (v - 0.5) * far)

    return surface(place, material, cells=(len(points) - 1, 6), thick=thick, at=at, turn=turn)


def word(
    text: str, size: float, material: Material, *, at: Place = ORIGIN, turn: Place = (90, 0, 0), deep: float = 0.002
) -> Solid:
    """Letters standing upright, centred on `at`."""
    curve = bpy.data.curves.new("word", "FONT")
    curve.body, curve.size, curve.extrude = text, size, deep
    curve.align_x, curve.align_y = "CENTER", "CENTER"
    curve.materials.append(material)
    return _place(bpy.data.objects.new("word", curve), at, turn)


def lettering(
    text: str, size: float, material: Material, *, radius: float, height: float, facing: float = 0.0
) -> Solid:
    """Letters around an upright cylinder, centred `facing` degrees to the right of its front."""
    widths, letters = [], []
    for letter in text:
        if letter == " ":
            widths.append(size * 0.3)
            letters.append(None)
            continue
        curve = bpy.data.curves.new("letter", "FONT")
        curve.body, curve.size, curve.extrude, curve.align_x = letter, size, 0.002, "CENTER"
        curve.materials.append(material)
        letters.append(_place(bpy.data.objects.new("letter", curve), ORIGIN, ORIGIN))
        bpy.context.view_layer.update()
        widths.append(letters[-1].dimensions.x + size * 0.1)
    at, made = -sum(widths) / 2, []
    for letter, wide in zip(letters, widths, strict=True):
        angle = math.radians(facing) + (at + wide / 2) / radius
        at += wide
        if letter:
            letter.location = (radius * math.sin(angle), -radius * math.cos(angle), height - size * 0.33)
            letter.rotation_euler = Euler((math.radians(90), 0, angle))
            made.append(letter)
    return group(made)


def group(solids: Sequence[Solid], *, at: Place = ORIGIN, turn: Place = ORIGIN, scale: float = 1.0) -> Solid:
    """Moves several solids as one."""
    handle = bpy.data.objects.new("group", None)
    bpy.context.collection.objects.link(handle)
    for solid in solids:
        solid.parent = handle
    handle.location, handle.rotation_euler = at, Euler([math.radians(angle) for angle in turn])
    handle.scale = (scale, scale, scale)
    return handle


def unframed(solid: Solid) -> Solid:
    """Leaves a solid out of the framing: it may leave the picture (a cord to the ceiling)."""
    solid["unframed"] = True
    return solid


def rounded(points: Sequence[tuple[float, ...]], radius: float, *, steps: int = 5) -> list[Point2]:
    """An open line with its corners rounded; a point's third number is its own radius."""
    out: list[Point2] = []
    for i, point in enumerate(points):
        here = Vector(point[:2])
        want = point[2] if len(point) > 2 else radius
        if i in (0, len(points) - 1) or want <= 0:
            out.append(tuple(here))
            continue
        before, after = Vector(points[i - 1][:2]) - here, Vector(points[i + 1][:2]) - here
        cut = min(want, before.length * 0.49, after.length * 0.49)
        if cut < 1e-5:
            out.append(tuple(here))
            continue
        start, end = here + before.normalized() * cut, here + after.normalized() * cut
        for k in range(steps + 1):
            t = k / steps
            out.append(tuple(start * (1 - t) ** 2 + here * 2 * t * (1 - t) + end * t**2))
    return out


def curve2(points: Sequence[Point2], *, steps: int = 10) -> list[Point2]:
    """A smooth line through (radius, height) points, for `lathe` with no fillet."""
    return [(max(0.0, x), y) for x, y, _ in spline([(*point, 0.0) for point in points], steps=steps)]


def spline(points: Sequence[Place], *, closed: bool = False, steps: int = 12) -> list[Place]:
    """A smooth line through points (Catmull-Rom, centripetal enough for what is drawn here)."""
    knots = [Vector(point) for point in points]
    count = len(knots)
    out: list[Place] = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (knots[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            b, c = knots[i], knots[i + 1]
            a = knots[i - 1] if i else b * 2 - c
            d = knots[i + 2] if i + 2 < count else c * 2 - b
        for k in range(steps):
            t = k / steps
            point = b * 2 + (c - a) * t + (a * 2 - b * 5 + c * 4 - d) * t**2 + (b * 3 - a - c * 3 + d) * t**3
            out.append(tuple(point * 0.5))
    if not closed:
        out.append(tuple(knots[-1]))
    return out


def plate(width: float, height: float, radius: float, *, steps: int = 10) -> list[Point2]:
    """The outline of a rectangle with round corners, centred."""
    out: list[Point2] = []
    corners = ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
    for sx, sy, first in corners:
        for k in range(steps + 1):
            angle = math.radians(first + 90 * k / steps)
            x = sx * (width / 2 - radius) + radius * math.cos(angle)
            out.append((x, sy * (height / 2 - radius) + radius * math.sin(angle)))
    return out


def arc(radius: float, first: float, last: float, *, steps: int = 16, centre: Point2 = (0, 0)) -> list[Point2]:
    """Points of a circle between two angles."""
    angles = [math.radians(first + (last - first) * k / steps) for k in range(steps + 1)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _finish(mesh: bmesh.types.BMesh, material: Material, at: Place, turn: Place, *, weighted: bool = True) -> Solid:
    bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces[:])
    data = bpy.data.meshes.new("solid")
    mesh.to_mesh(data)
    mesh.free()
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    data.materials.append(material)
    solid = _place(bpy.data.objects.new("solid", data), at, turn)
    if weighted:
        solid.modifiers.new("normals", "WEIGHTED_NORMAL")
    return solid


def _bevel(solid: Solid, width: float, *, segments: int = 4) -> None:
    if width > 0:
        bevel = solid.modifiers.new("bevel", "BEVEL")
        bevel.width, bevel.segments, bevel.limit_method = width, segments, "ANGLE"
        bevel.angle_limit = math.radians(35)
    solid.modifiers.new("normals", "WEIGHTED_NORMAL")


def _place(solid: Solid, at: Place, turn: Place) -> Solid:
    bpy.context.collection.objects.link(solid)
    solid.location = at
    solid.rotation_euler = Euler([math.radians(angle) for angle in turn])
    return solid
