"""The one composition root: settings to adapters to services. Web, worker, command line and tests all call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from jinja2 import Environment

from app.adapters.clock.system import SystemClock
from app.adapters.db.addresses import PiccoloAddresses
from app.adapters.db.demo.seed import DemoShop
from app.adapters.db.doctor import PiccoloBooks
from app.adapters.db.engine import Limits, ShopEngine
from app.adapters.db.feeds import PiccoloFeeds
from app.adapters.db.health import ShopHealth
from app.adapters.db.sales import PiccoloFlashSales
from app.adapters.db.search import PiccoloSearch
from app.adapters.db.stock import PiccoloStock
from app.adapters.db.tables import TABLES
from app.adapters.db.vault import PiccoloSealedColumns
from app.adapters.files.static import StaticFiles
from app.adapters.identity.providers import AuthlibProviders
from app.adapters.mail.maildir import MaildirMailbox
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
from app.services.contact import ContactMails
from app.services.delivery import DeliveryService
from app.services.denials import DenialService
from app.services.doctor import DoctorService
from app.services.feeds import FeedService
from app.services.newsletter import NewsletterMails
from app.services.requests import RequestMails
from app.services.search import SearchService
from app.services.vault import VaultService
from app.settings import Settings
from app.wiring.base import SHOP_NAME, jobs_of, mailer_of
from app.wiring.buying import Buying
from app.wiring.people import People
from app.wiring.window import Window


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
    clock = clock or SystemClock()
    return _Wiring(
        settings=settings,
        engine=engine,
        clock=clock,
        mailer=mailer or mailer_of(settings),
        jobs=jobs or jobs_of(settings),
        stock=stock or PiccoloStock(),
        sales=sales or PiccoloFlashSales(),
        provider_client=provider_client
        or AuthlibProviders(clock, strict=settings.production, seconds=settings.provider_seconds),
    ).shop()


class _Wiring(People, Buying, Window):
    def shop(self) -> Shop:
        self._show_mails()
        return Shop(
            settings=self.settings,
            engine=self.engine,
            jobs=self.jobs,
            pages=self.pages,
            static=self.static,
            files=self.files,
            services=self._services(),
            accounts=self.accounts,
            vault=VaultService(self.vault, PiccoloSealedColumns(), self.store.transactions),
            doctor=DoctorService(PiccoloBooks()),
            demo=DemoShop(self.store.transactions, self.vault),
        )

    def _services(self) -> Services:
        settings, store = self.settings, self.store
        return Services(
            catalog=CatalogService(self.catalog, store.transactions),
            search=SearchService(PiccoloSearch(self.cards, self.version), self.catalog, store.transactions),
            cart=CartService(store.carts, store.transactions),
            quotes=self.quotes,
            placement=self.placement,
            orders=self.orders,
            emails=self.outbox,
            accounts=self.accounts,
            passwords=self.passwords,
            email_change=self.email_change,
            email_undo=self.email_undo,
            identity=self.identity,
            two_factor=self.two_factor,
            providers=self.providers,
            provider_tokens=self.provider_tokens,
            throttle=self.throttle,
            denials=DenialService(self.throttle, settings.secret_ring[0]),
            profile=self.profile,
            addresses=AddressService(PiccoloAddresses(), store.transactions),
            exports=self.exports,
            deletions=self.deletions,
            pictures=self.pictures,
            feeds=FeedService(PiccoloFeeds()),
            requests=self.requests,
            delivery=DeliveryService(store.delivery_methods, settings.country_codes),
            contact=self.contact,
            newsletter=self.newsletter,
            mailbox=MaildirMailbox(settings.mailbox_dir) if settings.mailbox_dir else None,
            health=ShopHealth(self.engine, self.jobs),
        )

    def _show_mails(self) -> None:
        """The outbox shows what these know, and they put their mails into it: so they are named to it afterwards."""
        self.contexts |= {
            EmailKind.ORDER_CONFIRMATION: self.orders.confirmation,
            EmailKind.CONTACT_MESSAGE: ContactMails(SHOP_NAME, self.settings.origin).message,
            EmailKind.NEWSLETTER_CONFIRMATION: NewsletterMails(
                self.store.newsletter, self.newsletter_links, SHOP_NAME
            ).confirmation,
            EmailKind.BACK_IN_STOCK: RequestMails(self.store.requests, self.request_links, SHOP_NAME).back_in_stock,
            EmailKind.CODE: self.codes.context,
            EmailKind.NOTICE: self.notices.context,
            EmailKind.EMAIL_UNDO: self.email_undo.context,
        }
        self.forgets |= {
            EmailKind.CODE: self.codes.forget,
            EmailKind.NOTICE: self.deletions.forget_mail,
            EmailKind.EMAIL_UNDO: self.email_undo.forget,
        }
