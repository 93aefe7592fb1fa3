"""Names of the background jobs. The app hands over names and ids; `tasks/` owns what runs."""

from enum import StrEnum


class Job(StrEnum):
    DELIVER_EMAIL = "deliver_email"
    RENEW_PROVIDER_TOKEN = "renew_provider_token"  # noqa: S105
    REVOKE_PROVIDER_TOKEN = "revoke_provider_token"  # noqa: S105
    MAKE_EXPORT = "make_export"
