"""What Piccolo's tables cannot say about requests that are forgotten: see sql/23_forgotten_requests.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T13:42:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Requests that are forgotten in time"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("23_forgotten_requests.sql"))
    return manager
