"""Which version of the schema this code came with, told without loading what applies it."""

import functools
import re
from pathlib import Path

import asyncpg

from app.adapters.db.engine import ShopEngine

APP_NAME = "shop"
MIGRATIONS = Path(__file__).resolve().parents[3] / "piccolo_migrations"


async def schema_is_current(engine: ShopEngine) -> bool:
    """Whether every migration that this code came with has been applied. One cheap query."""
    try:
        rows = await engine.fetch("SELECT name FROM migration WHERE app_name = $1", APP_NAME)
    except asyncpg.UndefinedTableError:
        return False
    return known_migrations() <= {row["name"] for row in rows}


@functools.cache
def known_migrations() -> frozenset[str]:
    """Ids of the migrations on disk, read from the files without running them."""
    found = set()
    for path in MIGRATIONS.glob("*.py"):
        declared = re.search(r'^ID = "([^"]+)"', path.read_text(), re.MULTILINE)
        assert declared, f"{path} names no ID"
        found.add(declared[1])
    return frozenset(found)
