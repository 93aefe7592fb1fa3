"""The outbox: a mail is a row first, the queue is only a hint."""

from piccolo.columns import JSONB, Integer, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    optional_text,
    refers_to,
    serial_key,
    text,
)
from app.adapters.db.tables.orders import Order
from app.core.emails import EmailStatus


class Email(Table, tablename="email", help_text="Mails to users: recipient, content and delivery."):
    id = serial_key()
    user_id = refers_to(User, null=True, index=True)
    order_id = refers_to(Order, null=True, index=True, help_text="The order the mail is about.")
    temporal_id = optional_text(255, "Id of the background job that delivers the mail.", unique=True)
    kind = text(50, "Which template the mail is rendered from.")
    locale = text(35, "Language the mail is rendered in.", default="en_US")
    recipient_email = text(255, "Address of the recipient.")
    data = JSONB(default="{}", help_text="What the template needs; ids and plain values.")
    subject = optional_text(255, "Subject line; null until rendered.")
    body = Text(null=True, default=None, help_text="Plain text; null until rendered.")
    html_body = Text(null=True, default=None, help_text="HTML; null until rendered.")
    status = choice(50, EmailStatus, EmailStatus.QUEUED, "Where the delivery stands.")
    attempts = Integer(default=0, help_text="Deliveries begun so far.")
    next_attempt_at = Timestamptz(default=TimestamptzNow(), help_text="Not to be tried before this time.")
    lease_until = moment("Until when the process that claimed the mail may send it.")
    message_id = optional_text(255, "Message-ID header; the same for every attempt.", unique=True)
    sent_at = moment("When the mail was handed over; null until then.")
    failed_reason = Text(null=True, default=None, help_text="Why the last attempt failed.")
    created_at = created()
    updated_at = changed()

    email_status_is_known = one_of("status", EmailStatus)
    email_attempts_count_up = Check("attempts >= 0")
    email_has_recipient = Check("recipient_email <> ''")
    email_has_kind = Check("kind <> ''")
    email_sent_has_time = Check("status <> 'sent' OR sent_at IS NOT NULL")
    email_sending_has_lease = Check("status <> 'sending' OR lease_until IS NOT NULL")
