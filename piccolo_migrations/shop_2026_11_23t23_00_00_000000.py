"""What Piccolo's tables cannot say: search, partial indexes, the fixed roles and the triggers. See sql/."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-23T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Search, indexes, roles and triggers"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    for name in ("01_search.sql", "02_indexes.sql", "03_roles.sql", "04_triggers.sql"):
        manager.add_raw(sql_file(name))
    return manager
