"""The one composition root: settings to adapters to services. Web, worker, command line and tests all call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jinja2 import Environment

from app.adapters.clock.system import SystemClock
from app.adapters.db.accounts import PiccoloAccounts
from app.adapters.db.addresses import PiccoloAddresses
from app.adapters.db.cards import KeptCards
from app.adapters.db.cart import PiccoloCarts
from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.codes import PiccoloCodes
from app.adapters.db.deletion import PiccoloDeletions
from app.adapters.db.delivery import PiccoloDeliveryMethods
from app.adapters.db.demo.seed import DemoShop
from app.adapters.db.doctor import PiccoloBooks
from app.adapters.db.email_undo import PiccoloEmailUndos
from app.adapters.db.emails import PiccoloEmails
from app.adapters.db.engine import Limits, ShopEngine
from app.adapters.db.export import PiccoloExports, PiccoloPersonalData
from app.adapters.db.feeds import PiccoloFeeds
from app.adapters.db.health import ShopHealth
from app.adapters.db.identity import PiccoloSessions
from app.adapters.db.newsletter import PiccoloNewsletter
from app.adapters.db.orders import PiccoloOrders
from app.adapters.db.pictures import PiccoloPictures
from app.adapters.db.profile import PiccoloProfiles
from app.adapters.db.provider_tokens import PiccoloProviderTokens
from app.adapters.db.providers import PiccoloAttempts, PiccoloIdentities, PiccoloProviders
from app.adapters.db.requests import PiccoloRequests
from app.adapters.db.sales import PiccoloFlashSales
from app.adapters.db.search import PiccoloSearch
from app.adapters.db.stock import PiccoloStock
from app.adapters.db.tables import TABLES
from app.adapters.db.throttle import PiccoloThrottle
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.db.two_factor import PiccoloTwoFactors
from app.adapters.db.vault import PiccoloSealedColumns
from app.adapters.db.version import CatalogueVersion
from app.adapters.files.objects import ObjectFiles
from app.adapters.files.pictures import LimitedPictureTools
from app.adapters.files.static import StaticFiles
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.providers import AuthlibProviders
from app.adapters.identity.tokens import JwtTokens
from app.adapters.identity.totp import PyotpAuthenticator
from app.adapters.jinja.environment import build_environment
from app.adapters.jobs.arq import ArqJobs
from app.adapters.jobs.none import NoJobs
from app.adapters.mail.jinja_renderer import JinjaMailRenderer
from app.adapters.mail.maildir import MaildirMailbox, MaildirMailer
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
from app.services import Services
from app.services.accounts import AccountService
from app.services.addresses import AddressService
from app.services.cart import CartService
from app.services.catalog import CatalogService
from app.services.checkout.placement import PlacementService
from app.services.checkout.quote import Market, QuoteService
from app.services.codes import CodeService
from app.services.contact import ContactMails, ContactService
from app.services.deletion import DeletionService
from app.services.delivery import DeliveryService
from app.services.doctor import DoctorService
from app.services.email_change import EmailChangeService
from app.services.email_undo import EmailUndoService
from app.services.emails import EmailContext, EmailService, Forget
from app.services.export import ExportService
from app.services.feeds import FeedService
from app.services.identity import IdentityService
from app.services.mailed_codes import MailedCodes
from app.services.newsletter import NewsletterLinks, NewsletterMails, NewsletterService
from app.services.notices import Notices
from app.services.orders import OrderLinks, OrderService
from app.services.passwords import PasswordService
from app.services.pictures import PictureService
from app.services.profile import ProfileService
from app.services.provider_tokens import ProviderTokenService
from app.services.providers import ProviderService
from app.services.requests import RequestLinks, RequestMails, RequestService
from app.services.search import SearchService
from app.services.throttle import ThrottleService
from app.services.two_factor import TwoFactorService
from app.services.vault import VaultService
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SHOP_NAME = "Exclusive"


@dataclass(frozen=True)
class Shop:
    """Everything wired and nothing connected; use it inside `opened()`."""

    settings: Settings
    engine: ShopEngine
    jobs: Jobs
    pages: Environment
    static: StaticFiles
    files: Files
    services: Services
    accounts: AccountService
    vault: VaultService
    doctor: DoctorService
    demo: DemoShop

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connect to the database; the queue connects when it is first used. Raises DatabaseUnreachable."""
        await self.engine.open()
        try:
            yield
        finally:
            await self.jobs.close()
            await self.engine.close()


@asynccontextmanager
async def open_shop(settings: Settings, *, worker: bool = False) -> AsyncIterator[Shop]:
    """A shop ready for use. A worker's statements may take longer than a page's."""
    shop = build_shop(settings, worker=worker)
    async with shop.opened():
        yield shop


def build_shop(
    settings: Settings,
    *,
    worker: bool = False,
    engine: ShopEngine | None = None,
    clock: Clock | None = None,
    mailer: Mailer | None = None,
    jobs: Jobs | None = None,
    stock: Stock | None = None,
    sales: FlashSales | None = None,
    provider_client: ProviderClient | None = None,
) -> Shop:
    """Wire a shop. The keyword arguments take the place of the adapters that settings would choose."""
    engine = engine or ShopEngine(settings.database_url.get_secret_value(), Limits.of(settings, worker=worker))
    engine.bind(TABLES)
    static = StaticFiles.load(ROOT / "static")
    pages = build_environment(
        templates_dir=ROOT / "templates",
        static=static,
        currency=settings.currency,
        locale=settings.locale,
        languages=settings.languages,
        content_language=settings.content_language,
        auto_reload=settings.debug,
    )
    clock = clock or SystemClock()
    picture_tools = LimitedPictureTools()
    jobs = jobs or _jobs(settings)
    transactions = PiccoloTransactions()
    vault = AesGcmVault(settings.encryption_ring)
    files = _files(settings)
    cards, version = KeptCards(), CatalogueVersion()
    catalog = PiccoloCatalog(navigation_seconds=settings.navigation_seconds, cards=cards, version=version)
    carts, order_store, email_store = PiccoloCarts(), PiccoloOrders(), PiccoloEmails()
    order_service = OrderService(
        orders=order_store,
        transactions=transactions,
        links=OrderLinks(settings.secret_ring, settings.origin, settings.languages),
        shop_name=SHOP_NAME,
        bank_account=settings.bank_account,
    )
    throttle = ThrottleService(PiccoloThrottle(settings.secret_ring[0]))
    newsletter = PiccoloNewsletter()
    newsletter_links = NewsletterLinks(settings.secret_ring, settings.origin, settings.languages)
    requests = PiccoloRequests()
    request_links = RequestLinks(settings.secret_ring, settings.origin, settings.languages)
    request_mails = RequestMails(requests, request_links, SHOP_NAME)
    # The outbox shows what codes and notices know, and they put their mails into it: both are added below.
    contexts: dict[EmailKind, EmailContext] = {
        EmailKind.ORDER_CONFIRMATION: order_service.confirmation,
        EmailKind.CONTACT_MESSAGE: ContactMails(SHOP_NAME, settings.origin).message,
        EmailKind.NEWSLETTER_CONFIRMATION: NewsletterMails(newsletter, newsletter_links, SHOP_NAME).confirmation,
        EmailKind.BACK_IN_STOCK: request_mails.back_in_stock,
    }
    forgets: dict[EmailKind, Forget] = {}
    emails = EmailService(
        emails=email_store,
        transactions=transactions,
        mailer=mailer or _mailer(settings),
        renderer=JinjaMailRenderer(pages),
        jobs=jobs,
        contexts=contexts,
        forgets=forgets,
        message_host=message_host(settings.mail_from),
        lease=timedelta(seconds=settings.lease_seconds),
        first_retry=timedelta(seconds=settings.first_retry_seconds),
    )
    account_store, sessions = PiccoloAccounts(), PiccoloSessions()
    tokens = JwtTokens(settings.jwt_ring, issuer=settings.origin, clock=clock)
    notices = Notices(
        accounts=account_store,
        emails=email_store,
        outbox=emails,
        locale=settings.locale,
        shop_name=SHOP_NAME,
        origin=settings.origin,
    )
    codes = CodeService(
        codes=PiccoloCodes(),
        vault=vault,
        emails=email_store,
        outbox=emails,
        secrets=settings.secret_ring,
        shop_name=SHOP_NAME,
        origin=settings.origin,
        languages=settings.languages,
    )
    contexts |= {EmailKind.CODE: codes.context, EmailKind.NOTICE: notices.context}
    forgets[EmailKind.CODE] = codes.forget
    identity = IdentityService(sessions, tokens, notices, transactions)
    hashing = Argon2Passwords()
    mailed = MailedCodes(account_store, codes, throttle, transactions, settings.even_answer_seconds)
    accounts = AccountService(
        accounts=account_store,
        passwords=hashing,
        identity=identity,
        sessions=sessions,
        tokens=tokens,
        codes=codes,
        mailed=mailed,
        notices=notices,
        throttle=throttle,
        orders=order_store,
        transactions=transactions,
        secrets=settings.secret_ring,
    )
    passwords = PasswordService(
        accounts=account_store,
        passwords=hashing,
        signing_in=accounts,
        sessions=sessions,
        codes=codes,
        mailed=mailed,
        notices=notices,
        throttle=throttle,
        transactions=transactions,
    )
    two_factor = TwoFactorService(
        factors=PiccoloTwoFactors(),
        authenticator=PyotpAuthenticator(),
        vault=vault,
        accounts=account_store,
        signing_in=accounts,
        identity=identity,
        sessions=sessions,
        notices=notices,
        throttle=throttle,
        transactions=transactions,
        secrets=settings.secret_ring,
        shop_name=SHOP_NAME,
    )
    provider_client = provider_client or AuthlibProviders(
        clock, strict=settings.production, seconds=settings.provider_seconds
    )
    provider_tokens = ProviderTokenService(
        tokens=PiccoloProviderTokens(),
        providers=PiccoloProviders(),
        client=provider_client,
        vault=vault,
        jobs=jobs,
        transactions=transactions,
        origin=settings.origin,
    )
    providers = ProviderService(
        providers=PiccoloProviders(),
        attempts=PiccoloAttempts(),
        identities=PiccoloIdentities(),
        tokens=provider_tokens,
        client=provider_client,
        accounts=account_store,
        sessions=sessions,
        account_service=accounts,
        codes=codes,
        notices=notices,
        throttle=throttle,
        vault=vault,
        transactions=transactions,
        secrets=settings.secret_ring,
        even_seconds=settings.even_answer_seconds,
    )
    deletions = DeletionService(
        deletions=PiccoloDeletions(),
        accounts=accounts,
        provider_tokens=provider_tokens,
        sessions=sessions,
        files=files,
        emails=email_store,
        outbox=emails,
        notices=notices,
        transactions=transactions,
    )
    forgets[EmailKind.NOTICE] = deletions.forget_mail
    email_undo = EmailUndoService(
        undos=PiccoloEmailUndos(),
        accounts=account_store,
        sessions=sessions,
        codes=codes,
        mailed=mailed,
        factors=PiccoloTwoFactors(),
        identities=PiccoloIdentities(),
        provider_tokens=provider_tokens,
        deletions=PiccoloDeletions(),
        vault=vault,
        emails=email_store,
        outbox=emails,
        notices=notices,
        throttle=throttle,
        transactions=transactions,
        shop_name=SHOP_NAME,
        origin=settings.origin,
        languages=settings.languages,
    )
    contexts[EmailKind.EMAIL_UNDO] = email_undo.context
    forgets[EmailKind.EMAIL_UNDO] = email_undo.forget
    email_change = EmailChangeService(
        accounts=account_store,
        signing_in=accounts,
        sessions=sessions,
        codes=codes,
        mailed=mailed,
        undo=email_undo,
        notices=notices,
        throttle=throttle,
        transactions=transactions,
    )
    quotes = QuoteService(
        delivery_methods=PiccoloDeliveryMethods(),
        clock=clock,
        market=Market(
            currency=settings.currency,
            countries=settings.country_codes,
            prices_include_tax=settings.prices_include_tax,
            cash_limit=settings.cash_on_delivery_limit,
            unpaid_days=settings.unpaid_order_days,
        ),
    )
    placement = PlacementService(
        carts=carts,
        orders=order_store,
        stock=stock or PiccoloStock(),
        sales=sales or PiccoloFlashSales(),
        emails=email_store,
        transactions=transactions,
        quotes=quotes,
        outbox=emails,
    )
    return Shop(
        settings=settings,
        engine=engine,
        jobs=jobs,
        pages=pages,
        static=static,
        files=files,
        services=Services(
            catalog=CatalogService(catalog, transactions),
            search=SearchService(PiccoloSearch(cards, version), catalog, transactions),
            cart=CartService(carts, transactions),
            quotes=quotes,
            placement=placement,
            orders=order_service,
            emails=emails,
            accounts=accounts,
            passwords=passwords,
            email_change=email_change,
            email_undo=email_undo,
            identity=identity,
            two_factor=two_factor,
            providers=providers,
            provider_tokens=provider_tokens,
            throttle=throttle,
            profile=ProfileService(
                profiles=PiccoloProfiles(),
                newsletter=newsletter,
                files=files,
                tools=picture_tools,
                throttle=throttle,
                transactions=transactions,
                clock=clock,
            ),
            addresses=AddressService(PiccoloAddresses(), transactions),
            exports=ExportService(
                exports=PiccoloExports(),
                accounts=accounts,
                personal=PiccoloPersonalData(),
                profiles=PiccoloProfiles(),
                files=files,
                jobs=jobs,
                notices=notices,
                throttle=throttle,
                transactions=transactions,
                lease=timedelta(seconds=settings.lease_seconds),
            ),
            deletions=deletions,
            pictures=PictureService(
                pictures=PiccoloPictures(),
                files=files,
                tools=picture_tools,
                transactions=transactions,
                lease=timedelta(seconds=settings.lease_seconds),
            ),
            feeds=FeedService(PiccoloFeeds()),
            requests=RequestService(
                requests=requests,
                carts=carts,
                emails=email_store,
                transactions=transactions,
                throttle=throttle,
                outbox=emails,
                links=request_links,
            ),
            delivery=DeliveryService(PiccoloDeliveryMethods(), settings.country_codes),
            contact=ContactService(
                emails=email_store,
                transactions=transactions,
                throttle=throttle,
                outbox=emails,
                recipient=settings.contact_address,
                locale=settings.locale,
            ),
            newsletter=NewsletterService(
                newsletter=newsletter,
                emails=email_store,
                transactions=transactions,
                throttle=throttle,
                outbox=emails,
                links=newsletter_links,
            ),
            mailbox=MaildirMailbox(settings.mailbox_dir) if settings.mailbox_dir else None,
            health=ShopHealth(engine, jobs),
        ),
        accounts=accounts,
        vault=VaultService(vault, PiccoloSealedColumns(), transactions),
        doctor=DoctorService(PiccoloBooks()),
        demo=DemoShop(transactions, vault),
    )


def _jobs(settings: Settings) -> Jobs:
    if url := settings.redis_url.get_secret_value():
        return ArqJobs(url, enqueue_seconds=settings.enqueue_seconds)
    return NoJobs()


def _files(settings: Settings) -> Files:
    if url := settings.files_url.get_secret_value():
        return ObjectFiles.in_bucket(url)
    return ObjectFiles.below(settings.data_dir / "files")


def _mailer(settings: Settings) -> Mailer:
    if settings.mailbox_dir is not None:
        return MaildirMailer(settings.mailbox_dir, sender=settings.mail_from)
    return SmtpMailer(settings.mail_url.get_secret_value(), sender=settings.mail_from, seconds=settings.mail_seconds)
