"""The words that status columns may hold, where no rule in core needs to know them."""

from enum import StrEnum


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class CartStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class PaymentStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"


class PaymentKind(StrEnum):
    """What `payment.payment_method` may hold: also what the shop does not offer yet."""

    CASH_ON_DELIVERY = "cash_on_delivery"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"


class ReservationState(StrEnum):
    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"
    LAPSED = "lapsed"


class MovementReason(StrEnum):
    """The reasons the ledger trigger derives itself; `app.stock_reason` may name another one."""

    INITIAL = "initial"
    RESERVE = "reserve"
    RELEASE = "release"
    SHIP = "ship"
    ADJUST = "adjust"
    REMOVE = "remove"


class DiscountType(StrEnum):
    PERCENTAGE = "percentage"
    FIXED = "fixed"


class AppliedCouponStatus(StrEnum):
    APPLIED = "applied"
    REFUNDED = "refunded"


class ReviewStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class DeliveryStatus(StrEnum):
    ON_TIME = "on_time"
    DELAYED = "delayed"


class ChangeAction(StrEnum):
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class AttributeKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"


class SlugKind(StrEnum):
    PRODUCT = "product"
    CATEGORY = "category"


class UploadState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class RequestState(StrEnum):
    WAITING = "waiting"
    TOLD = "told"
    WITHDRAWN = "withdrawn"
