"""What the seller desk may see and do in the database: see sql/40_seller_desk.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-29T02:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The seller desk"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("40_seller_desk.sql"))
    return manager
