"""The product's own page."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from app.core.checkout import DeliveryOffer
from app.ports.catalog import Image, ProductView, ReviewsView, VariantView
from app.web.context import Web, web_of
from app.web.forms.address import postal_code_label
from app.web.forms.read import clean
from app.web.guards import Access
from app.web.pages import structured
from app.web.pages.checkout import Country, DeliveryOption, FieldError
from app.web.pages.product import BuyBox, Choice, EstimateReply, OptionGroup, ProductPage
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page

OPTION = "option."
COLOUR = "Colour"
"""The option that pictures follow."""


@get("/p/{slug:str}", access=Access.ANYONE)
@shared_page
async def show_product(request: VisitorRequest, slug: FromPath[str]) -> Response[str]:
    web = web_of(request)
    product = await web.services.catalog.product(clean(slug))
    query = request.query_params
    buy = buy_box(product, {name: clean(query.get(OPTION + name, "")) for name in option_names(product)})
    page = await product_page(request, web, product, buy, private=False)
    template = "product/chosen.hx.html" if wants_fragment(request) else "product/show.html"
    return web.render.html(template, page, private=False)


async def product_page(
    request: VisitorRequest,
    web: Web,
    product: ProductView,
    buy: BuyBox,
    *,
    private: bool,
    estimate: EstimateReply | None = None,
) -> ProductPage:
    frame = await web.frame(request, private=private)
    return ProductPage(
        frame=frame,
        product=product,
        buy=buy,
        gallery=gallery(product, buy),
        reviews=_latest_reviews(product),
        estimate=estimate or blank_estimate(web, product, buy.variant),
        data=() if private else _structured(web, product),
        link_picture=_absolute(web, product.images[0].url) if product.images else "",
    )


def product_address(slug: str, options: Mapping[str, str]) -> str:
    """Of the product with these options chosen."""
    chosen = urlencode({OPTION + name: value for name, value in options.items()})
    return f"/p/{slug}?{chosen}" if chosen else f"/p/{slug}"


def option_names(product: ProductView) -> tuple[str, ...]:
    """The product's options in the order its first variant has them."""
    return tuple(product.variants[0].options) if product.variants else ()


def buy_box(product: ProductView, wanted: Mapping[str, str], *, quantity: str = "1", message: str = "") -> BuyBox:
    """The box for the wanted options; without a wish, for the first variant that can be bought."""
    names = option_names(product)
    matching = [variant for variant in product.variants if all(variant.options.get(n) == wanted.get(n) for n in names)]
    if any(wanted.get(name) for name in names):
        variant = matching[0] if matching else None
        chosen = {name: wanted.get(name, "") for name in names}
    else:
        variant = next((v for v in product.variants if v.available > 0), next(iter(product.variants), None))
        chosen = dict(variant.options) if variant else {}
    prices = [variant.price for variant in product.variants] or [product.price]
    shown = variant or min(product.variants, key=lambda one: one.price, default=None)
    return BuyBox(
        product=product,
        groups=tuple(_group(product, name, chosen) for name in names),
        variant=variant,
        lowest_price=min(prices),
        highest_price=max(prices),
        available=variant.available if variant else 0,
        quantity=quantity,
        message=message,
        struck=shown.struck if shown else None,
    )


def gallery(product: ProductView, buy: BuyBox) -> tuple[Image, ...]:
    """The pictures of the chosen colour, then those of every colour, then the rest."""
    colour = buy.variant.options.get(COLOUR, "") if buy.variant else _chosen(buy, COLOUR)
    return tuple(sorted(product.images, key=lambda image: (image.colour != colour, image.colour != "")))


def blank_estimate(
    web: Web,
    product: ProductView,
    variant: VariantView | None,
    *,
    values: Mapping[str, str] | None = None,
    options: tuple[DeliveryOption, ...] | None = None,
    errors: tuple[FieldError, ...] = (),
) -> EstimateReply:
    """The form that asks what delivery costs, blank unless told otherwise."""
    codes = web.settings.country_codes
    values = values or {"country": codes[0], "postal_code": ""}
    country = values["country"] if values["country"] in codes else codes[0]
    name_of = web.render.pages.filters["country"]
    return EstimateReply(
        slug=product.slug,
        countries=tuple(Country(code, name_of(code)) for code in codes),
        postal_code_label=postal_code_label(country, web.render),
        values=values,
        variant_id=variant.id if variant else None,
        options=options,
        errors=errors,
    )


def deliveries(offers: Iterable[DeliveryOffer]) -> tuple[DeliveryOption, ...]:
    return tuple(
        DeliveryOption(o.method.code, o.method.name, o.method.description, o.cost, o.earliest, o.latest, False)
        for o in offers
    )


def _chosen(buy: BuyBox, option: str) -> str:
    return next((group.chosen for group in buy.groups if group.name == option), "")


def _group(product: ProductView, name: str, chosen: Mapping[str, str]) -> OptionGroup:
    others = {other: value for other, value in chosen.items() if other != name and value}
    values = list(dict.fromkeys(variant.options.get(name, "") for variant in product.variants))
    in_stock = {
        variant.options.get(name)
        for variant in product.variants
        if variant.available > 0 and all(variant.options.get(other) == value for other, value in others.items())
    }
    swatches = {swatch.name: swatch.hex for swatch in product.swatches} if name == COLOUR else {}
    choices = tuple(
        Choice(value, value == chosen.get(name), value in in_stock, swatches.get(value, "")) for value in values
    )
    return OptionGroup(name, OPTION + name, chosen.get(name, ""), choices)


def _latest_reviews(product: ProductView) -> ReviewsView:
    return ReviewsView(
        slug=product.slug,
        name=product.name,
        rating_average=product.rating_average,
        rating_count=product.rating_count,
        ratings=product.ratings,
        reviews=product.reviews,
        total=len(product.reviews),
    )


def _structured(web: Web, product: ProductView) -> tuple[Mapping[str, object], ...]:
    def address(path: str) -> str:
        return web.settings.origin + web.render.address(path)

    links = [*product.trail, product.category]
    trail = [
        (web.render.say("Home"), address("/")),
        *((link.name, address(f"/c/{link.slug}")) for link in links),
        (product.name, address(f"/p/{product.slug}")),
    ]
    about = structured.product(
        product,
        address=address(f"/p/{product.slug}"),
        absolute=lambda url: _absolute(web, url),
        currency=web.settings.currency,
        shop_name=web.services.orders.shop_name,
    )
    return about, structured.breadcrumb(trail)


def _absolute(web: Web, url: str) -> str:
    address = web.static.picture(url)
    return web.settings.origin + address if address.startswith("/") else address


ROUTES: list[Any] = [show_product]
