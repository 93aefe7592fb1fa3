"""What Piccolo's tables cannot say about article numbers: see sql/17_article_numbers.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T12:47:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Products found by their article number"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("17_article_numbers.sql"))
    return manager
