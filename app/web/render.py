"""Answers. The one file that knows htmx's headers: a page for browsers, a fragment for htmx, from one template set."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment
from litestar import Response
from litestar.enums import MediaType

from app.settings import Settings
from app.web.pages.cart import InCart, ToastReply
from app.web.pages.frame import Flash, Frame
from app.web.session import VisitorRequest, forget_flash, keep_flash

VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Cookie"


def wants_fragment(request: VisitorRequest) -> bool:
    """Whether htmx asks for a part. Restoring history asks for the whole page."""
    return (
        request.headers.get("hx-request") == "true"
        and request.headers.get("hx-request-type", "partial") == "partial"
        and request.headers.get("hx-history-restore-request") != "true"
    )


OPENED_FIRST = (
    "home",
    "category",
    "listing",
    "search",
    "product",
    "reviews",
    "seen",
    "cart",
    "layouts",
    "macros",
    "shared",
)
"""Folders of templates that nearly every visit needs."""


@dataclass(frozen=True)
class Renderer:
    pages: Environment
    settings: Settings

    def say(self, message: str, **values: object) -> str:
        """`message` in the language of the request, filled with `values`."""
        return self._words.gettext(message) % values

    def say_number(self, one: str, many: str, num: int, **values: object) -> str:
        """The form of the message that fits `num`."""
        return self._words.ngettext(one, many, num) % {"num": num, **values}

    def speaking(self, locale: str) -> AbstractContextManager[None]:
        """Words and addresses in this language as long as the block lasts; where it is empty, in the request's own."""
        use: Callable[[str], AbstractContextManager[None]] = self.pages.globals["use_locale"]  # type: ignore[assignment]
        return use(locale) if locale else nullcontext()

    def newsletter_wording(self) -> str:
        """What a person agrees to who asks for the newsletter; it is kept with the address."""
        return self.say("We write about new things and sales, about once a month. Every mail has a link that ends it.")

    @property
    def _words(self) -> NullTranslations:
        catalogue: Callable[[], NullTranslations] = self.pages.globals["catalogue"]  # type: ignore[assignment]
        return catalogue()

    def html(self, template: str, page: Any, *, status: int = 200, private: bool = True) -> Response[str]:
        """A template filled from its context dataclass, whose fields are the template's variables."""
        context = {field.name: getattr(page, field.name) for field in fields(page)}
        body = self.pages.get_template(template).render(context, page=page)
        response = Response(body, status_code=status, media_type=MediaType.HTML)
        response.headers["vary"] = VARY
        response.headers["cache-control"] = "no-store" if private else "no-cache"
        frame: Frame | None = getattr(page, "frame", None)
        if frame is not None and frame.flash is not None and template.endswith(("show.html", "index.html")):
            forget_flash(response, self.settings)
        return response

    async def prepare(self) -> None:
        """Compile what visits begin with in every language, a template at a time, so that nobody waits for it."""
        for locale in self.settings.languages.offered:
            with self.speaking(locale):
                self.pages.filters["money"](0)  # reads all that is known of a country's numbers
            for name in self.pages.list_templates():
                if name.startswith(OPENED_FIRST):
                    with self.speaking(locale):
                        self.pages.get_template(name)
                    await asyncio.sleep(0)

    def part(self, template: str, frame: Frame, **more: object) -> str:
        """A partial that needs nothing but the frame and what is named here."""
        return self.pages.get_template(template).render(frame=frame, **more)

    def toast(
        self, toast: Flash, frame: Frame | None = None, *, status: int = 200, in_cart: InCart | None = None
    ) -> Response[str]:
        """A toast and nothing else: what htmx would have swapped stays as it is."""
        response = self.html("shared/toast.hx.html", ToastReply(toast, frame, in_cart), status=status)
        response.headers["hx-reswap"] = "none"
        return response

    def address(self, path: str) -> str:
        """A path of the shop in the language of the request. Everything inside knows paths without one."""
        to: Callable[[str], str] = self.pages.globals["to"]  # type: ignore[assignment]
        return to(path)

    def see_other(self, path: str, flash: Flash | None = None, *, locale: str = "") -> Response[None]:
        """POST, redirect, GET; `locale` leads into another language."""
        response: Response[None] = Response(None, status_code=303, headers={"location": self._address(path, locale)})
        response.headers["cache-control"] = "no-store"
        if flash is not None:
            keep_flash(response, flash, self.settings)
        return response

    def send_on(self, path: str) -> Response[None]:
        """Have the browser send the same form to another address."""
        headers = {"location": self.address(path), "cache-control": "no-store"}
        return Response(None, status_code=307, headers=headers)

    def instead(self, response: Response[Any], selector: str) -> Response[Any]:
        """A part that htmx puts into `selector`, whatever it was going to swap."""
        response.headers["hx-retarget"] = selector
        response.headers["hx-reswap"] = "innerHTML"
        return response

    def go(self, request: VisitorRequest, path: str, flash: Flash | None = None, *, locale: str = "") -> Response[None]:
        """Leave for another page: htmx is told by its own header, since a redirect would be swapped in."""
        response = self.see_other(path, flash, locale=locale)
        if wants_fragment(request):
            response.status_code = 200
            response.headers["hx-redirect"] = response.headers.pop("location")
        return response

    def _address(self, path: str, locale: str) -> str:
        return self.settings.languages.address(path, locale) if locale else self.address(path)
