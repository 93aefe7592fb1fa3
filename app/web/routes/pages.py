"""The plain pages: who we are, how we deliver, what we store, what holds between us and a buyer."""

from typing import Any

from litestar import Response, get

from app.core.accounts import Role
from app.core.identity import idle_limit
from app.core.requests import KEPT_AFTER, LONGEST_WAIT
from app.web import seen
from app.web.context import Web, web_of
from app.web.guards import Access
from app.web.pages.pages import AboutPage, DeliveryPage, FaqPage, PrivacyPage, ShopFacts, TermsPage
from app.web.session import CART_DAYS, CHOICE_DAYS, COOKIES, VisitorRequest, cookie_name
from app.web.shared_pages import shared_page


@get("/about", access=Access.ANYONE)
@shared_page
async def show_about(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    page = AboutPage(await web.frame(request, private=False), facts(web))
    return web.render.html("pages/about/show.html", page, private=False)


@get("/faq", access=Access.ANYONE)
@shared_page
async def show_faq(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    page = FaqPage(await web.frame(request, private=False), facts(web))
    return web.render.html("pages/faq/show.html", page, private=False)


@get("/delivery", access=Access.ANYONE)
@shared_page
async def show_delivery(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    terms = await web.services.delivery.terms()
    page = DeliveryPage(await web.frame(request, private=False), facts(web), terms)
    return web.render.html("pages/delivery/show.html", page, private=False)


@get("/privacy", access=Access.ANYONE)
@shared_page
async def show_privacy(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    page = PrivacyPage(await web.frame(request, private=False), facts(web))
    return web.render.html("pages/privacy/show.html", page, private=False)


@get("/terms", access=Access.ANYONE)
@shared_page
async def show_terms(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    page = TermsPage(await web.frame(request, private=False), facts(web))
    return web.render.html("pages/terms/show.html", page, private=False)


def facts(web: Web) -> ShopFacts:
    settings = web.settings
    return ShopFacts(
        email=settings.contact_address,
        countries=settings.country_codes,
        cash_limit=settings.cash_on_delivery_limit,
        hold_days=settings.unpaid_order_days,
        return_days=settings.return_days,
        cart_days=CART_DAYS,
        choice_days=CHOICE_DAYS,
        seen_days=seen.DAYS,
        session_days=idle_limit(Role.CUSTOMER).days,
        request_days=KEPT_AFTER.days,
        wait_days=LONGEST_WAIT.days,
        prices_include_tax=settings.prices_include_tax,
        cookies={name: cookie_name(settings, name) for name in COOKIES},
    )


ROUTES: list[Any] = [show_about, show_faq, show_delivery, show_privacy, show_terms]
