"""What Piccolo's tables cannot say about the version of lists: see sql/17_version_of_lists.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T12:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Lists that move change what everybody sees"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("17_version_of_lists.sql"))
    return manager
