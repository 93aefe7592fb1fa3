"""What a visitor writes to the shop."""

from dataclasses import dataclass
from enum import StrEnum

HONEYPOT = "website"
"""A field that nobody sees; what fills it in is a program."""
LONGEST_MESSAGE = 4000


class Topic(StrEnum):
    ORDER = "order"
    DELIVERY = "delivery"
    RETURN = "return"
    PRODUCT = "product"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ContactMessage:
    """`order_number` is as typed, "" without one: it is not looked up, so nobody learns whether it exists."""

    topic: Topic
    order_number: str
    name: str
    email: str
    text: str
