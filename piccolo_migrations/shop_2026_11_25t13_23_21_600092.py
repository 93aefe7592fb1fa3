from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-25T13:23:21:600092"
VERSION = "1.38.0"
DESCRIPTION = "Wide pictures of departments"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="shop", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Category",
        tablename="category",
        column_name="wide_picture",
        db_column_name="wide_picture",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 500,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Category",
        tablename="category",
        constraint_name="category_wide_picture_is_ours",
        constraint_class=Check,
        params={"condition": "wide_picture = '' OR wide_picture ~ '^/(static|media)/[\\w./-]+-1200\\.webp$'"},
        schema=None,
    )

    return manager
