"""What a role may do. Rows of user_permission grant it; nothing is granted by a token or by a role's name alone."""

from collections.abc import Iterable
from enum import StrEnum


class PermissionType(StrEnum):
    """How far a grant reaches; each includes the ones before it."""

    READ = "Read"
    WRITE = "Write"
    ADMIN = "Admin"

    def covers(self, needed: "PermissionType") -> bool:
        order = list(PermissionType)
        return order.index(self) >= order.index(needed)


class Permission(StrEnum):
    """What a route or a desk can ask for; the value is what `user_permission.permission` holds."""

    VIEW_DASHBOARD = "VIEW_DASHBOARD"
    VIEW_PRODUCTS = "VIEW_PRODUCTS"
    CREATE_PRODUCT = "CREATE_PRODUCT"
    CHANGE_PRODUCT = "CHANGE_PRODUCT"
    DELETE_PRODUCT = "DELETE_PRODUCT"
    CHANGE_CATALOGUE = "CHANGE_CATALOGUE"
    VIEW_STOCK = "VIEW_STOCK"
    CHANGE_STOCK = "CHANGE_STOCK"
    VIEW_ORDERS = "VIEW_ORDERS"
    CHANGE_ORDER = "CHANGE_ORDER"
    FULFIL_ORDER = "FULFIL_ORDER"
    VIEW_PAYMENTS = "VIEW_PAYMENTS"
    CHANGE_PAYMENT = "CHANGE_PAYMENT"
    REFUND_PAYMENT = "REFUND_PAYMENT"
    CHANGE_DISCOUNTS = "CHANGE_DISCOUNTS"
    CHANGE_DELIVERY = "CHANGE_DELIVERY"
    VIEW_REVIEWS = "VIEW_REVIEWS"
    MODERATE_REVIEWS = "MODERATE_REVIEWS"
    VIEW_ACCOUNTS = "VIEW_ACCOUNTS"
    CHANGE_ACCOUNT = "CHANGE_ACCOUNT"
    SUSPEND_ACCOUNT = "SUSPEND_ACCOUNT"
    CHANGE_ROLE = "CHANGE_ROLE"
    CHANGE_PROVIDERS = "CHANGE_PROVIDERS"
    VIEW_EMAILS = "VIEW_EMAILS"
    RESEND_EMAIL = "RESEND_EMAIL"
    VIEW_CHANGES = "VIEW_CHANGES"

    @property
    def needs(self) -> PermissionType:
        """The least type of a row that grants it."""
        if self in ADMINISTRATIVE:
            return PermissionType.ADMIN
        return PermissionType.READ if self.value.startswith("VIEW_") else PermissionType.WRITE


ADMINISTRATIVE = frozenset(
    {
        Permission.CHANGE_DELIVERY,
        Permission.CHANGE_ACCOUNT,
        Permission.SUSPEND_ACCOUNT,
        Permission.CHANGE_ROLE,
        Permission.CHANGE_PROVIDERS,
        Permission.REFUND_PAYMENT,
    }
)

SELLER = frozenset(
    {
        Permission.VIEW_DASHBOARD,
        Permission.VIEW_PRODUCTS,
        Permission.CREATE_PRODUCT,
        Permission.CHANGE_PRODUCT,
        Permission.VIEW_STOCK,
        Permission.CHANGE_STOCK,
        Permission.VIEW_ORDERS,
        Permission.FULFIL_ORDER,
        Permission.VIEW_REVIEWS,
    }
)
"""What the role SELLER begins with, for own goods; ADMIN begins with everything. The seed of the migration agrees."""


def granted(rows: Iterable[tuple[str, str]]) -> frozenset[Permission]:
    """What (permission, permission_type) rows grant; names the shop does not know grant nothing."""
    found = set()
    for name, kind in rows:
        if name in Permission.__members__ and PermissionType(kind).covers(Permission(name).needs):
            found.add(Permission(name))
    return frozenset(found)
