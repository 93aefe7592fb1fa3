"""What Piccolo's tables cannot say about prices and counters: see the SQL files."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T11:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The lowest price before a cut, and what is to be counted"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("11_lowest_price.sql"))
    manager.add_raw(sql_file("12_sold_counter.sql"))
    return manager
