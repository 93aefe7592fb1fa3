"""Templates rendered as the application renders them, without an application."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from app.adapters.files.static import StaticFiles
from app.adapters.jinja.environment import build_environment
from app.core.languages import Languages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SHOP = Languages.of("en_US", ("de_DE",))


@cache
def static_files() -> StaticFiles:
    return StaticFiles.load(ROOT / "static")


@cache
def environment() -> Environment:
    return _environment(SHOP)


def render(template: str, page: Any) -> str:
    return render_in(SHOP, template, page)


def render_in(languages: Languages, template: str, page: Any) -> str:
    """In the shop of these languages."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    made = environment() if languages is SHOP else _environment(languages)
    return made.get_template(template).render(context, page=page)


def _environment(languages: Languages) -> Environment:
    return build_environment(
        templates_dir=TEMPLATES,
        static=static_files(),
        currency="USD",
        locale=languages.default,
        languages=languages,
    )
