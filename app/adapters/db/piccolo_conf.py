"""What Piccolo's own code looks for: the apps and an engine.

Only migrations come here; the shop binds its tables to the engine that bootstrap built. `DB` is made when it is
asked for: the engine a migration runs with, else one on DATABASE_URL for Piccolo's command line.
"""

import contextvars
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager

from piccolo.conf.apps import AppRegistry

from app.adapters.db.engine import Limits, ShopEngine

APP_REGISTRY = AppRegistry(apps=["app.adapters.db.piccolo_app"])

_engine: contextvars.ContextVar[ShopEngine | None] = contextvars.ContextVar("migrating", default=None)


@contextmanager
def using(engine: ShopEngine) -> Iterator[None]:
    """Let Piccolo's migration code find `engine`."""
    os.environ["PICCOLO_CONF"] = __name__
    token = _engine.set(engine)
    try:
        yield
    finally:
        _engine.reset(token)


def __getattr__(name: str) -> ShopEngine:
    if name != "DB":
        raise AttributeError(name)
    return _engine.get() or _from_environment()


@functools.cache
def _from_environment() -> ShopEngine:
    return ShopEngine(os.environ["DATABASE_URL"], Limits(application_name="shop piccolo"), guarded=False)
