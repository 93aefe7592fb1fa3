"""What pages say of themselves to machines, in the words of schema.org; a template writes it out as JSON-LD."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from app.ports.catalog import ProductView

CONTEXT = "https://schema.org"
Data = dict[str, object]


def organisation(shop_name: str, origin: str, home: str, search: str) -> Data:
    """The shop and its search. `home` and `search` are paths in the language of the page."""
    return {
        "@context": CONTEXT,
        "@graph": [
            {"@type": "Organization", "@id": f"{origin}/#shop", "name": shop_name, "url": f"{origin}/"},
            {
                "@type": "WebSite",
                "@id": f"{origin}/#website",
                "name": shop_name,
                "url": f"{origin}{home}",
                "publisher": {"@id": f"{origin}/#shop"},
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": {"@type": "EntryPoint", "urlTemplate": f"{origin}{search}?q={{search_term_string}}"},
                    "query-input": "required name=search_term_string",
                },
            },
        ],
    }


def breadcrumb(trail: Sequence[tuple[str, str]]) -> Data:
    """`trail` holds names and absolute addresses, from the home page to the page itself."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(trail, 1)
        ],
    }


def product(of: ProductView, *, address: str, absolute: Callable[[str], str], currency: str, shop_name: str) -> Data:
    """A product with what one can buy of it. `absolute` makes a picture's address one that others can open."""
    data: Data = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": f"{address}#product",
        "name": of.name,
        "description": of.summary or of.description,
        "url": address,
        "category": " > ".join([*(link.name for link in of.trail), of.category.name]),
        "image": [absolute(image.url) for image in of.images],
        "offers": _offers(of, address=address, currency=currency, seller=of.seller or shop_name),
    }
    if of.brand:
        data["brand"] = {"@type": "Brand", "name": of.brand}
    if len(of.variants) == 1:
        data["sku"] = of.variants[0].sku
    if of.rating_count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": _plain(of.rating_average),
            "reviewCount": of.rating_count,
        }
    return data


def _offers(of: ProductView, *, address: str, currency: str, seller: str) -> Data:
    """One offer, or the span of them where variants differ in price."""
    prices = [variant.price for variant in of.variants] or [of.price]
    common: Data = {
        "priceCurrency": currency,
        "url": address,
        "availability": f"{CONTEXT}/{_availability(of)}",
        "itemCondition": f"{CONTEXT}/NewCondition",
        "seller": {"@type": "Organization", "name": seller},
    }
    if of.released_at:
        common["availabilityStarts"] = of.released_at.isoformat()
    if min(prices) != max(prices):
        return {
            "@type": "AggregateOffer",
            "lowPrice": _plain(min(prices)),
            "highPrice": _plain(max(prices)),
            "offerCount": len(of.variants),
        } | common
    offer: Data = {"@type": "Offer", "price": _plain(min(prices))} | common
    if of.flash:
        offer["priceValidUntil"] = of.flash.ends_at.date().isoformat()
    return offer


def _availability(of: ProductView) -> str:
    if not any(variant.available > 0 for variant in of.variants):
        return "SoldOut"
    return "PreOrder" if of.released_at else "InStock"


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}"
