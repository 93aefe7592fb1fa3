"""What delivery of a product would cost and when it would come, asked on its page."""

from typing import Any

from litestar import Response, post

from app.web.context import web_of
from app.web.forms import estimate as forms
from app.web.forms.read import read_form, whole_number
from app.web.guards import Access
from app.web.render import wants_fragment
from app.web.routes.product import blank_estimate, buy_box, deliveries, product_page
from app.web.session import VisitorRequest


@post("/delivery-estimate", status_code=200, access=Access.ANYONE)
async def estimate_delivery(request: VisitorRequest) -> Response[Any]:
    """Fields: `product`, `variant`, `country`, `postal_code`. Changes nothing, so there is nothing to forge."""
    web = web_of(request)
    form = await read_form(request)
    product = await web.services.catalog.product(form.get("product", ""))
    chosen = whole_number(form.get("variant", ""))
    variant = next((variant for variant in product.variants if variant.id == chosen), None)
    country = form.get("country", "")
    errors = forms.check(form, countries=web.settings.country_codes, render=web.render)
    worth = variant.price if variant else product.price
    offers = () if errors else await web.services.quotes.estimate(country, worth, released_at=product.released_at)
    estimate = blank_estimate(
        web,
        product,
        variant,
        values={"country": country, "postal_code": form.get("postal_code", "")},
        options=None if errors else deliveries(offers),
        errors=errors,
    )
    status = 422 if errors else 200
    if wants_fragment(request):
        return web.render.html("product/estimated.hx.html", estimate, status=status)
    buy = buy_box(product, variant.options if variant else {})
    page = await product_page(request, web, product, buy, private=True, estimate=estimate)
    return web.render.html("product/show.html", page, status=status)


ROUTES: list[Any] = [estimate_delivery]
