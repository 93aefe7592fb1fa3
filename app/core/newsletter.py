"""The newsletter's rules: nobody gets it who has not said so twice."""

from enum import StrEnum


class SubscriptionState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class Step(StrEnum):
    """What a link in a mail is for, and the last part of its path."""

    CONFIRM = "confirmation"
    END = "unsubscription"
