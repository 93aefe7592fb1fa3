"""Sales of which nothing was sold: see sql/42_sales_of_none.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-29T09:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A look for lapsed orders that finds none changes nothing"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("42_sales_of_none.sql"))
    return manager
