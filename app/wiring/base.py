"""Adapters, and the services that all parts of the shop share."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path

from jinja2 import Environment

from app.adapters.db.accounts import PiccoloAccounts
from app.adapters.db.cart import PiccoloCarts
from app.adapters.db.codes import PiccoloCodes
from app.adapters.db.deletion import PiccoloDeletions
from app.adapters.db.delivery import PiccoloDeliveryMethods
from app.adapters.db.emails import PiccoloEmails
from app.adapters.db.engine import ShopEngine
from app.adapters.db.identity import PiccoloSessions
from app.adapters.db.newsletter import PiccoloNewsletter
from app.adapters.db.orders import PiccoloOrders
from app.adapters.db.profile import PiccoloProfiles
from app.adapters.db.providers import PiccoloIdentities, PiccoloProviders
from app.adapters.db.requests import PiccoloRequests
from app.adapters.db.throttle import PiccoloThrottle
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.db.two_factor import PiccoloTwoFactors
from app.adapters.files.objects import ObjectFiles
from app.adapters.files.pictures import LimitedPictureTools
from app.adapters.files.static import StaticFiles
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.tokens import JwtTokens
from app.adapters.jinja.environment import build_environment
from app.adapters.jobs.arq import ArqJobs
from app.adapters.jobs.none import NoJobs
from app.adapters.mail.jinja_renderer import JinjaMailRenderer
from app.adapters.mail.maildir import MaildirMailer
from app.adapters.mail.message import message_host
from app.adapters.mail.smtp import SmtpMailer
from app.adapters.vault.aes_gcm import AesGcmVault
from app.core.emails import EmailKind
from app.ports.clock import Clock
from app.ports.files import Files
from app.ports.jobs import Jobs
from app.ports.mail import Mailer
from app.ports.orders import Stock
from app.ports.providers import ProviderClient
from app.ports.sales import FlashSales
from app.services.codes import CodeService
from app.services.emails import EmailContext, EmailService, Forget
from app.services.notices import Notices
from app.services.throttle import ThrottleService
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SHOP_NAME = "Exclusive"


class Store:
    """The adapters of the database that hold nothing, so that one of each serves all."""

    def __init__(self) -> None:
        self.accounts = PiccoloAccounts()
        self.carts = PiccoloCarts()
        self.deletions = PiccoloDeletions()
        self.delivery_methods = PiccoloDeliveryMethods()
        self.emails = PiccoloEmails()
        self.factors = PiccoloTwoFactors()
        self.identities = PiccoloIdentities()
        self.newsletter = PiccoloNewsletter()
        self.orders = PiccoloOrders()
        self.profiles = PiccoloProfiles()
        self.providers = PiccoloProviders()
        self.requests = PiccoloRequests()
        self.sessions = PiccoloSessions()
        self.transactions = PiccoloTransactions()


class Base:
    """What every part stands on. A service is made when another first asks for it: their order is of no matter."""

    def __init__(
        self,
        *,
        settings: Settings,
        engine: ShopEngine,
        clock: Clock,
        mailer: Mailer,
        jobs: Jobs,
        stock: Stock,
        sales: FlashSales,
        provider_client: ProviderClient,
    ) -> None:
        self.settings, self.engine, self.clock = settings, engine, clock
        self.mailer, self.jobs, self.stock, self.sales = mailer, jobs, stock, sales
        self.provider_client = provider_client
        self.store = Store()
        self.files = files_of(settings)
        self.static = StaticFiles.load(ROOT / "static")
        self.vault = AesGcmVault(settings.encryption_ring)
        self.tokens = JwtTokens(settings.jwt_ring, issuer=settings.origin, clock=clock)
        self.hashing = Argon2Passwords()
        self.picture_tools = LimitedPictureTools()
        self.lease = timedelta(seconds=settings.lease_seconds)
        self.contexts: dict[EmailKind, EmailContext] = {}
        self.forgets: dict[EmailKind, Forget] = {}

    @cached_property
    def pages(self) -> Environment:
        return build_environment(
            templates_dir=ROOT / "templates",
            static=self.static,
            currency=self.settings.currency,
            locale=self.settings.locale,
            languages=self.settings.languages,
            content_language=self.settings.content_language,
            auto_reload=self.settings.debug,
        )

    @cached_property
    def throttle(self) -> ThrottleService:
        return ThrottleService(PiccoloThrottle(self.settings.secret_ring[0]))

    @cached_property
    def outbox(self) -> EmailService:
        return EmailService(
            emails=self.store.emails,
            transactions=self.store.transactions,
            mailer=self.mailer,
            renderer=JinjaMailRenderer(self.pages),
            jobs=self.jobs,
            contexts=self.contexts,
            forgets=self.forgets,
            message_host=message_host(self.settings.mail_from),
            lease=self.lease,
            first_retry=timedelta(seconds=self.settings.first_retry_seconds),
        )

    @cached_property
    def notices(self) -> Notices:
        return Notices(
            accounts=self.store.accounts,
            emails=self.store.emails,
            outbox=self.outbox,
            locale=self.settings.locale,
            shop_name=SHOP_NAME,
            origin=self.settings.origin,
        )

    @cached_property
    def codes(self) -> CodeService:
        return CodeService(
            codes=PiccoloCodes(),
            vault=self.vault,
            emails=self.store.emails,
            outbox=self.outbox,
            secrets=self.settings.secret_ring,
            shop_name=SHOP_NAME,
            origin=self.settings.origin,
            languages=self.settings.languages,
        )


def jobs_of(settings: Settings) -> Jobs:
    if url := settings.redis_url.get_secret_value():
        return ArqJobs(url, enqueue_seconds=settings.enqueue_seconds)
    return NoJobs()


def files_of(settings: Settings) -> Files:
    if url := settings.files_url.get_secret_value():
        return ObjectFiles.in_bucket(url)
    return ObjectFiles.below(settings.data_dir / "files")


def mailer_of(settings: Settings) -> Mailer:
    if settings.mailbox_dir is not None:
        return MaildirMailer(settings.mailbox_dir, sender=settings.mail_from)
    return SmtpMailer(settings.mail_url.get_secret_value(), sender=settings.mail_from, seconds=settings.mail_seconds)
