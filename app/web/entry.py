"""What the pages on the way into an account have in common."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response

from app.core import errors
from app.core.errors import ShopError, TooOften
from app.core.profile import Preferences
from app.core.throttle import CODE_AGAIN
from app.services.accounts import SignInResult
from app.services.browser import Browser
from app.web.asked import Asked, forget_asked, keep_asked
from app.web.context import Web
from app.web.errors import status_of
from app.web.identity import answer_sign_in, asking_token, browser_of, keep_asking
from app.web.languages import locale_of
from app.web.pages.checkout import FieldError
from app.web.pages.entry import Entry
from app.web.pages.frame import Flash
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.returning import local_path, with_next
from app.web.session import VisitorRequest, keep_theme, new_token, require_csrf_token, signed_in

FIELD_OF: dict[type[ShopError], str] = {
    errors.InvalidEmail: "email",
    errors.SignInFailed: "password",
    errors.PasswordTooShort: "password",
    errors.PasswordTooLong: "password",
    errors.PasswordTooCommon: "password",
    errors.WrongCode: "code",
}
"""The field that a refusal is about."""


def next_of(request: VisitorRequest) -> str:
    return local_path(request.query_params.get("next", ""))


def away(request: VisitorRequest, web: Web, then: str) -> Response[Any] | None:
    """Where somebody who is signed in goes in the place of a page that is for getting in."""
    who = signed_in(request)
    if who is None:
        return None
    return web.render.see_other(then, Flash(web.render.say("You are signed in already."), "info"))


@dataclass(frozen=True, slots=True)
class Faces:
    """The two templates of a step: the page, and the part that htmx swaps."""

    page: str
    part: str


def show(
    request: VisitorRequest, web: Web, faces: Faces, page: Any, *, status: int = 200, notice: str = ""
) -> Response[Any]:
    """`notice` is for an `Entry` only."""
    template = faces.part if wants_fragment(request) else faces.page
    return web.render.html(template, replace(page, notice=notice) if notice else page, status=status)


def refuse(request: VisitorRequest, web: Web, faces: Faces, page: Entry, refusal: ShopError) -> Response[Any]:
    """The page once more with what was typed and what is wrong: at its field, or above the form."""
    words = reason(refusal, web.render)
    if at := next((field for kind, field in FIELD_OF.items() if isinstance(refusal, kind)), ""):
        page = replace(page, errors=(FieldError(at, words),))
    answer = show(request, web, faces, page, status=status_of(refusal), notice="" if at else words)
    if isinstance(refusal, TooOften):
        answer.headers["retry-after"] = str(refusal.retry_after)
    return answer


def with_errors(page: Entry, errors: tuple[FieldError, ...]) -> Entry:
    return replace(page, errors=errors)


async def password_errors(web: Web, password: str, *, known: tuple[str, ...]) -> tuple[FieldError, ...]:
    """What is wrong with a new password."""
    if not password:
        return (FieldError("password", web.render.say("Choose a password.")),)
    try:
        await web.services.accounts.require_good_password(password, known=known)
    except ShopError as refusal:
        return (FieldError("password", reason(refusal, web.render)),)
    return ()


def require_token(request: VisitorRequest, web: Web, form: dict[str, str]) -> None:
    """Raises StaleForm."""
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)


def asker(request: VisitorRequest, web: Web) -> Browser:
    """The browser that asks for a code or types one, with a token of its own."""
    token = asking_token(request, web.settings) or new_token()
    return replace(browser_of(request, web.settings, locale_of(request)), token=token)


def ask_first(web: Web) -> str:
    """For a code that comes from a browser which has forgotten, or never asked."""
    return web.render.say("Ask for a code first; it works in the browser that asked for it.")


async def require_pause(web: Web, browser: Browser) -> None:
    """A moment between two mails. Raises TooOften."""
    await web.services.throttle.require((CODE_AGAIN, browser.token))


def kept_to_itself(answer: Response[Any]) -> Response[Any]:
    """The address of the page may hold a secret."""
    answer.headers["referrer-policy"] = "no-referrer"
    return answer


def await_code(
    request: VisitorRequest, web: Web, path: str, asked: Asked, browser: Browser, flash: Flash | None = None
) -> Response[Any]:
    """Go on to the page that asks for the code; this browser can enter it, and no other."""
    answer = web.render.go(request, path, flash)
    keep_asking(answer, browser.token, web.settings)
    keep_asked(answer, asked, web.settings)
    return answer


async def enter(
    request: VisitorRequest, web: Web, result: SignInResult, then: str, *, words: str = ""
) -> Response[Any]:
    """Go on as whoever has just signed in: by way of the second factor where the account has one, and of its set-up
    where only the role does. A browser that is new to the account gets the language and the theme of the profile.
    """
    if result.tokens is None:
        answer = web.render.go(request, with_next("/sign-in/two-factor", then))
        await answer_sign_in(request, answer, result)
        forget_asked(answer, web.settings)
        return answer
    liked = Preferences() if result.is_known else await web.services.profile.preferences(result.account.id)
    languages = web.settings.languages
    with web.render.speaking(liked.language if liked.language in languages.offered else ""):
        path = languages.split(then)[1]
        if result.account.must_enrol:
            answer = web.render.go(request, with_next("/account/security/two-factor", path))
        else:
            answer = web.render.go(request, path, Flash(words) if words else None)
        await answer_sign_in(request, answer, result)
    if liked.theme:
        keep_theme(answer, liked.theme, web.settings)
    forget_asked(answer, web.settings)
    return answer
