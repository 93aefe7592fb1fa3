"""What Piccolo's tables cannot say about the second factor: see sql/21_two_factor.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T13:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The second factor and the change log"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("21_two_factor.sql"))
    return manager
