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
from app.adapters.db.tables.catalog import Category, Product, ProductImage, ProductVariant
from app.adapters.db.tables.codes import OTP
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
    "Messages": (Email, OTP),
    "Catalogue": (Category, Product, ProductVariant, ProductImage, PriceHistory),
    "Stock": (Inventory, StockReservation, StockMovement),
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
    "BillingInfo",
    "Cart",
    "CartItem",
    "Category",
    "ChangeLogs",
    "Coupon",
    "Email",
    "IdempotencyKey",
    "Inventory",
    "OAuthAccessToken",
    "OAuthProvider",
    "OAuthRefreshToken",
    "Order",
    "OrderEvent",
    "OrderItem",
    "Payment",
    "PriceHistory",
    "Product",
    "ProductImage",
    "ProductVariant",
    "RefreshToken",
    "Review",
    "Role",
    "ShippingInfo",
    "ShippingMethod",
    "ShippingReview",
    "StockMovement",
    "StockReservation",
    "TaxRate",
    "User",
    "UserPermission",
    "UserProfile",
    "UserRole",
]
