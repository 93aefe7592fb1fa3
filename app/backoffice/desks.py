"""Which tables staff work with, what their lists show, and which columns may be changed.

A column that is not named in `edits` belongs to the shop: its books, its counters, its times. Rows are retired by
`deleted_at`: deleting one sets it, clearing it brings the row back.
"""

from dataclasses import dataclass

from piccolo.columns import Column
from piccolo.table import Table
from piccolo_admin.endpoints import TableConfig
from piccolo_api.crud.endpoints import OrderBy
from piccolo_api.crud.validators import ValidatorFunction

from app.adapters.db.tables.accounts import (
    RefreshToken,
    User,
    UserPermission,
    UserProfile,
    UserRole,
    UserSession,
)
from app.adapters.db.tables.addresses import Address
from app.adapters.db.tables.audit import ChangeLogs, PriceHistory
from app.adapters.db.tables.cart import Cart, CartItem
from app.adapters.db.tables.catalog import (
    Attribute,
    Brand,
    CatalogueChange,
    Category,
    Colour,
    PictureUpload,
    Product,
    ProductAttribute,
    ProductImage,
    ProductVariant,
    SlugRedirect,
    Synonym,
)
from app.adapters.db.tables.codes import OTP
from app.adapters.db.tables.coupons import AppliedCoupon, Coupon
from app.adapters.db.tables.deletion import AccountDeletion
from app.adapters.db.tables.email_undo import EmailUndo
from app.adapters.db.tables.emails import Email
from app.adapters.db.tables.export import DataExport
from app.adapters.db.tables.identity import (
    OAuthAccessToken,
    OAuthAttempt,
    OAuthIdentity,
    OAuthProvider,
    OAuthRefreshToken,
)
from app.adapters.db.tables.orders import IdempotencyKey, Order, OrderEvent, OrderItem
from app.adapters.db.tables.payments import BillingInfo, Payment
from app.adapters.db.tables.requests import BackInStockRequest, NewsletterSubscription
from app.adapters.db.tables.reviews import Review, ShippingReview
from app.adapters.db.tables.sales import FlashSale, FlashSaleItem
from app.adapters.db.tables.shipping import ShippingInfo, ShippingMethod, TaxRate
from app.adapters.db.tables.stock import Inventory, StockMovement, StockReservation
from app.adapters.db.tables.throttle import Throttle
from app.adapters.db.tables.two_factor import RecoveryCode
from app.backoffice.changes import AndThen
from app.backoffice.orders import move_order, note_payment
from app.backoffice.people import (
    check_changed_permission,
    check_changed_profile,
    check_changed_user,
    check_new_permission,
    check_new_profile,
    check_new_user,
)
from app.backoffice.providers import check_changed_provider, check_new_provider
from app.backoffice.rules import Needs, Rules
from app.backoffice.uploads import UploadedPictures
from app.core.permissions import Permission
from app.ports.files import Files
from app.ports.vault import Vault

WITHHELD: dict[type[Table], str] = {
    DataExport: "its files are for the person they are about",
    RefreshToken: "its rows open accounts",
    RecoveryCode: "its rows open accounts",
    EmailUndo: "its rows open accounts",
    UserSession: "people end their own sessions, and a change of role, status or password ends them all",
    Throttle: "its rows name nobody and end within the day",
    OTP: "its rows open accounts",
    OAuthAccessToken: "its rows open accounts elsewhere",
    OAuthRefreshToken: "its rows open accounts elsewhere",
    OAuthAttempt: "its rows are sign-ins under way, and end within minutes",
    IdempotencyKey: "its rows are of use to nobody",
    CatalogueChange: "its rows are of use to nobody",
}
"""Tables that are not in the admin at all, and why."""


@dataclass(frozen=True)
class Desk:
    """One table. Columns are named in one string, as one would say them.

    `once` are columns given when a row is made and kept from then on; without `once` and `adds`, only the shop makes
    rows. `removes` lets staff retire rows. `sees` is the right that opens the desk; whoever adds, edits or retires rows
    needs `changes` as well, where `creates` and `retires` name no other.
    """

    group: str
    table: type[Table]
    sees: Permission
    shows: str
    filters: str = ""
    edits: str = ""
    once: str = ""
    adds: bool = False
    removes: bool = False
    order: str = "id"
    and_then: AndThen | None = None
    checks_new: ValidatorFunction | None = None
    seals: str = ""
    """Columns that are written but never shown, and stored encrypted."""
    changes: Permission | None = None
    creates: Permission | None = None
    retires: Permission | None = None

    @property
    def needs(self) -> Needs:
        changes = self.changes or self.sees
        return Needs(self.sees, self.creates or changes, changes, self.retires or changes)


DESKS: tuple[Desk, ...] = (
    Desk(
        "Orders",
        Order,
        Permission.VIEW_ORDERS,
        "id number status total_price currency full_name email order_date",
        filters="number status email full_name total_price order_date",
        edits="status email full_name phone note link_version",
        order="-id",
        and_then=move_order,
        changes=Permission.CHANGE_ORDER,
    ),
    Desk(
        "Orders",
        OrderItem,
        Permission.VIEW_ORDERS,
        "id order_id position product_name variant_name sku quantity unit_price total_price",
        filters="order_id product_name sku product_id variant_id seller_id",
        order="-id",
    ),
    Desk(
        "Orders",
        Payment,
        Permission.VIEW_PAYMENTS,
        "id order_id payment_method amount currency status payment_date transaction_id",
        filters="order_id payment_method status payment_date transaction_id",
        edits="status payment_date transaction_id",
        order="-id",
        and_then=note_payment,
        changes=Permission.CHANGE_PAYMENT,
    ),
    Desk(
        "Orders",
        ShippingInfo,
        Permission.VIEW_ORDERS,
        "id order_id full_name city country method_name tracking_number shipped_at delivered_at",
        filters="order_id full_name city country method tracking_number shipped_at",
        edits="full_name phone line1 line2 city region postal_code country address tracking_number",
        order="-id",
        changes=Permission.FULFIL_ORDER,
    ),
    Desk(
        "Orders",
        BillingInfo,
        Permission.VIEW_ORDERS,
        "id order_id full_name email phone method",
        filters="order_id full_name email",
        edits="full_name address phone email",
        order="-id",
        changes=Permission.CHANGE_ORDER,
    ),
    Desk(
        "Orders",
        OrderEvent,
        Permission.VIEW_ORDERS,
        "id order_id kind user_id created_at",
        filters="order_id kind",
        order="-id",
    ),
    Desk(
        "Catalogue",
        Product,
        Permission.VIEW_PRODUCTS,
        "id name category_id price compare_at_price status published_at sold_count deleted_at",
        filters="name sku slug category_id status price seller_id deleted_at",
        edits="name slug sku summary description category_id brand_id price compare_at_price status published_at"
        " released_at is_digital seller_id",
        adds=True,
        removes=True,
        order="-id",
        changes=Permission.CHANGE_PRODUCT,
        creates=Permission.CREATE_PRODUCT,
        retires=Permission.DELETE_PRODUCT,
    ),
    Desk(
        "Catalogue",
        ProductVariant,
        Permission.VIEW_PRODUCTS,
        "id product_id sku variant_value price_adjustment position is_active deleted_at",
        filters="product_id sku variant_value is_active deleted_at",
        edits="sku variant_name variant_value options price_adjustment position is_active",
        once="product_id",
        adds=True,
        removes=True,
        changes=Permission.CHANGE_PRODUCT,
    ),
    Desk(
        "Catalogue",
        ProductImage,
        Permission.VIEW_PRODUCTS,
        "id product_id variant_id image_url is_primary position deleted_at",
        filters="product_id variant_id is_primary deleted_at",
        edits="product_id variant_id image_url alt is_primary position width height",
        adds=True,
        removes=True,
        changes=Permission.CHANGE_PRODUCT,
    ),
    Desk(
        "Catalogue",
        PictureUpload,
        Permission.VIEW_PRODUCTS,
        "id product_id variant_id alt state fault image_id created_at",
        filters="product_id state created_at",
        once="product_id variant_id file_key alt",
        adds=True,
        order="-id",
        changes=Permission.CHANGE_PRODUCT,
    ),
    Desk(
        "Catalogue",
        Category,
        Permission.VIEW_PRODUCTS,
        "id name slug parent_id position deleted_at",
        filters="name slug parent_id deleted_at",
        edits="name slug description parent_id position wide_picture",
        adds=True,
        removes=True,
        order="position",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        Brand,
        Permission.VIEW_PRODUCTS,
        "id name slug deleted_at",
        filters="name slug deleted_at",
        edits="name slug description",
        adds=True,
        removes=True,
        order="name",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        Attribute,
        Permission.VIEW_PRODUCTS,
        "id name code kind unit position is_filter deleted_at",
        filters="name code kind is_filter deleted_at",
        edits="name unit position is_filter",
        once="code kind",
        adds=True,
        removes=True,
        order="position",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        ProductAttribute,
        Permission.VIEW_PRODUCTS,
        "id product_id attribute_id text_value number_value boolean_value",
        filters="product_id attribute_id",
        edits="text_value number_value boolean_value",
        once="product_id attribute_id",
        adds=True,
        removes=True,
        changes=Permission.CHANGE_PRODUCT,
    ),
    Desk(
        "Catalogue",
        Colour,
        Permission.VIEW_PRODUCTS,
        "id name swatch",
        filters="name",
        edits="swatch",
        once="name",
        adds=True,
        order="name",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        SlugRedirect,
        Permission.VIEW_PRODUCTS,
        "id kind old_slug product_id category_id",
        filters="kind old_slug",
        order="-id",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        Synonym,
        Permission.VIEW_PRODUCTS,
        "id term means",
        filters="term",
        edits="term means",
        adds=True,
        removes=True,
        order="term",
        changes=Permission.CHANGE_CATALOGUE,
    ),
    Desk(
        "Catalogue",
        PriceHistory,
        Permission.VIEW_PRODUCTS,
        "id product_id variant_id price compare_at_price price_adjustment valid_from",
        filters="product_id variant_id valid_from",
        order="-id",
    ),
    Desk(
        "Stock",
        Inventory,
        Permission.VIEW_STOCK,
        "id product_id variant_id quantity reserved updated_at",
        filters="product_id variant_id quantity reserved",
        edits="quantity",
        once="product_id variant_id",
        adds=True,
        changes=Permission.CHANGE_STOCK,
    ),
    Desk(
        "Stock",
        StockMovement,
        Permission.VIEW_STOCK,
        "id variant_id reason quantity_delta reserved_delta quantity_after reserved_after user_id created_at",
        filters="variant_id product_id reason user_id created_at",
        order="-id",
    ),
    Desk(
        "Stock",
        StockReservation,
        Permission.VIEW_STOCK,
        "id order_id variant_id quantity state expires_at",
        filters="order_id variant_id state expires_at",
        order="-id",
    ),
    Desk(
        "Delivery and tax",
        ShippingMethod,
        Permission.VIEW_ORDERS,
        "id code name price free_from min_days max_days position is_active deleted_at",
        filters="code name is_active deleted_at",
        edits="name description price free_from min_days max_days countries position is_active",
        once="code",
        adds=True,
        removes=True,
        order="position",
        changes=Permission.CHANGE_DELIVERY,
    ),
    Desk(
        "Delivery and tax",
        TaxRate,
        Permission.VIEW_ORDERS,
        "id country name rate",
        filters="country name",
        edits="country name rate",
        adds=True,
        removes=True,
        order="country",
        changes=Permission.CHANGE_DELIVERY,
    ),
    Desk(
        "Discounts and reviews",
        Coupon,
        Permission.CHANGE_DISCOUNTS,
        "id code discount_type discount_value start_date end_date deleted_at",
        filters="code discount_type start_date end_date deleted_at",
        edits="code description discount_type discount_value start_date end_date",
        adds=True,
        removes=True,
        order="-id",
    ),
    Desk(
        "Discounts and reviews",
        AppliedCoupon,
        Permission.VIEW_ORDERS,
        "id order_id coupon_id discount_applied status",
        filters="order_id coupon_id status",
        order="-id",
    ),
    Desk(
        "Discounts and reviews",
        FlashSale,
        Permission.CHANGE_DISCOUNTS,
        "id name starts_at ends_at is_active deleted_at",
        filters="name starts_at ends_at is_active deleted_at",
        edits="name starts_at ends_at is_active",
        adds=True,
        removes=True,
        order="-id",
    ),
    Desk(
        "Discounts and reviews",
        FlashSaleItem,
        Permission.CHANGE_DISCOUNTS,
        "id flash_sale_id product_id price stock_cap sold deleted_at",
        filters="flash_sale_id product_id deleted_at",
        edits="price stock_cap",
        once="flash_sale_id product_id",
        adds=True,
        removes=True,
        order="-id",
    ),
    Desk(
        "Discounts and reviews",
        Review,
        Permission.VIEW_REVIEWS,
        "id product_id user_id rating comment language status created_at",
        filters="product_id user_id rating language status created_at",
        edits="language status",
        removes=True,
        order="-id",
        changes=Permission.MODERATE_REVIEWS,
    ),
    Desk(
        "Discounts and reviews",
        ShippingReview,
        Permission.VIEW_REVIEWS,
        "id order_id user_id rating comment status created_at",
        filters="order_id user_id rating status created_at",
        removes=True,
        order="-id",
        changes=Permission.MODERATE_REVIEWS,
    ),
    Desk(
        "People",
        User,
        Permission.VIEW_ACCOUNTS,
        "id email first_name last_name role_id status last_login deleted_at",
        filters="email username first_name last_name role_id status deleted_at",
        edits="first_name last_name role_id address phone_number email username status",
        adds=True,
        removes=True,
        order="-id",
        and_then=check_changed_user,
        checks_new=check_new_user,
        changes=Permission.CHANGE_ACCOUNT,
        retires=Permission.SUSPEND_ACCOUNT,
    ),
    Desk(
        "People",
        UserProfile,
        Permission.VIEW_ACCOUNTS,
        "id user_id date_of_birth profile_picture",
        filters="user_id",
        edits="preferences date_of_birth social_media_links",
        once="user_id",
        adds=True,
        removes=True,
        and_then=check_changed_profile,
        checks_new=check_new_profile,
        changes=Permission.CHANGE_ACCOUNT,
    ),
    Desk(
        "People",
        Address,
        Permission.VIEW_ACCOUNTS,
        "id user_id full_name line1 postal_code city country deleted_at",
        filters="user_id full_name city country deleted_at",
        order="-id",
    ),
    Desk(
        "People",
        AccountDeletion,
        Permission.VIEW_ACCOUNTS,
        "id user_id state erase_at ended_at created_at",
        filters="user_id state erase_at",
        order="-id",
    ),
    Desk(
        "People",
        UserRole,
        Permission.VIEW_ACCOUNTS,
        "id role_name description",
        filters="role_name",
        edits="description",
        changes=Permission.CHANGE_ROLE,
    ),
    Desk(
        "People",
        UserPermission,
        Permission.VIEW_ACCOUNTS,
        "id role_id permission permission_type effective_date deleted_at",
        filters="role_id permission permission_type deleted_at",
        edits="role_id permission permission_type effective_date description",
        adds=True,
        removes=True,
        and_then=check_changed_permission,
        checks_new=check_new_permission,
        changes=Permission.CHANGE_ROLE,
    ),
    Desk(
        "People",
        OAuthProvider,
        Permission.VIEW_ACCOUNTS,
        "id provider_name slug kind issuer client_id trusts_email is_enabled",
        filters="provider_name slug kind is_enabled",
        edits="provider_name issuer scopes client_id client_secret trusts_email is_enabled",
        once="slug kind",
        adds=True,
        order="provider_name",
        and_then=check_changed_provider,
        checks_new=check_new_provider,
        seals="client_secret",
        changes=Permission.CHANGE_PROVIDERS,
    ),
    Desk(
        "People",
        OAuthIdentity,
        Permission.VIEW_ACCOUNTS,
        "id user_id provider_id email last_used_at created_at",
        filters="user_id provider_id email last_used_at",
        order="-id",
    ),
    Desk(
        "Records",
        Email,
        Permission.VIEW_EMAILS,
        "id kind recipient_email subject status attempts next_attempt_at sent_at failed_reason",
        filters="kind recipient_email status order_id next_attempt_at",
        edits="recipient_email status next_attempt_at",
        order="-id",
        changes=Permission.RESEND_EMAIL,
    ),
    Desk(
        "Records",
        BackInStockRequest,
        Permission.VIEW_ACCOUNTS,
        "id variant_id email state told_at created_at",
        filters="variant_id email state created_at",
        order="-id",
    ),
    Desk(
        "Records",
        NewsletterSubscription,
        Permission.VIEW_ACCOUNTS,
        "id email locale state confirmed_at unsubscribed_at deleted_at",
        filters="email locale state deleted_at",
        removes=True,
        order="-id",
        changes=Permission.CHANGE_ACCOUNT,
    ),
    Desk(
        "Records",
        Cart,
        Permission.VIEW_ORDERS,
        "id user_id status expires_at updated_at",
        filters="user_id status",
        order="-id",
    ),
    Desk(
        "Records",
        CartItem,
        Permission.VIEW_ORDERS,
        "id cart_id product_id variant_id quantity unit_price deleted_at",
        filters="cart_id product_id variant_id",
        order="-id",
    ),
    Desk(
        "Records",
        ChangeLogs,
        Permission.VIEW_CHANGES,
        "id timestamp user_id action entity_type entity_id field_name old_value new_value",
        filters="timestamp user_id action entity_type entity_id field_name",
        order="-id",
    ),
)


def table_configs(files: Files, vault: Vault) -> list[TableConfig]:
    """What Piccolo Admin is built from."""
    return [_config(desk, files, vault) for desk in DESKS]


def _config(desk: Desk, files: Files, vault: Vault) -> TableConfig:
    rules = Rules(
        desk.table,
        edits=_columns(desk.table, desk.edits),
        once=_columns(desk.table, desk.once),
        adds=desk.adds,
        removes=desk.removes,
        and_then=desk.and_then,
        checks_new=desk.checks_new,
        needs=desk.needs,
        seals=_columns(desk.table, desk.seals),
        vault=vault,
    )
    return TableConfig(
        desk.table,
        menu_group=desk.group,
        visible_columns=_columns(desk.table, desk.shows),
        visible_filters=_columns(desk.table, desk.filters),
        order_by=[OrderBy(_columns(desk.table, desk.order.lstrip("-"))[0], ascending=not desk.order.startswith("-"))],
        hooks=rules.hooks(),
        validators=rules.validators(),
        media_storage=[UploadedPictures(files)] if desk.table is PictureUpload else None,
    )


def _columns(table: type[Table], names: str) -> list[Column]:
    return [table._meta.get_column_by_name(name) for name in names.split()]
