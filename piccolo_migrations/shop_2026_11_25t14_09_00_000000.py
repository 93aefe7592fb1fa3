"""An index for what is wiped after a day: see sql/30_drafts.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T14:09:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Drafts of orders by their age"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("30_drafts.sql"))
    return manager
