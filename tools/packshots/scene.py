"""The studio: one seamless backdrop, three lights and a camera that frames whatever stands there.

A shape is scaled to the same size, put on the ground and framed by its own outline, so nothing hovers or is cut off.
"""

import math
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector

from tools.packshots.materials import rgb

BACKDROP = "#eceef1"
LENS = 75.0  # mm on a 36 mm sensor
STAGE = 0.8  # radius every shape is scaled to, in the studio's metres
LIGHTS = (  # place, size in metres, watts: key left, fill right, rim behind
    ((-2.9, -2.5, 3.4), 2.4, 225.0),
    ((3.4, -1.8, 2.0), 1.6, 42.0),
    ((0.7, 2.4, 3.4), 1.5, 95.0),
)
WORLD = 0.5


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera stands: degrees to the right of the front, degrees above the ground, share of the picture.

    Past 60 degrees the backdrop ends: `turn` the shape instead.
    """

    side: float = 26.0
    above: float = 13.0
    fill: float = 0.66
    width: float = 1.0  # of the picture, against its height
    turn: float = 0.0  # degrees the shape is turned about its own middle, seen from above
    aim: tuple[float, float, float] = (0.5, 0.5, 0.5)  # of a close-up: where in the outline's box the camera looks
    zoom: float = 1.0  # of a close-up: how much nearer the camera is


def clear(*, size: int, samples: int, threads: int = 2, seed: int = 7) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.resolution_x = scene.render.resolution_y = size
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, seed
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.04
    cycles.max_bounces, cycles.transmission_bounces, cycles.transparent_max_bounces = 6, 6, 6
    cycles.diffuse_bounces, cycles.glossy_bounces = 3, 3
    cycles.caustics_reflective = cycles.caustics_refractive = False
    scene.view_settings.view_transform = "Khronos PBR Neutral"
    scene.view_settings.exposure = -0.2
    world = bpy.data.worlds.new("studio")
    scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    background.inputs["Strength"].default_value = WORLD


def shoot(view: View, path: str) -> None:
    """Grounds and frames what the open scene holds, lights it and writes a PNG."""
    _ground(view.turn)
    scene = bpy.context.scene
    scene.render.resolution_x = round(scene.render.resolution_y * view.width)
    camera = _camera(view)
    _backdrop()
    for place, size, watts in LIGHTS:
        _light(Vector(place), size, watts)
    _light(Vector((0.0, 1.6, 4.6)), 7.0, 170.0, towards=Vector((0.0, 6.0, 1.6)))  # evens out the wall
    scene.camera = camera
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)


def _solids() -> list[bpy.types.Object]:
    return [item for item in bpy.context.scene.objects if item.type in {"MESH", "CURVE", "FONT"}]


def _points(*, framed_only: bool) -> np.ndarray:
    """Every corner of the finished solids in the studio's metres, (n, 3)."""
    graph = bpy.context.evaluated_depsgraph_get()
    parts = []
    for solid in _solids():
        if framed_only and solid.get("unframed"):
            continue
        ready = solid.evaluated_get(graph)
        mesh = ready.to_mesh()
        flat = np.empty(len(mesh.vertices) * 3, dtype=np.float32)
        mesh.vertices.foreach_get("co", flat)
        place = np.array(ready.matrix_world)
        parts.append(flat.reshape(-1, 3) @ place[:3, :3].T + place[:3, 3])
        ready.to_mesh_clear()
    return np.concatenate(parts)


def _ground(turn: float) -> None:
    """Scales what stands there to the stage and sets it down at its middle, turned."""
    points = _points(framed_only=True)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = STAGE / (float(np.linalg.norm(high - low)) / 2)
    middle = (low + high) / 2
    lowest = float(points[:, 2].min())
    move = Matrix.Scale(scale, 4) @ Matrix.Translation((-float(middle[0]), -float(middle[1]), -lowest))
    stage = bpy.data.objects.new("stage", None)
    bpy.context.collection.objects.link(stage)
    for item in list(bpy.context.scene.objects):
        if item.parent is None and item is not stage:
            item.parent = stage
    stage.matrix_world = Matrix.Rotation(math.radians(turn), 4, "Z") @ move
    bpy.context.view_layer.update()


def _camera(view: View) -> bpy.types.Object:
    """The outline's longer side fills `fill` of the picture, and its middle is the picture's."""
    side, above = math.radians(view.side), math.radians(view.above)
    back = Vector((math.sin(side) * math.cos(above), -math.cos(side) * math.cos(above), math.sin(above)))
    turn = (-back).to_track_quat("-Z", "Y").to_matrix()
    right, up = turn.col[0], turn.col[1]
    points = _points(framed_only=True)
    target, distance = Vector(points.mean(axis=0)), 4.0
    tangent = 18.0 / LENS / max(1.0, view.width)  # half the picture's height, at one metre
    for _ in range(12):
        seen = points - np.array(target + back * distance)
        depth = -(seen @ np.array(back))
        x, y = seen @ np.array(right) / depth, seen @ np.array(up) / depth
        target = target + (right * float(x.max() + x.min()) + up * float(y.max() + y.min())) * distance / 2
        wide, tall = float(x.max() - x.min()) / view.width, float(y.max() - y.min())
        distance *= max(wide, tall) / (2 * tangent * view.fill)
    if view.zoom != 1.0:
        low, high = points.min(axis=0), points.max(axis=0)
        target, distance = Vector(low + (high - low) * np.array(view.aim)), distance / view.zoom
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.sensor_fit = LENS, 36.0, "HORIZONTAL"
    if view.width < 1:
        data.sensor_fit = "VERTICAL"
    camera = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(camera)
    camera.location = target + back * distance
    camera.rotation_euler = turn.to_euler()
    return camera


def _backdrop() -> None:
    """A floor that curves up into a wall far behind."""
    material = bpy.data.materials.new("backdrop")
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = rgb(BACKDROP)
    shader.inputs["Roughness"].default_value = 0.9
    shader.inputs["Specular IOR Level"].default_value = 0.1
    floor = [(-9.0, 0.0), (3.0, 0.0)]
    bend = [(3 + 3 * math.sin(a), 3 - 3 * math.cos(a)) for a in (math.pi / 2 * i / 24 for i in range(1, 25))]
    line = [*floor, *bend, (6.0, 14.0)]
    corners = [(x, y, z) for y, z in line for x in (-16.0, 16.0)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(line) - 1)]
    mesh = bpy.data.meshes.new("backdrop")
    mesh.from_pydata(corners, [], faces)
    mesh.polygons.foreach_set("use_smooth", [True] * len(faces))
    mesh.materials.append(material)
    bpy.context.collection.objects.link(bpy.data.objects.new("backdrop", mesh))


def _light(place: Vector, size: float, watts: float, *, towards: Vector | None = None) -> None:
    data = bpy.data.lights.new("light", "AREA")
    data.size, data.energy = size, watts
    light = bpy.data.objects.new("light", data)
    light.location = place
    light.rotation_euler = ((towards or Vector((0, 0, 0.5))) - place).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(light)
