"""Templates rendered as the application renders them, without an application."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from app.adapters.files.static import StaticFiles
from app.adapters.jinja.environment import build_environment

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


@cache
def static_files() -> StaticFiles:
    return StaticFiles.load(ROOT / "static")


@cache
def environment() -> Environment:
    return build_environment(templates_dir=TEMPLATES, static=static_files(), currency="USD", locale="en_US")


def render(template: str, page: Any) -> str:
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return environment().get_template(template).render(context, page=page)
