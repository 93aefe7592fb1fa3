"""XML for machines, piece by piece: sitemaps (sitemaps.org), and the feed (RSS 2.0 with Google Merchant's names)."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from app.core.languages import Languages, language_of
from app.ports.feeds import Offer, Place, SitemapPart

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5_000
"""What Google Merchant takes."""
NOT_XML = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
CLOSED = ("/cart", "/checkout", "/orders", "/search", "/mailbox", "/admin", "/desk")
"""Pages that are nobody's to find, in every language."""


@dataclass(frozen=True)
class FeedWriter:
    """`picture` leads from a picture's address to the one it is served at."""

    shop_name: str
    origin: str
    currency: str
    languages: Languages
    picture: Callable[[str], str]

    def robots(self, *, open_to_all: bool) -> str:
        """Lists have countless filters, which lead to nothing new; offers of the feed name their options."""
        if not open_to_all:
            return "User-agent: *\nDisallow: /\n"
        closed = [self.languages.address(path, locale) for path in CLOSED for locale in self.languages.offered]
        rules = [f"Disallow: {path}" for path in dict.fromkeys(closed)]
        rules += ["Disallow: /*?", "Allow: /*?page=", "Allow: /*/p/*?option.", "Allow: /p/*?option."]
        return "\n".join(["User-agent: *", *rules, "", f"Sitemap: {self.origin}/sitemap.xml", ""])

    def sitemap_index(self, parts: Iterable[SitemapPart]) -> str:
        lines = [f"<sitemap><loc>{self.origin}/sitemap/pages.xml</loc></sitemap>"]
        lines += [
            f"<sitemap><loc>{self.origin}/sitemap/products-{part.number}.xml</loc>"
            f"<lastmod>{part.changed_at:%Y-%m-%d}</lastmod></sitemap>"
            for part in parts
        ]
        return f'{XML}<sitemapindex xmlns="{SITEMAP}">\n' + "\n".join([*lines, "</sitemapindex>\n"])

    async def sitemap(self, pages: AsyncIterator[Iterable[Place]]) -> AsyncIterator[str]:
        yield f'{XML}<urlset xmlns="{SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        async for places in pages:
            yield "".join(self._place(place) for place in places)
        yield "</urlset>\n"

    def _place(self, place: Place) -> str:
        """An address in each language, and beside each one all of them."""
        addresses = {
            locale: escape(self.origin + self.languages.address(place.path, locale))
            for locale in self.languages.offered
        }
        others = ""
        if len(addresses) > 1:
            named = {language_of(locale): address for locale, address in addresses.items()}
            named["x-default"] = addresses[self.languages.default]
            others = "".join(
                f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
                for language, address in named.items()
            )
        changed = f"<lastmod>{place.changed_at:%Y-%m-%d}</lastmod>" if place.changed_at else ""
        rest = f"{changed}{others}</url>\n"
        return "".join(f"<url><loc>{address}</loc>{rest}" for address in addresses.values())

    async def offers(self, pages: AsyncIterator[Iterable[Offer]]) -> AsyncIterator[str]:
        name = escape(self.shop_name)
        yield (
            f'{XML}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
            f"<title>{name}</title><link>{self.origin}/</link><description>{name}</description>\n"
        )
        async for offers in pages:
            yield "".join(self._offer(offer) for offer in offers)
        yield "</channel>\n</rss>\n"

    def _offer(self, offer: Offer) -> str:
        chosen = urlencode({f"option.{name}": value for name, value in offer.options.items()})
        title = f"{offer.name} – {offer.label}" if offer.label else offer.name
        values = {
            "g:id": offer.sku,
            "title": title[:LONGEST_TITLE],
            "description": (offer.description or offer.name)[:LONGEST_DESCRIPTION],
            "link": f"{self.origin}/p/{offer.slug}" + (f"?{chosen}" if chosen else ""),
            "g:image_link": self._absolute(self.picture(offer.image)) if offer.image else "",
            "g:item_group_id": offer.slug if offer.options else "",
            "g:brand": offer.brand,
            "g:product_type": " > ".join(offer.category),
            "g:color": offer.options.get("Colour", ""),
            "g:size": offer.options.get("Size", ""),
            "g:condition": "new",
            "g:identifier_exists": "no",
            **_availability(offer),
            **self._price(offer),
        }
        fields = "".join(f"<{name}>{_text(value)}</{name}>" for name, value in values.items() if value)
        return f"<item>{fields}</item>\n"

    def _price(self, offer: Offer) -> dict[str, str]:
        if offer.before is None:
            return {"g:price": self._money(offer.price)}
        return {
            "g:price": self._money(offer.before),
            "g:sale_price": self._money(offer.price),
            "g:sale_price_effective_date": _span(offer.starts_at, offer.ends_at),
        }

    def _money(self, amount: Decimal) -> str:
        return f"{amount:.2f} {self.currency}"

    def _absolute(self, address: str) -> str:
        return self.origin + address if address.startswith("/") else address


def _availability(offer: Offer) -> dict[str, str]:
    if offer.available <= 0:
        return {"g:availability": "out_of_stock"}
    if offer.released_at is not None:
        return {"g:availability": "preorder", "g:availability_date": _moment(offer.released_at)}
    return {"g:availability": "in_stock"}


def _span(first: datetime | None, last: datetime | None) -> str:
    return f"{_moment(first)}/{_moment(last)}" if first and last else ""


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _text(value: str) -> str:
    return escape(value.translate(NOT_XML))
