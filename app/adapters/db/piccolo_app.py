"""The tables and their migrations, in the shape and under the module name that Piccolo insists on."""

from piccolo.conf.apps import AppConfig

from app.adapters.db.schema import APP_NAME, MIGRATIONS
from app.adapters.db.tables import TABLES

APP_CONFIG = AppConfig(app_name=APP_NAME, migrations_folder_path=MIGRATIONS, table_classes=list(TABLES))
