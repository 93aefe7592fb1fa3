"""The profile: what one says about oneself, a picture, and how one likes the shop."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import HTTPException

from app.core.errors import TooOften, Unavailable
from app.core.pictures import LARGEST_BYTES, PictureFault, PictureRefused
from app.core.profile import NETWORKS
from app.ports.files import FilesUnreachable
from app.web.context import Web, web_of
from app.web.forms import profile as forms
from app.web.forms.read import read_form, read_upload
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.languages import locale_of
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash
from app.web.pages.profile import Choice, ProfilePage, ProfileReply
from app.web.refusals import picture_reason, reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, keep_theme, require_csrf_token, theme_of

PROFILE = "/account/profile"
LARGEST_UPLOAD = LARGEST_BYTES + 1_000_000
"""A file that is a little too large is told so at its field; beyond this nothing is read."""


@get(PROFILE, access=Access.SIGNED_IN)
async def show_profile(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    return web.render.html("profile/show.html", await _page(request, web))


@post(PROFILE, status_code=200, access=Access.SIGNED_IN)
async def save_profile(request: VisitorRequest) -> Response[Any]:
    """Fields: `first_name`, `last_name`, `date_of_birth` (ISO 8601), `link_<network>`."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    about, errors = forms.check_about(form, web.render)
    born = about.date_of_birth
    if born is not None and not web.services.profile.can_be_born_on(born):
        message = web.render.say("Enter a date in the past, like 1990-12-31, or leave it empty.")
        errors = (*errors, FieldError("date_of_birth", message))
    if errors:
        return await _refused(request, web, form, "about", errors)
    await web.services.profile.save(
        who.user_id, first_name=about.first_name, last_name=about.last_name, date_of_birth=born, links=about.links
    )
    return await _saved(request, web, "about", web.render.say("Your profile was saved."))


@post(f"{PROFILE}/preferences", status_code=200, access=Access.SIGNED_IN)
async def save_preferences(request: VisitorRequest) -> Response[Any]:
    """Fields: `language` (a locale), `currency`, `theme`, `newsletter` (yes). Language and theme hold at once."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    settings = web.settings
    preferences, errors = forms.check_preferences(
        form, locales=settings.languages.offered, currencies=(settings.currency,), render=web.render
    )
    if errors:
        return await _refused(request, web, form, "preferences", errors)
    await web.services.profile.save_preferences(
        who,
        preferences,
        locale=preferences.language or locale_of(request),
        wording=web.render.newsletter_wording(),
    )
    saved = web.render.say("Your preferences were saved.")
    locale = preferences.language or locale_of(request)
    if locale == locale_of(request) and preferences.theme == theme_of(request, settings):
        answer = await _saved(request, web, "preferences", saved)
    else:
        answer = web.render.go(request, PROFILE, Flash(saved), locale=locale)
    keep_theme(answer, preferences.theme, settings)
    return answer


@post(f"{PROFILE}/picture", status_code=200, access=Access.SIGNED_IN, request_max_body_size=LARGEST_UPLOAD)
async def save_picture(request: VisitorRequest) -> Response[Any]:
    """A form with the file `picture`, or with `action=remove`. What is no picture is refused at its field."""
    web, who = web_of(request), require_signed_in(request)
    profile = web.services.profile
    try:
        form, body = await read_upload(request, "picture")
        require_csrf_token(request, form.get("csrf_token", ""), web.settings)
        if form.get("action") == "remove":
            await profile.remove_picture(who.user_id)
            return await _saved(request, web, "picture", web.render.say("Your picture was deleted."))
        await profile.set_picture(who.user_id, body)
    except PictureRefused as refused:
        return await _picture_refused(request, web, picture_reason(refused.fault, web.render), 422)
    except TooOften as refusal:
        answer = await _picture_refused(request, web, reason(refusal, web.render), 429)
        answer.headers["retry-after"] = str(refusal.retry_after)
        return answer
    except FilesUnreachable:
        raise Unavailable from None
    except HTTPException as error:
        if error.status_code != 413:
            raise
        return await _picture_refused(request, web, picture_reason(PictureFault.TOO_LARGE, web.render), 413)
    return await _saved(request, web, "picture", web.render.say("Your picture was saved."))


@get(f"{PROFILE}/picture", access=Access.SIGNED_IN)
async def show_picture(request: VisitorRequest) -> Response[bytes]:
    """One's own, and nobody else's: it is not among the files that everybody may fetch."""
    web, who = web_of(request), require_signed_in(request)
    try:
        body = await web.services.profile.picture(who.user_id)
    except FilesUnreachable:
        raise Unavailable from None
    headers = {
        "cache-control": "no-store",
        "content-type": "image/webp",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(body, headers=headers)


async def _saved(request: VisitorRequest, web: Web, section: str, said: str) -> Response[Any]:
    if not wants_fragment(request):
        return web.render.see_other(PROFILE, Flash(said))
    page = await _page(request, web, section=section)
    return web.render.html("profile/answered.hx.html", ProfileReply(page, Flash(said)))


async def _refused(
    request: VisitorRequest,
    web: Web,
    form: Mapping[str, str],
    section: str,
    errors: tuple[FieldError, ...],
    *,
    status: int = 422,
) -> Response[Any]:
    page = await _page(request, web, form, section=section, errors=errors)
    if wants_fragment(request):
        return web.render.html("profile/answered.hx.html", ProfileReply(page, None), status=status)
    return web.render.html("profile/show.html", page, status=status)


async def _picture_refused(request: VisitorRequest, web: Web, message: str, status: int) -> Response[Any]:
    return await _refused(request, web, {}, "picture", (FieldError("picture", message),), status=status)


async def _page(
    request: VisitorRequest,
    web: Web,
    form: Mapping[str, str] | None = None,
    *,
    section: str = "",
    errors: tuple[FieldError, ...] = (),
) -> ProfilePage:
    """As it is stored, but for the section that was sent."""
    profile = await web.services.profile.show(require_signed_in(request).user_id)
    liked = profile.preferences
    values = {
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "date_of_birth": profile.date_of_birth.isoformat() if profile.date_of_birth else "",
        **{f"link_{network}": profile.links.get(network, "") for network in NETWORKS},
        "language": liked.language or locale_of(request),
        "currency": liked.currency or web.settings.currency,
        "theme": liked.theme or theme_of(request, web.settings),
        "newsletter": "yes" if liked.notifications.newsletter else "",
    }
    sent = {"about": forms.ABOUT, "preferences": forms.PREFERENCES}.get(section, ()) if form is not None else ()
    if form is not None:
        values |= {name: form.get(name, "") for name in sent}
    name_of, filters = web.render.pages.filters["language_name"], web.render.pages.filters
    names = [name for name in (profile.first_name, profile.last_name) if name] or [profile.email]
    return ProfilePage(
        frame=await web.frame(request, private=True),
        values=values,
        networks=tuple(Choice(f"link_{network}", name) for network, (name, _) in NETWORKS.items()),
        languages=tuple(Choice(locale, name_of(locale)) for locale in web.settings.languages.offered),
        currencies=(Choice(web.settings.currency, filters["currency_name"](web.settings.currency)),),
        has_picture=profile.picture != "",
        initials="".join(name[0] for name in names).upper(),
        links=tuple(Choice(profile.links[network], NETWORKS[network][0]) for network in profile.links),
        newsletter_wording=web.render.newsletter_wording(),
        section=section,
        errors=errors,
    )


ROUTES: list[Any] = [show_profile, save_profile, save_preferences, save_picture, show_picture]
