"""What sweeps of accounts look for: see sql/40_account_safety.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-29T02:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for links that put an address back, failed sign-ins and accounts that nobody proved"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("40_account_safety.sql"))
    return manager
