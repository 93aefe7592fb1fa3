"""What people write to the shop: questions, and addresses for the newsletter."""

from piccolo.columns import Text
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.choices import SubscriberStatus
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    optional_text,
    retired,
    secret,
    serial_key,
    text,
)


class ContactMessage(Table, tablename="contact_message", help_text="Questions sent by the contact form."):
    id = serial_key()
    topic = text(40, "What it is about.")
    name = text(150, "Who writes.")
    email = text(254, "Where to answer.")
    order_number = optional_text(20, "The order it is about, as typed.")
    body = Text(default="", help_text="What they wrote.")
    locale = text(10, "Language of the page it was written on.")
    answered_at = moment("When somebody answered.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    contact_message_says_something = Check("body <> ''")


class NewsletterSubscriber(Table, tablename="newsletter_subscriber", help_text="Who wants the newsletter."):
    id = serial_key()
    email = text(254, "Address as typed.")
    locale = text(10, "Language of the page it was typed on.")
    status = choice(10, SubscriberStatus, SubscriberStatus.PENDING, "pending until the mail is answered.")
    token_hash = secret(64, "Hash of what the confirming link carries.", unique=True)
    confirmed_at = moment("When the address was confirmed.")
    left_at = moment("When they left.")
    created_at = created()
    updated_at = changed()

    newsletter_subscriber_status_is_known = one_of("status", SubscriberStatus)
