"""The address book: a list, one form for new and known addresses, and deleting with a way back."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.addresses import MOST_ADDRESSES, KeptAddress, Use
from app.core.errors import AddressBookFull
from app.web.context import Web, web_of
from app.web.forms import address as forms
from app.web.forms.read import read_form, whole_number
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.pages.addresses import AddressesPage, AddressesReply, AddressFieldsReply, AddressPage
from app.web.pages.checkout import Country, FieldError
from app.web.pages.frame import Flash
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, require_csrf_token

BOOK = "/account/addresses"


@get(BOOK, access=Access.SIGNED_IN)
async def list_addresses(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    return web.render.html("addresses/index.html", await _book(request, web))


@get(f"{BOOK}/new", access=Access.SIGNED_IN)
async def new_address(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)
    return web.render.html("addresses/edit.html", await _page(request, web, {}))


@get(f"{BOOK}/{{address_id:str}}", access=Access.SIGNED_IN)
async def edit_address(request: VisitorRequest, address_id: FromPath[str]) -> Response[str]:
    web, who = web_of(request), require_signed_in(request)
    kept = await web.services.addresses.find(who.user_id, whole_number(address_id) or 0)
    return web.render.html("addresses/edit.html", await _page(request, web, typed(kept), kept=kept))


@post(BOOK, status_code=200, access=Access.SIGNED_IN)
async def add_address(request: VisitorRequest) -> Response[Any]:
    """Fields: those of an address; `default_delivery`, `default_billing` (yes). 303 to the list; 422 with the form."""
    return await _save(request, None)


@post(f"{BOOK}/fields", status_code=200, access=Access.SIGNED_IN)
async def choose_country(request: VisitorRequest) -> Response[Any]:
    """The form for the country that was chosen, with all that was typed; nothing is judged or stored. `id` says which
    address it is about."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    address_id = whole_number(form.get("id", ""))
    kept = None if address_id is None else await web.services.addresses.find(who.user_id, address_id)
    page = await _page(request, web, form, kept=kept)
    if wants_fragment(request):
        return web.render.html("addresses/fields.hx.html", AddressFieldsReply(page))
    return web.render.html("addresses/edit.html", page)


@post(f"{BOOK}/{{address_id:str}}", status_code=200, access=Access.SIGNED_IN)
async def change_address(request: VisitorRequest, address_id: FromPath[str]) -> Response[Any]:
    """Fields as for a new one, or `action` with remove, restore, delivery or billing (make it that default)."""
    return await _save(request, whole_number(address_id) or 0)


async def _save(request: VisitorRequest, address_id: int | None) -> Response[Any]:
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    if address_id is not None and form.get("action"):
        return await _act(request, web, address_id, form["action"])
    book = web.services.addresses
    kept = None if address_id is None else await book.find(who.user_id, address_id)
    address, phone, errors = forms.check(form, countries=web.settings.country_codes, render=web.render)
    if address is None:
        return await _refused(request, web, form, kept, errors=errors)
    defaults = [use for use in Use if form.get(f"default_{use}") == "yes"]
    try:
        if kept is None:
            await book.add(who.user_id, address, phone, defaults=defaults)
        else:
            await book.change(who.user_id, kept.id, address, phone, defaults=defaults)
    except AddressBookFull as refusal:
        return await _refused(request, web, form, kept, notice=reason(refusal, web.render))
    return web.render.go(request, BOOK, Flash(web.render.say("Your address was saved.")))


async def _act(request: VisitorRequest, web: Web, address_id: int, action: str) -> Response[Any]:
    book, user_id, say = web.services.addresses, require_signed_in(request).user_id, web.render.say
    match action:
        case "remove":
            await book.remove(user_id, address_id)
            done = Flash(say("The address was deleted."), undo=f"{BOOK}/{address_id}", undoes="addresses")
        case "restore":
            await book.restore(user_id, address_id)
            done = Flash(say("The address is back."))
        case "delivery":
            await book.make_default(user_id, address_id, Use.DELIVERY)
            done = Flash(say("Your orders go there from now on, unless you choose another address."))
        case "billing":
            await book.make_default(user_id, address_id, Use.BILLING)
            done = Flash(say("Your bills go there from now on, unless you choose another address."))
        case _:
            await book.find(user_id, address_id)
            return web.render.go(request, f"{BOOK}/{address_id}")
    if not wants_fragment(request):
        return web.render.see_other(BOOK, done)
    return web.render.html("addresses/changed.hx.html", AddressesReply(await _book(request, web), done))


def typed(kept: KeptAddress) -> dict[str, str]:
    """As the fields of a form hold it."""
    return {name: getattr(kept.address, name) for name in forms.FIELDS if name != "phone"} | {"phone": kept.phone}


async def _book(request: VisitorRequest, web: Web) -> AddressesPage:
    kept = tuple(await web.services.addresses.list(require_signed_in(request).user_id))
    return AddressesPage(await web.frame(request, private=True), kept, is_full=len(kept) >= MOST_ADDRESSES)


async def _refused(
    request: VisitorRequest,
    web: Web,
    form: Mapping[str, str],
    kept: KeptAddress | None,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: str = "",
) -> Response[Any]:
    page = await _page(request, web, form, kept=kept, errors=errors, notice=notice)
    template = "addresses/refused.hx.html" if wants_fragment(request) else "addresses/edit.html"
    return web.render.html(template, page, status=422)


async def _page(
    request: VisitorRequest,
    web: Web,
    values: Mapping[str, str],
    *,
    kept: KeptAddress | None = None,
    errors: tuple[FieldError, ...] = (),
    notice: str = "",
) -> AddressPage:
    codes = web.settings.country_codes
    country = values.get("country", "") if values.get("country") in codes else codes[0]
    name_of = web.render.pages.filters["country"]
    return AddressPage(
        frame=await web.frame(request, private=True),
        values={name: values.get(name, "") for name in forms.FIELDS} | {"country": country},
        countries=tuple(Country(code, name_of(code)) for code in codes),
        needs_region=forms.needs_region(country),
        region_label=forms.region_label(country, web.render),
        postal_code_label=forms.postal_code_label(country, web.render),
        address_id=kept.id if kept else None,
        is_delivery_default=kept.is_delivery_default if kept else values.get("default_delivery") == "yes",
        is_billing_default=kept.is_billing_default if kept else values.get("default_billing") == "yes",
        errors=errors,
        notice=notice,
    )


ROUTES: list[Any] = [list_addresses, new_address, edit_address, add_address, choose_country, change_address]
