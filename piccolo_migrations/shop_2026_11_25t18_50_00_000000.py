"""Keys that older mails were stored with: see sql/31_hidden_keys.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T18:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "No keys in stored mails"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("31_hidden_keys.sql"))
    return manager
