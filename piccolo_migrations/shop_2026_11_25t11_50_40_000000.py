"""What Piccolo's tables cannot say about flash prices: see sql/12_flash_prices.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T11:50:40:000000"
VERSION = "1.38.0"
DESCRIPTION = "Flash prices that are lower, and what was sold at them elsewhere"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("12_flash_prices.sql"))
    return manager
