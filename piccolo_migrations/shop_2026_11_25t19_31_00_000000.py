"""Pages follow the language of reviews: see sql/33_review_languages.sql."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.adapters.db.migrate import sql_file

ID = "2026-11-25T19:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The language of reviews is shown"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)
    manager.add_raw(sql_file("33_review_languages.sql"))
    return manager
