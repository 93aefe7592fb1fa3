"""The product's own page."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.ports.catalog import Image, ProductView
from app.web.context import web_of
from app.web.forms.read import clean
from app.web.guards import Access
from app.web.pages.product import BuyBox, Choice, OptionGroup, ProductPage
from app.web.render import wants_fragment
from app.web.session import VisitorRequest

OPTION = "option."
COLOUR = "Colour"
"""The option that pictures follow."""


@get("/p/{slug:str}", access=Access.ANYONE)
async def show_product(request: VisitorRequest, slug: FromPath[str]) -> Response[str]:
    web = web_of(request)
    product = await web.services.catalog.product(clean(slug))
    query = request.query_params
    buy = buy_box(product, {name: clean(query.get(OPTION + name, "")) for name in option_names(product)})
    page = ProductPage(await web.frame(request, private=False), product, buy, gallery(product, buy))
    template = "product/chosen.hx.html" if wants_fragment(request) else "product/show.html"
    return web.render.html(template, page, private=False)


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
    return BuyBox(
        product=product,
        groups=tuple(_group(product, name, chosen) for name in names),
        variant=variant,
        lowest_price=min(prices),
        highest_price=max(prices),
        available=variant.available if variant else 0,
        quantity=quantity,
        message=message,
    )


def gallery(product: ProductView, buy: BuyBox) -> tuple[Image, ...]:
    """The pictures of the chosen colour, then those of every colour, then the rest."""
    colour = buy.variant.options.get(COLOUR, "") if buy.variant else _chosen(buy, COLOUR)
    return tuple(sorted(product.images, key=lambda image: (image.colour != colour, image.colour != "")))


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
    choices = tuple(Choice(value, value == chosen.get(name), value in in_stock) for value in values)
    return OptionGroup(name, OPTION + name, chosen.get(name, ""), choices)


ROUTES: list[Any] = [show_product]
