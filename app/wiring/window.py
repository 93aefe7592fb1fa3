"""Finding goods, and what a shop tells those who only look."""

from functools import cached_property

from app.adapters.db.cards import KeptCards
from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.pictures import PiccoloPictures
from app.adapters.db.version import CatalogueVersion
from app.services.contact import ContactService
from app.services.newsletter import NewsletterLinks, NewsletterService
from app.services.pictures import PictureService
from app.services.requests import RequestLinks, RequestService
from app.wiring.base import Base


class Window(Base):
    @cached_property
    def cards(self) -> KeptCards:
        return KeptCards()

    @cached_property
    def version(self) -> CatalogueVersion:
        return CatalogueVersion()

    @cached_property
    def catalog(self) -> PiccoloCatalog:
        return PiccoloCatalog(
            navigation_seconds=self.settings.navigation_seconds, cards=self.cards, version=self.version
        )

    @cached_property
    def pictures(self) -> PictureService:
        return PictureService(
            pictures=PiccoloPictures(),
            files=self.files,
            tools=self.picture_tools,
            transactions=self.store.transactions,
            lease=self.lease,
        )

    @cached_property
    def request_links(self) -> RequestLinks:
        return RequestLinks(self.settings.secret_ring, self.settings.origin, self.settings.languages)

    @cached_property
    def requests(self) -> RequestService:
        return RequestService(
            requests=self.store.requests,
            carts=self.store.carts,
            emails=self.store.emails,
            transactions=self.store.transactions,
            throttle=self.throttle,
            outbox=self.outbox,
            links=self.request_links,
        )

    @cached_property
    def contact(self) -> ContactService:
        return ContactService(
            emails=self.store.emails,
            transactions=self.store.transactions,
            throttle=self.throttle,
            outbox=self.outbox,
            recipient=self.settings.contact_address,
            locale=self.settings.locale,
        )

    @cached_property
    def newsletter_links(self) -> NewsletterLinks:
        return NewsletterLinks(self.settings.secret_ring, self.settings.origin, self.settings.languages)

    @cached_property
    def newsletter(self) -> NewsletterService:
        return NewsletterService(
            newsletter=self.store.newsletter,
            emails=self.store.emails,
            transactions=self.store.transactions,
            throttle=self.throttle,
            outbox=self.outbox,
            links=self.newsletter_links,
        )
