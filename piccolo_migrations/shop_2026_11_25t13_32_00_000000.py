"""What Piccolo's tables cannot say about the pages of an account: see sql/22_account_pages.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T13:32:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One default address each, one copy and one deletion under way for each account"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("22_account_pages.sql"))
    return manager
