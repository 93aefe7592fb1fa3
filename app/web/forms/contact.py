"""The contact form: everything wrong with it at once."""

from collections.abc import Mapping

from app.core.contact import LONGEST_MESSAGE, ContactMessage, Topic
from app.web.forms.fields import email_address
from app.web.pages.checkout import FieldError
from app.web.render import Renderer

FIELDS = ("topic", "order_number", "name", "email", "message")
LONGEST_NAME = 100
LONGEST_ORDER_NUMBER = 20


def check(values: Mapping[str, str], render: Renderer) -> tuple[ContactMessage | None, tuple[FieldError, ...]]:
    """The message, or what is wrong, in the order of the form."""
    say = render.say
    typed = {name: " ".join(values.get(name, "").split()) for name in FIELDS} | {"message": values.get("message", "")}
    found: dict[str, str] = {}
    email = email_address(typed["email"])
    if typed["topic"] not in set(Topic):
        found["topic"] = say("Choose what it is about.")
    if len(typed["order_number"]) > LONGEST_ORDER_NUMBER:
        found["order_number"] = say("Use at most %(count)s characters.", count=LONGEST_ORDER_NUMBER)
    if not typed["name"]:
        found["name"] = say("Enter your name.")
    elif len(typed["name"]) > LONGEST_NAME:
        found["name"] = say("Use at most %(count)s characters.", count=LONGEST_NAME)
    if email is None:
        found["email"] = say("Enter an email address like name@example.com.")
    if not typed["message"]:
        found["message"] = say("Write your message.")
    elif len(typed["message"]) > LONGEST_MESSAGE:
        found["message"] = say("Use at most %(count)s characters.", count=LONGEST_MESSAGE)
    if found or email is None:
        return None, tuple(FieldError(name, found[name]) for name in FIELDS if name in found)
    message = ContactMessage(
        Topic(typed["topic"]), typed["order_number"].upper(), typed["name"], email, typed["message"]
    )
    return message, ()
