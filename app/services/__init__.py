"""The use cases, and the one struct that carries them to the driving sides."""

from dataclasses import dataclass

from app.ports.health import Health
from app.ports.mail import Mailbox
from app.services.accounts import AccountService
from app.services.addresses import AddressService
from app.services.cart import CartService
from app.services.catalog import CatalogService
from app.services.checkout.placement import PlacementService
from app.services.checkout.quote import QuoteService
from app.services.contact import ContactService
from app.services.deletion import DeletionService
from app.services.delivery import DeliveryService
from app.services.denials import DenialService
from app.services.email_change import EmailChangeService
from app.services.email_undo import EmailUndoService
from app.services.emails import EmailService
from app.services.export import ExportService
from app.services.feeds import FeedService
from app.services.identity import IdentityService
from app.services.newsletter import NewsletterService
from app.services.orders import OrderService
from app.services.passwords import PasswordService
from app.services.pictures import PictureService
from app.services.profile import ProfileService
from app.services.provider_tokens import ProviderTokenService
from app.services.providers import ProviderService
from app.services.requests import RequestService
from app.services.search import SearchService
from app.services.throttle import ThrottleService
from app.services.two_factor import TwoFactorService


@dataclass(frozen=True)
class Services:
    """`mailbox` exists in development only."""

    catalog: CatalogService
    search: SearchService
    cart: CartService
    quotes: QuoteService
    placement: PlacementService
    orders: OrderService
    emails: EmailService
    accounts: AccountService
    passwords: PasswordService
    email_change: EmailChangeService
    email_undo: EmailUndoService
    identity: IdentityService
    two_factor: TwoFactorService
    providers: ProviderService
    provider_tokens: ProviderTokenService
    throttle: ThrottleService
    denials: DenialService
    profile: ProfileService
    addresses: AddressService
    exports: ExportService
    deletions: DeletionService
    pictures: PictureService
    feeds: FeedService
    delivery: DeliveryService
    contact: ContactService
    newsletter: NewsletterService
    requests: RequestService
    mailbox: Mailbox | None
    health: Health
