"""The address book: where somebody has things sent and billed. Orders hold copies: a change here never reaches them."""

from piccolo.columns import Boolean
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import changed, created, refers_to, retired, serial_key, text


class Address(Table, tablename="address", help_text="Addresses that people keep in their accounts."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    full_name = text(100, "Who lives there.")
    line1 = text(120, "First address line.")
    line2 = text(120, "Second address line.", required=False)
    city = text(80, "City.")
    region = text(80, "State, province or region.", required=False)
    postal_code = text(20, "Postal code.", required=False)
    country = text(2, "ISO 3166 code.")
    phone = text(32, "Phone number for the courier, in international form.", required=False)
    is_delivery_default = Boolean(default=False, help_text="Whether the checkout begins with it.")
    is_billing_default = Boolean(default=False, help_text="Whether bills go there unless told otherwise.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    address_is_given = Check("full_name <> '' AND line1 <> '' AND city <> ''")
    address_country_is_a_code = Check("country ~ '^[A-Z]{2}$'")
    address_retired_is_no_default = Check("deleted_at IS NULL OR NOT (is_delivery_default OR is_billing_default)")
