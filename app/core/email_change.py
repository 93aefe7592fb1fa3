"""Another address for an account: how long the one before can be put back."""

from datetime import timedelta

UNDO_LIFETIME = timedelta(days=7)
