"""Signing in with other providers, and linking them to one's account."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import (
    AttemptLost,
    IdentityTaken,
    InvalidEmail,
    LastWayIn,
    LinkWhileSignedIn,
    ProviderAway,
    ProviderRefused,
    ShopError,
    SignInFailed,
    TooOften,
    WrongCode,
)
from app.ports.identity import SignedIn
from app.ports.providers import Attempt
from app.services.browser import Browser
from app.services.providers import Returned
from app.web.context import Web, web_of
from app.web.entry import asker, enter, require_token
from app.web.errors import status_of
from app.web.forms.read import clean, read_form
from app.web.guards import Access
from app.web.identity import browser_of, keep_asking, require_signed_in
from app.web.languages import locale_of
from app.web.linked import identity_list
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash
from app.web.pages.providers import (
    IdentitiesPage,
    IdentitiesReply,
    LeavingPage,
    ProofPage,
    ProviderPage,
)
from app.web.refusals import reason
from app.web.render import Renderer, wants_fragment
from app.web.returning import local_path, with_next
from app.web.session import VisitorRequest, signed_in

SIGN_IN = "/sign-in"
LINKED = "/account/security/providers"


@get("/oauth/{slug:str}/start", access=Access.ANYONE)
async def show_start(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """A page with the button; nothing begins before it is pressed. `next` in the query is where to go on."""
    web = web_of(request)
    onward = local_path(request.query_params.get("next", ""))
    if signed_in(request) is not None:
        return web.render.see_other(onward)
    provider = await web.services.providers.find(slug)
    page = ProviderPage(await web.frame(request, private=True), onward, provider=provider)
    return web.render.html("providers/show.html", page)


@post("/oauth/{slug:str}/start", status_code=200, access=Access.ANYONE)
async def start(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `csrf_token`, `next`. A page that goes on to the provider, or back to the sign-in page with a reason."""
    web = web_of(request)
    form = await read_form(request)
    require_token(request, web, form)
    onward = local_path(form.get("next", ""))
    if signed_in(request) is not None:
        return web.render.go(request, onward)
    return await _leave(request, web, slug, onward, who=None)


@get("/oauth/{slug:str}/callback", access=Access.ANYONE)
async def finish(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Where providers send browsers back to; the one address that is known there, whatever the language.

    303 onwards in every case, where need be with the reason why it did not work: a page at this very address would have
    the code of the provider in it, and be asked for again by a reload.
    """
    web = web_of(request)
    returned = _returned(request)
    if home := _own_language(request, web, returned.state):
        return Response(None, status_code=303, headers={"location": home, "cache-control": "no-store"})
    browser = browser_of(request, web.settings, locale_of(request))
    service = web.services.providers
    try:
        attempt = await service.take(slug, returned, browser=browser)
    except AttemptLost as refusal:
        where = SIGN_IN if signed_in(request) is None else "/"
        return web.render.see_other(where, Flash(reason(refusal, web.render), "error"))
    try:
        outcome = await service.finish(slug, attempt, returned, browser=browser, who=signed_in(request))
    except (ProviderRefused, ProviderAway, AttemptLost, IdentityTaken, SignInFailed, TooOften) as refusal:
        return _back(web, attempt, refusal)
    if outcome.result is not None:
        return await enter(request, web, outcome.result, local_path(attempt.return_path))
    if outcome.is_linked:
        name = (await service.find(slug)).name
        return web.render.see_other(
            LINKED, Flash(web.render.say("You can sign in with %(provider)s now.", provider=name))
        )
    return web.render.see_other(f"/oauth/{slug}/address")


@get("/oauth/{slug:str}/address", access=Access.ANYONE)
async def show_address(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Which address, or the code that was sent to it. 400 where this browser has not come from the provider."""
    web = web_of(request)
    return await _show_address(request, web, slug, _browser(request, web))


@post("/oauth/{slug:str}/address", status_code=200, access=Access.ANYONE)
async def give_address(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `csrf_token`, `email`. The answer does not tell whether the address is known; 422 for what is none."""
    web = web_of(request)
    form = await read_form(request)
    require_token(request, web, form)
    browser = _browser(request, web)
    try:
        await web.services.providers.send_code(slug, form.get("email", ""), browser=browser)
    except (InvalidEmail, TooOften) as refusal:
        return await _show_address(request, web, slug, browser, field="email", typed=form, refusal=refusal)
    if not wants_fragment(request):
        return web.render.see_other(f"/oauth/{slug}/address")
    return await _show_address(request, web, slug, browser)


@post("/oauth/{slug:str}/address/proof", status_code=200, access=Access.ANYONE)
async def prove_address(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `csrf_token`, `code`. Signed in and onwards; 422 with the form for a wrong code."""
    web = web_of(request)
    form = await read_form(request)
    require_token(request, web, form)
    browser = _browser(request, web)
    try:
        result, onward = await web.services.providers.prove(slug, form.get("code", ""), browser=browser)
    except (WrongCode, TooOften) as refusal:
        return await _show_address(request, web, slug, browser, field="code", typed=form, refusal=refusal)
    except (IdentityTaken, LinkWhileSignedIn, SignInFailed) as refusal:
        return web.render.go(request, SIGN_IN, Flash(_words(refusal, web.render), "error"))
    return await enter(request, web, result, local_path(onward))


@get("/account/security/providers", access=Access.SIGNED_IN)
async def show_identities(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)
    page = IdentitiesPage(await web.frame(request, private=True), await identity_list(web, require_signed_in(request)))
    return web.render.html("providers/index.html", page)


@post("/account/security/providers/{slug:str}", status_code=200, access=Access.SIGNED_IN)
async def link(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `csrf_token`. Off to the provider; asks first for a proof that it is still the owner."""
    web = web_of(request)
    form = await read_form(request)
    require_token(request, web, form)
    return await _leave(request, web, slug, LINKED, who=require_signed_in(request))


@post("/account/security/providers/{slug:str}/removal", status_code=200, access=Access.SIGNED_IN)
async def unlink(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `csrf_token`. 409 with a reason where it is the only way to sign in; asks first for a fresh proof."""
    web = web_of(request)
    who = require_signed_in(request)
    form = await read_form(request)
    require_token(request, web, form)
    browser = browser_of(request, web.settings, locale_of(request))
    frame = await web.frame(request, private=True)
    try:
        name = await web.services.providers.unlink(who, slug, browser=browser)
    except LastWayIn as refusal:
        identities = replace(await identity_list(web, who), notice=reason(refusal, web.render))
        if wants_fragment(request):
            reply = IdentitiesReply(frame, identities)
            return web.render.html("providers/unlinked.hx.html", reply, status=409)
        return web.render.html("providers/index.html", IdentitiesPage(frame, identities), status=409)
    done = Flash(web.render.say("%(provider)s is no longer linked to your account.", provider=name))
    if not wants_fragment(request):
        return web.render.see_other(LINKED, done)
    reply = IdentitiesReply(frame, await identity_list(web, who), done)
    return web.render.html("providers/unlinked.hx.html", reply)


async def _leave(request: VisitorRequest, web: Web, slug: str, onward: str, *, who: SignedIn | None) -> Response[Any]:
    """On to the provider. The browser gets the token that its attempt is bound to."""
    browser = asker(request, web)
    provider = await web.services.providers.find(slug)
    prefix = web.settings.languages.prefix(locale_of(request)).replace("/", ".")
    try:
        address = await web.services.providers.begin(
            slug, browser=browser, return_path=onward, language=prefix, who=who
        )
    except (ProviderRefused, ProviderAway) as refusal:
        back = LINKED if who is not None else SIGN_IN
        return web.render.go(request, back, Flash(reason(refusal, web.render), "error"))
    response: Response[Any]
    if wants_fragment(request):
        response = Response(None, status_code=200, headers={"hx-redirect": address, "cache-control": "no-store"})
    else:
        page = LeavingPage(await web.frame(request, private=True), onward, provider=provider, address=address)
        response = web.render.html("providers/leaving.html", page)
    keep_asking(response, browser.token, web.settings)
    return response


def _back(web: Web, attempt: Attempt, refusal: ShopError) -> Response[Any]:
    """To where it was begun, with a reason in our words: what came in the address is not ours to repeat."""
    where = LINKED if attempt.user_id is not None else with_next(SIGN_IN, local_path(attempt.return_path))
    return web.render.see_other(where, Flash(_words(refusal, web.render), "error"))


async def _show_address(
    request: VisitorRequest,
    web: Web,
    slug: str,
    browser: Browser,
    *,
    field: str = "",
    typed: dict[str, str] | None = None,
    refusal: ShopError | None = None,
) -> Response[Any]:
    """The page, or for htmx its part; with a refusal what was typed stays, and the reason stands at its field."""
    pending = await web.services.providers.pending(slug, browser=browser)
    values = {"email": (typed or {}).get("email", pending.email), "code": (typed or {}).get("code", "")}
    page = ProofPage(await web.frame(request, private=True), pending.return_path, values, pending=pending)
    if isinstance(refusal, TooOften):
        page = replace(page, notice=reason(refusal, web.render))
    elif refusal is not None:
        page = replace(page, errors=(FieldError(field, reason(refusal, web.render)),))
    template = "providers/answered.hx.html" if wants_fragment(request) else "providers/edit.html"
    response = web.render.html(template, page, status=200 if refusal is None else status_of(refusal))
    if isinstance(refusal, TooOften):
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


def _browser(request: VisitorRequest, web: Web) -> Browser:
    return browser_of(request, web.settings, locale_of(request))


def _returned(request: VisitorRequest) -> Returned:
    """What came back. A parameter that comes twice is taken for none: two readers might read two different ones."""
    found = {}
    for name in ("state", "code", "error", "iss"):
        given = request.query_params.getall(name, [])
        found[name] = given[0] if len(given) == 1 and clean(given[0]) == given[0] else ""
    return Returned(found["state"], found["code"], found["error"], found["iss"])


def _own_language(request: VisitorRequest, web: Web, state: str) -> str:
    """The same address in the language that the sign-in was begun in; empty where this is it."""
    _, dot, language = state.partition(".")
    languages = web.settings.languages
    if not dot or languages.prefixes.get(f"/{language}", locale_of(request)) == locale_of(request):
        return ""
    return f"/{language}{request.url.path}?{request.url.query}"


def _words(refusal: ShopError, render: Renderer) -> str:
    if isinstance(refusal, SignInFailed):
        return render.say("This account cannot be signed in to. Write to us if you think that this is a mistake.")
    return reason(refusal, render)


ROUTES: list[Any] = [
    show_start,
    start,
    finish,
    show_address,
    give_address,
    prove_address,
    show_identities,
    link,
    unlink,
]
