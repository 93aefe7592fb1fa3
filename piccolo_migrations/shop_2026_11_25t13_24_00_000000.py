"""What Piccolo's tables cannot say about flash sales that are sold out: see sql/21_sold_out.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T13:24:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "When flash sales were sold out"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("21_sold_out.sql"))
    return manager
