"""Every table of the shop, by noun. `TABLES` is the list that migrations, the engine and the schema page use."""

from piccolo.table import Table

from app.adapters.db.tables.accounts import (
    RefreshToken,
    Role,
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
from app.adapters.db.tables.failures import FailedSignIn
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

AREAS: dict[str, tuple[type[Table], ...]] = {
    "People": (
        User,
        UserProfile,
        Address,
        UserRole,
        UserPermission,
        UserSession,
        RefreshToken,
        RecoveryCode,
        EmailUndo,
        FailedSignIn,
        DataExport,
        AccountDeletion,
    ),
    "Identity": (OAuthProvider, OAuthIdentity, OAuthAccessToken, OAuthRefreshToken, OAuthAttempt),
    "Messages": (Email, OTP, BackInStockRequest, NewsletterSubscription, Throttle),
    "Catalogue": (
        Category,
        Brand,
        Product,
        ProductVariant,
        ProductImage,
        PictureUpload,
        Attribute,
        ProductAttribute,
        Colour,
        SlugRedirect,
        PriceHistory,
        CatalogueChange,
    ),
    "Search": (Synonym,),
    "Stock": (Inventory, StockReservation, StockMovement),
    "Cart": (Cart, CartItem),
    "Orders": (Order, OrderItem, OrderEvent, IdempotencyKey),
    "Payment and delivery": (Payment, BillingInfo, ShippingInfo, ShippingMethod, TaxRate),
    "Discounts": (Coupon, AppliedCoupon, FlashSale, FlashSaleItem),
    "Reviews": (Review, ShippingReview),
    "Changes": (ChangeLogs,),
}

TABLES: tuple[type[Table], ...] = tuple(table for tables in AREAS.values() for table in tables)

__all__ = [
    "AREAS",
    "OTP",
    "TABLES",
    "AccountDeletion",
    "Address",
    "AppliedCoupon",
    "Attribute",
    "BackInStockRequest",
    "BillingInfo",
    "Brand",
    "Cart",
    "CartItem",
    "CatalogueChange",
    "Category",
    "ChangeLogs",
    "Colour",
    "Coupon",
    "DataExport",
    "Email",
    "EmailUndo",
    "FailedSignIn",
    "FlashSale",
    "FlashSaleItem",
    "IdempotencyKey",
    "Inventory",
    "NewsletterSubscription",
    "OAuthAccessToken",
    "OAuthAttempt",
    "OAuthIdentity",
    "OAuthProvider",
    "OAuthRefreshToken",
    "Order",
    "OrderEvent",
    "OrderItem",
    "Payment",
    "PictureUpload",
    "PriceHistory",
    "Product",
    "ProductAttribute",
    "ProductImage",
    "ProductVariant",
    "RecoveryCode",
    "RefreshToken",
    "Review",
    "Role",
    "ShippingInfo",
    "ShippingMethod",
    "ShippingReview",
    "SlugRedirect",
    "StockMovement",
    "StockReservation",
    "Synonym",
    "TaxRate",
    "Throttle",
    "User",
    "UserPermission",
    "UserProfile",
    "UserRole",
    "UserSession",
]
