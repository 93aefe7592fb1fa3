from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-25T13:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Staff have the sessions of the shop"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)

    manager.drop_table(class_name="AdminSession", tablename="admin_session", schema=None)

    return manager
