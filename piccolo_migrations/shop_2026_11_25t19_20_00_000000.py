"""What is struck through, and what is on sale: see sql/32_struck_prices.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T19:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One rule for struck-through prices"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("32_struck_prices.sql"))
    return manager
