"""Checkout: one page, whose last click makes the order."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from litestar import Response, get, post

from app.core.addresses import KeptAddress, Use, default_of
from app.core.cart import MAX_LINES, Cart, changes
from app.core.checkout import NO_DELIVERY, DeliveryOffer, PaymentMethod, needs_delivery
from app.core.errors import EmptyCart, MethodUnavailable, QuoteChanged, StaleForm
from app.services.checkout.placement import Placement
from app.services.checkout.quote import Quote
from app.web.context import Web, web_of
from app.web.forms import address
from app.web.forms import checkout as forms
from app.web.forms.read import read_form, whole_number
from app.web.guards import Access
from app.web.languages import locale_of
from app.web.pages import checkout as pages
from app.web.pages.checkout import CheckoutPage, FieldError, QuoteReply
from app.web.pages.frame import Flash
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.returning import with_next
from app.web.routes.addresses import typed
from app.web.routes.cart import cart_page
from app.web.session import (
    VisitorRequest,
    cart_token,
    keep_cart_token,
    new_token,
    require_csrf_token,
    session_ended,
    signed_in,
)

LONGEST_KEY = 255
NEW = "new"
"""In field `address`, in the place of the id of one that is kept."""


@get("/checkout", access=Access.VISITOR)
async def show_checkout(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)
    web.require_lasting_session(request)
    visitor = web.visitor(request)
    cart = await web.services.cart.show(visitor)
    try:
        page = await _page(request, web, cart, await web.services.cart.draft(visitor) or await _known(request, web))
    except EmptyCart as empty:
        return web.render.see_other("/cart", Flash(reason(empty, web.render), "info"))
    return web.render.html("checkout/show.html", page)


@post("/checkout/quote", status_code=200, access=Access.VISITOR)
async def quote_checkout(request: VisitorRequest) -> Response[Any]:
    """Totals for the country and method chosen so far; everything typed stays. Fields as POST /checkout."""
    web = web_of(request)
    form = await read_form(request)
    if session_ended(request):
        return await _sign_in_again(request, web, form)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    cart = await web.services.cart.show(web.visitor(request))
    try:
        page = await _page(request, web, cart, form)
    except EmptyCart:
        return web.render.go(request, "/cart")
    await _keep_draft(request, web, form)
    if wants_fragment(request):
        return web.render.html("checkout/quoted.hx.html", QuoteReply(page))
    return web.render.html("checkout/show.html", page)


@post("/checkout", status_code=200, access=Access.VISITOR)
async def place_order(request: VisitorRequest) -> Response[Any]:
    """Fields as in `CheckoutPage`. 303 to the order; 422 with what is wrong; 409 with what has changed."""
    web = web_of(request)
    form = await read_form(request)
    if session_ended(request):
        return await _sign_in_again(request, web, form)
    try:
        require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    except StaleForm as stale:
        return await _refused(request, web, form, status=403, notice=reason(stale, web.render))
    who, book = signed_in(request), await _book(request, web)
    filled = _with_kept(form, book)
    if filled is None:
        error = FieldError("address", web.render.say("Choose an address of the list, or another one."))
        return await _refused(request, web, form, status=422, errors=(error,))
    to_check = {**filled, "email": who.email} if who else filled
    checked = forms.check(to_check, countries=web.settings.country_codes, render=web.render)
    if checked.buyer is None or checked.payment_method is None:
        return await _refused(request, web, form, status=422, errors=checked.errors)
    placement = Placement(
        buyer=checked.buyer,
        delivery_code=checked.delivery_code,
        payment_method=checked.payment_method,
        digest=form.get("digest", ""),
        key=form.get("key", "")[:LONGEST_KEY],
        body_hash=forms.body_hash(form),
        locale=locale_of(request),
    )
    try:
        order = await web.services.placement.place(web.visitor(request), placement)
    except MethodUnavailable as refusal:
        error = FieldError(refusal.field, reason(refusal, web.render))
        return await _refused(request, web, form, status=422, errors=(error,))
    except (QuoteChanged, EmptyCart):
        return await _refused(request, web, form, status=409)
    if who is not None and filled is form and form.get("keep_address") == "yes":
        await web.services.addresses.keep(who.user_id, checked.buyer.address, checked.buyer.phone)
    return web.render.go(request, web.services.orders.links.path(order))


async def _book(request: VisitorRequest, web: Web) -> tuple[KeptAddress, ...]:
    """The addresses of whoever is signed in that the shop delivers to."""
    who = signed_in(request)
    kept = await web.services.addresses.list(who.user_id) if who else ()
    return tuple(each for each in kept if each.address.country in web.settings.country_codes)


def _with_kept(form: Mapping[str, str], book: Sequence[KeptAddress]) -> Mapping[str, str] | None:
    """The form with the address that was chosen from the book, the form itself where one was typed, or None."""
    chosen = form.get("address", "")
    if not book or chosen in ("", NEW):
        return form
    kept = next((each for each in book if str(each.id) == chosen), None)
    return None if kept is None else {**form, **typed(kept)}


@post("/checkout/sign-in", status_code=200, access=Access.VISITOR)
async def sign_in_first(request: VisitorRequest) -> Response[Any]:
    """Keeps what was typed and leads to the sign-in and back. Fields as POST /checkout."""
    web = web_of(request)
    form = await read_form(request)
    if session_ended(request):
        return await _sign_in_again(request, web, form)
    try:
        require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    except StaleForm as stale:
        return await _refused(request, web, form, status=403, notice=reason(stale, web.render))
    await _keep_draft(request, web, form)
    return web.render.go(request, with_next("/sign-in", "/checkout"))


async def _sign_in_again(request: VisitorRequest, web: Web, form: Mapping[str, str]) -> Response[Any]:
    """The session ended while somebody filled in the form: what they typed waits in a guest's cart of this browser,
    which goes into their own when they are back.
    """
    kept = web.render.say("Your session has ended. Sign in again to go on; what you typed is kept.")
    answer = web.render.go(request, with_next("/sign-in", "/checkout"), Flash(kept, "info"))
    token = cart_token(request, web.settings) or new_token()
    await _keep_draft(request, web, form, token=token)
    keep_cart_token(answer, token, web.settings)
    return answer


async def _keep_draft(request: VisitorRequest, web: Web, form: Mapping[str, str], *, token: str | None = None) -> None:
    """Without a word about the address, that is the one of the book once somebody is signed in."""
    draft = {name: form.get(name, "") for name in forms.FIELDS}
    has_address = any(draft[name] for name in ("line1", "city", "postal_code"))
    draft["address"] = form.get("address") or (NEW if has_address else "")
    await web.services.cart.keep_draft(web.visitor(request, token=token), draft)


async def _known(request: VisitorRequest, web: Web) -> Mapping[str, str]:
    """What somebody without an address book need not type again: where the last order went, or at least their name."""
    who = signed_in(request)
    if who is None or await _book(request, web):
        return {}
    last = await web.services.orders.latest_of(who.user_id)
    if last is None:
        profile = await web.services.profile.show(who.user_id)
        return {"full_name": f"{profile.first_name} {profile.last_name}".strip()}
    known = {"full_name": last.full_name, "phone": last.phone, "payment_method": last.payment_method.value}
    if to := last.address:
        known |= {name: getattr(to, name) for name in ("full_name", "line1", "line2", "city", "region")}
        known |= {"postal_code": to.postal_code, "country": to.country}
    return known


async def _refused(
    request: VisitorRequest,
    web: Web,
    form: Mapping[str, str],
    *,
    status: int,
    errors: tuple[FieldError, ...] = (),
    notice: str = "",
) -> Response[Any]:
    """The form once more with everything that was typed; the cart where nothing is left to buy."""
    if status != 403:
        await _keep_draft(request, web, form)
    cart = await web.services.cart.show(web.visitor(request))
    try:
        page = await _page(request, web, cart, form, errors=errors, notice=notice, is_changed=status == 409)
    except EmptyCart as empty:
        if not cart.shown:
            return _to_cart(request, web, empty)
        notice = web.render.say("What you wanted has just sold out. Your order was not placed and nothing was charged.")
        sold_out = await cart_page(request, web, cart, notice=notice)
        template = "cart/sold_out.hx.html" if wants_fragment(request) else "cart/show.html"
        return web.render.html(template, sold_out, status=409)
    template = "checkout/refused.hx.html" if wants_fragment(request) else "checkout/show.html"
    return web.render.html(template, page, status=status)


def _to_cart(request: VisitorRequest, web: Web, empty: EmptyCart) -> Response[Any]:
    if wants_fragment(request):
        return web.render.go(request, "/cart")
    return web.render.see_other("/cart", Flash(reason(empty, web.render), "info"))


async def _page(
    request: VisitorRequest,
    web: Web,
    cart: Cart,
    form: Mapping[str, str],
    *,
    errors: tuple[FieldError, ...] = (),
    notice: str = "",
    is_changed: bool = False,
) -> CheckoutPage:
    """The page for what is chosen so far. Raises EmptyCart."""
    countries = web.settings.country_codes
    book, who = await _book(request, web), signed_in(request)
    use = Use.DELIVERY if needs_delivery(cart.buyable) else Use.BILLING
    chosen = _chosen(form, book, use)
    values = {name: form.get(name, "") for name in forms.FIELDS} | {"address": str(chosen.id) if chosen else NEW}
    if chosen is not None:
        values |= typed(chosen)
    if who is not None:
        values["email"] = who.email
    country = values["country"] if values["country"] in countries else countries[0]
    quote = await _quote(web, cart, country, form.get("delivery_method") or None)
    payment = form.get("payment_method", "")
    shown_total = _amount(form.get("total", ""))
    return CheckoutPage(
        frame=await web.frame(request, private=True, cart=cart),
        values=values
        | {"country": country, "delivery_method": quote.chosen.method.code if quote.chosen else NO_DELIVERY},
        errors=errors,
        countries=tuple(pages.Country(code, web.render.pages.filters["country"](code)) for code in countries),
        deliveries=tuple(_delivery(offer, chosen=quote.chosen) for offer in quote.offers),
        is_delivered=quote.chosen is not None,
        payments=_payments(web, quote, payment),
        quote=pages.Quote(
            quote.cart.buyable, quote.totals, quote.chosen.method.name if quote.chosen else "", quote.digest
        ),
        key=form.get("key", "")[:LONGEST_KEY] or uuid.uuid4().hex,
        needs_region=address.needs_region(country),
        region_label=address.region_label(country, web.render),
        postal_code_label=address.postal_code_label(country, web.render),
        notice=notice,
        is_changed=is_changed,
        changes=changes(cart, _prices(form.get("prices", ""))) if is_changed else (),
        shown_total=shown_total if is_changed and shown_total != quote.totals.total else None,
        book=book,
        can_keep=who is not None,
        account_email=who.email if who else "",
    )


def _chosen(form: Mapping[str, str], book: Sequence[KeptAddress], use: Use) -> KeptAddress | None:
    """The address the page shows as chosen; None where one is typed."""
    if form.get("address", NEW if form else "") == NEW:
        return None
    return next((kept for kept in book if str(kept.id) == form.get("address")), None) or default_of(book, use)


async def _quote(web: Web, cart: Cart, country: str, code: str | None) -> Quote:
    try:
        return await web.services.quotes.quote(cart, country=country, delivery_code=code)
    except MethodUnavailable:
        if code is None:
            raise
        return await _quote(web, cart, country, None)


def _delivery(offer: DeliveryOffer, *, chosen: DeliveryOffer | None) -> pages.DeliveryOption:
    return pages.DeliveryOption(
        code=offer.method.code,
        name=offer.method.name,
        description=offer.method.description,
        cost=offer.cost,
        earliest=offer.earliest,
        latest=offer.latest,
        is_chosen=offer == chosen,
    )


def _payments(web: Web, quote: Quote, wanted: str) -> tuple[pages.PaymentOption, ...]:
    say, settings = web.render.say, web.settings
    limit = web.render.pages.filters["money"](settings.cash_on_delivery_limit)
    cash_note = say("No fee. Pay the courier when your parcel arrives.")
    if quote.chosen is None:
        cash_note = say("For orders that a courier brings.")
    elif quote.totals.total > settings.cash_on_delivery_limit:
        cash_note = say("For orders up to %(limit)s.", limit=limit)
    cash_possible = quote.chosen is not None and quote.totals.total <= settings.cash_on_delivery_limit
    cash = PaymentMethod.CASH_ON_DELIVERY
    transfer = PaymentMethod.BANK_TRANSFER
    chosen = wanted if wanted in set(PaymentMethod) else (cash if cash_possible else transfer)
    return (
        pages.PaymentOption(
            code=cash,
            name=say("Cash on delivery"),
            note=cash_note,
            is_chosen=chosen == cash,
            is_available=cash_possible,
        ),
        pages.PaymentOption(
            code=transfer,
            name=say("Bank transfer"),
            note=say(
                "No fee. You get the account details with your confirmation; we hold your goods for %(days)s days.",
                days=settings.unpaid_order_days,
            ),
            is_chosen=chosen == transfer,
            is_available=True,
        ),
    )


def _prices(text: str) -> dict[int, Decimal]:
    """By variant, from what the page before wrote; what is no such pair is passed over."""
    found = {}
    for pair in text.split(maxsplit=MAX_LINES)[:MAX_LINES]:
        variant, _, price = pair.partition(":")
        variant_id, amount = whole_number(variant), _amount(price)
        if variant_id is not None and amount is not None:
            found[variant_id] = amount
    return found


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**10 else None


ROUTES: list[Any] = [show_checkout, quote_checkout, place_order, sign_in_first]
