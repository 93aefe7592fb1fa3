"""Every table of the shop, by noun. `TABLES` is the list that migrations, the engine and the schema page use."""

from piccolo.table import Table

from app.adapters.db.tables.accounts import (
    AdminSession,
    RefreshToken,
    Role,
    User,
    UserPermission,
    UserProfile,
    UserRole,
)
from app.adapters.db.tables.audit import ChangeLogs, PriceHistory
from app.adapters.db.tables.cart import Cart, CartItem
from app.adapters.db.tables.catalog import (
    Attribute,
    BackInStockRequest,
    Brand,
    Category,
    Colour,
    FlashSale,
    FlashSaleItem,
    Product,
    ProductAttribute,
    ProductImage,
    ProductVariant,
    RelatedProduct,
    SlugRedirect,
    Synonym,
)
from app.adapters.db.tables.codes import OTP
from app.adapters.db.tables.contact import ContactMessage, NewsletterSubscriber
from app.adapters.db.tables.coupons import AppliedCoupon, Coupon
from app.adapters.db.tables.emails import Email
from app.adapters.db.tables.identity import OAuthAccessToken, OAuthProvider, OAuthRefreshToken
from app.adapters.db.tables.orders import IdempotencyKey, Order, OrderEvent, OrderItem
from app.adapters.db.tables.payments import BillingInfo, Payment
from app.adapters.db.tables.reviews import Review, ShippingReview
from app.adapters.db.tables.shipping import ShippingInfo, ShippingMethod, TaxRate
from app.adapters.db.tables.stock import Inventory, StockMovement, StockReservation

AREAS: dict[str, tuple[type[Table], ...]] = {
    "People": (User, UserProfile, UserRole, UserPermission, RefreshToken, AdminSession),
    "Identity": (OAuthProvider, OAuthAccessToken, OAuthRefreshToken),
    "Messages": (Email, OTP, ContactMessage, NewsletterSubscriber),
    "Catalogue": (
        Category,
        Brand,
        Product,
        ProductVariant,
        ProductImage,
        Attribute,
        ProductAttribute,
        Colour,
        RelatedProduct,
        SlugRedirect,
        PriceHistory,
    ),
    "Sales": (FlashSale, FlashSaleItem),
    "Search": (Synonym,),
    "Stock": (Inventory, StockReservation, StockMovement, BackInStockRequest),
    "Cart": (Cart, CartItem),
    "Orders": (Order, OrderItem, OrderEvent, IdempotencyKey),
    "Payment and delivery": (Payment, BillingInfo, ShippingInfo, ShippingMethod, TaxRate),
    "Discounts": (Coupon, AppliedCoupon),
    "Reviews": (Review, ShippingReview),
    "Changes": (ChangeLogs,),
}

TABLES: tuple[type[Table], ...] = tuple(table for tables in AREAS.values() for table in tables)

__all__ = [
    "AREAS",
    "OTP",
    "TABLES",
    "AdminSession",
    "AppliedCoupon",
    "Attribute",
    "BackInStockRequest",
    "BillingInfo",
    "Brand",
    "Cart",
    "CartItem",
    "Category",
    "ChangeLogs",
    "Colour",
    "ContactMessage",
    "Coupon",
    "Email",
    "FlashSale",
    "FlashSaleItem",
    "IdempotencyKey",
    "Inventory",
    "NewsletterSubscriber",
    "OAuthAccessToken",
    "OAuthProvider",
    "OAuthRefreshToken",
    "Order",
    "OrderEvent",
    "OrderItem",
    "Payment",
    "PriceHistory",
    "Product",
    "ProductAttribute",
    "ProductImage",
    "ProductVariant",
    "RefreshToken",
    "RelatedProduct",
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
    "User",
    "UserPermission",
    "UserProfile",
    "UserRole",
]
