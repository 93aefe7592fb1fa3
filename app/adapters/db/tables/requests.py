"""What people asked to be told: that something is back in stock, and the newsletter."""

from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.catalog import ProductVariant
from app.adapters.db.tables.choices import RequestState
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    refers_to,
    retired,
    serial_key,
    text,
)
from app.core.newsletter import SubscriptionState


class BackInStockRequest(
    Table, tablename="back_in_stock_request", help_text="Who wants to hear when a variant is there again."
):
    id = serial_key()
    variant_id = refers_to(ProductVariant, index=True)
    email = text(255, "Where the answer goes.")
    locale = text(16, "The language of the answer, like en_US.", default="en_US")
    state = choice(10, RequestState, RequestState.WAITING, "waiting, told or withdrawn.")
    told_at = moment("When the answer was put into the outbox.")
    created_at = created()
    updated_at = changed()

    back_in_stock_request_has_email = Check("email <> ''")
    back_in_stock_request_state_is_known = one_of("state", RequestState)


class NewsletterSubscription(
    Table, tablename="newsletter_subscription", help_text="Who gets the newsletter; confirmed by a link in a mail."
):
    id = serial_key()
    email = text(255, "The address; upper and lower case are one.")
    locale = text(16, "The language to write in, like en_US.", default="en_US")
    state = choice(12, SubscriptionState, SubscriptionState.PENDING, "pending, confirmed or unsubscribed.")
    wording = text(255, "What the person agreed to, in the words shown.", required=False)
    confirmed_at = moment("When the link in the mail was followed.")
    unsubscribed_at = moment("When the person had enough.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    newsletter_subscription_has_email = Check("email <> ''")
    newsletter_subscription_state_is_known = one_of("state", SubscriptionState)
