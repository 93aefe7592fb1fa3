"""Whether this process lives, and whether it should be sent visitors."""

from pathlib import Path
from typing import Any

from litestar import Response, get

from app.web.context import web_of
from app.web.guards import Access
from app.web.session import VisitorRequest


@get("/live", access=Access.ANYONE)
async def live() -> Response[dict[str, str]]:
    """Touches nothing but this process."""
    return Response({"status": "alive"}, headers={"cache-control": "no-store"})


@get("/ready", access=Access.ANYONE)
async def ready(request: VisitorRequest) -> Response[dict[str, str]]:
    """503 while draining, without the database, or on another release's schema; without the queue degraded."""
    web = web_of(request)
    headers = {"cache-control": "no-store"}
    if web.drain_file is not None and Path(web.drain_file).exists():
        return Response({"status": "draining"}, status_code=503, headers=headers)
    report = await web.services.health.report()
    body = {
        "status": "ready" if report.is_ready and report.queue else "degraded" if report.is_ready else "not ready",
        "database": "ok" if report.database else "unreachable",
        "schema": "ok" if report.schema else "not this release's",
        "queue": "ok" if report.queue else "unreachable",
    }
    return Response(body, status_code=200 if report.is_ready else 503, headers=headers)


ROUTES: list[Any] = [live, ready]
