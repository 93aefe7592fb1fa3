"""The cart. Each interaction is a form first; htmx gets the parts that changed."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.cart import MAX_QUANTITY, Cart
from app.core.errors import NotEnoughStock, NotForSale, QuantityOutOfRange, Refusal, ShopError
from app.web.context import Web, web_of
from app.web.forms.read import read_form, whole_number
from app.web.guards import Access
from app.web.pages.cart import CartPage, CartReply, InCart
from app.web.pages.frame import Flash, Frame
from app.web.pages.product import StockReply
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.routes.product import OPTION, buy_box, product_page
from app.web.session import VisitorRequest, cart_token, keep_cart_token, new_token, require_csrf_token, signed_in


@get("/cart", access=Access.VISITOR)
async def show_cart(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    web.require_lasting_session(request)
    cart = await web.services.cart.show(web.visitor(request))
    latest = "" if cart.shown else await web.services.orders.latest_link(web.visitor(request))
    return web.render.html("cart/show.html", await cart_page(request, web, cart, latest_order=latest))


@post("/cart/items", status_code=200, access=Access.VISITOR)
async def add_to_cart(request: VisitorRequest) -> Response[Any]:
    """Fields: `variant`, or `product` and `option.<name>`; `quantity`; `left`, the stock that the page showed;
    `then=checkout` for those who buy at once. Cards on cacheable pages carry no CSRF token.
    """
    web = web_of(request)
    form = await read_form(request)
    token = cart_token(request, web.settings)
    try:
        quantity = whole_number(form.get("quantity", "1"))
        if quantity is None:
            raise QuantityOutOfRange(1, MAX_QUANTITY)
        minted = token or ("" if signed_in(request) else new_token())
        cart, line = await web.services.cart.add(
            web.visitor(request, token=minted),
            variant_id=whole_number(form.get("variant", "")),
            slug=form.get("product", ""),
            options=_wanted(form),
            quantity=quantity,
        )
    except Refusal as refusal:
        return await _not_added(request, web, refusal, form)
    toast = Flash(
        web.render.say("Added to your cart: %(name)s", name=line.offer.name),
        link="/cart",
        link_text=web.render.say("View cart"),
    )
    answer: Response[Any]
    if form.get("then") == "checkout":
        answer = web.render.go(request, "/checkout")
    elif wants_fragment(request):
        frame = await web.frame(request, private=False, cart=cart, token=minted)
        # A form that names a product is that of its page, which has a place for this; a card's has none.
        there = InCart.of(cart, line.offer.slug) if form.get("product") == line.offer.slug else None
        if form.get("left", str(line.offer.available)) != str(line.offer.available):
            answer = await _with_stock_of_now(web, form, toast, frame, in_cart=there)
        else:
            answer = web.render.toast(toast, frame, in_cart=there)
    else:
        answer = web.render.see_other("/cart", toast)
    if token is None and minted:
        keep_cart_token(answer, minted, web.settings)
    return answer


@post("/cart/items/{line_id:str}", status_code=200, access=Access.VISITOR)
async def change_line(request: VisitorRequest, line_id: FromPath[str]) -> Response[Any]:
    """Fields: `quantity`, or `action` with remove or restore; `csrf_token`."""
    web = web_of(request)
    web.require_lasting_session(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    line_number = whole_number(line_id) or 0
    visitor, say = web.visitor(request), web.render.say
    try:
        match form.get("action", ""):
            case "remove":
                cart, line = await web.services.cart.remove(visitor, line_number)
                toast = Flash(
                    say("Removed from your cart: %(name)s", name=line.offer.name), undo=f"/cart/items/{line.id}"
                )
            case "restore":
                cart, line = await web.services.cart.restore(visitor, line_number)
                toast = Flash(say("Back in your cart: %(name)s", name=line.offer.name))
            case _:
                quantity = whole_number(form.get("quantity", ""))
                if quantity is None:
                    raise QuantityOutOfRange(1, MAX_QUANTITY)
                cart, line = await web.services.cart.change(visitor, line_number, quantity)
                toast = Flash(say("Quantity updated: %(name)s", name=line.offer.name))
    except (NotForSale, NotEnoughStock, QuantityOutOfRange) as refusal:
        return await _not_changed(request, web, refusal, line_number, form.get("quantity", ""))
    if not wants_fragment(request):
        return web.render.see_other("/cart", toast)
    return web.render.html("cart/changed.hx.html", CartReply(await cart_page(request, web, cart), toast))


async def cart_page(
    request: VisitorRequest,
    web: Web,
    cart: Cart,
    *,
    errors: dict[int, str] | None = None,
    typed: dict[int, str] | None = None,
    latest_order: str = "",
    notice: str = "",
) -> CartPage:
    return CartPage(
        frame=await web.frame(request, private=True, cart=cart),
        cart=cart,
        errors=errors or {},
        typed=typed or {},
        latest_order=latest_order,
        notice=notice,
        delivery=await web.services.quotes.delivery_hint(cart),
        prices_include_tax=web.settings.prices_include_tax,
    )


async def _not_added(request: VisitorRequest, web: Web, refusal: Refusal, form: dict[str, str]) -> Response[Any]:
    """The product's page again with the reason in its box; where htmx asked, a toast and the box as it stands now."""
    message = reason(refusal, web.render)
    slug = form.get("product", "")
    if not slug:
        if not wants_fragment(request):
            raise refusal
        return web.render.toast(Flash(message, "error"), status=422)
    if wants_fragment(request):
        return await _with_stock_of_now(web, form, Flash(message, "error"), None, status=422)
    product = await web.services.catalog.product(slug)
    buy = buy_box(product, _wanted(form), quantity=form.get("quantity", "1"), message=message)
    page = await product_page(request, web, product, buy, private=True)
    return web.render.html("product/show.html", page, status=422)


async def _with_stock_of_now(
    web: Web,
    form: dict[str, str],
    toast: Flash,
    frame: Frame | None,
    *,
    status: int = 200,
    in_cart: InCart | None = None,
) -> Response[Any]:
    """A toast, and the product's box with what is left. A product that has gone meanwhile leaves the page as it is."""
    try:
        product = await web.services.catalog.product(form.get("product", ""))
    except ShopError:
        return web.render.toast(toast, frame, status=status, in_cart=in_cart)
    buy = buy_box(product, _wanted(form), quantity=form.get("quantity", "1"))
    response = web.render.html("product/stock.hx.html", StockReply(frame, buy, toast, in_cart), status=status)
    response.headers["hx-reswap"] = "none"
    return response


def _wanted(form: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(OPTION): value for name, value in form.items() if name.startswith(OPTION)}


async def _not_changed(request: VisitorRequest, web: Web, refusal: Refusal, line_id: int, typed: str) -> Response[Any]:
    cart = await web.services.cart.show(web.visitor(request))
    page = await cart_page(
        request, web, cart, errors={line_id: reason(refusal, web.render)}, typed={line_id: typed} if typed else {}
    )
    if wants_fragment(request):
        return web.render.html("cart/changed.hx.html", CartReply(page, None), status=422)
    return web.render.html("cart/show.html", page, status=422)


ROUTES: list[Any] = [show_cart, add_to_cart, change_line]
