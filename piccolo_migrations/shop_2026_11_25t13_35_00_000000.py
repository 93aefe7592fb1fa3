"""What Piccolo's tables cannot say about the order of options: see sql/22_options.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T13:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Options in the order of a variant's name"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("22_options.sql"))
    return manager
