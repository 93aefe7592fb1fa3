"""The tables and their migrations, in the shape and under the module name that Piccolo insists on."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app.adapters.db.tables import TABLES

MIGRATIONS = Path(__file__).resolve().parents[3] / "piccolo_migrations"

APP_CONFIG = AppConfig(app_name="shop", migrations_folder_path=MIGRATIONS, table_classes=list(TABLES))
