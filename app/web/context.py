"""What every route needs: the services, the settings and the renderer, found on the application."""

from dataclasses import dataclass
from typing import Any, cast

from app.core.cart import Cart
from app.core.errors import SignInRequired
from app.ports.cart import Visitor
from app.ports.files import Files
from app.ports.static import StaticFinder
from app.services import Services
from app.settings import Settings
from app.web.languages import locale_of
from app.web.pages.frame import Frame, LanguageLink, NewsletterForm
from app.web.render import Renderer
from app.web.returning import local_path, page_before
from app.web.session import (
    VisitorRequest,
    announcement_is_away,
    cart_token,
    csrf_token,
    read_flash,
    session_ended,
    signed_in,
    theme_of,
    token_hash,
)

FOR_EVERYBODY = "shop_for_everybody"
"""Set in the scope of a request whose page is shared: a list for the frame it was given."""


@dataclass(frozen=True)
class Web:
    services: Services
    settings: Settings
    render: Renderer
    static: StaticFinder
    files: Files
    drain_file: str | None = None
    """Exists once this process is about to stop."""

    def visitor(self, request: VisitorRequest, *, token: str | None = None) -> Visitor:
        """Whose cart and orders a request is about. `token` is a cart token minted in this very request."""
        who = signed_in(request)
        return Visitor(token_hash(token or cart_token(request, self.settings)), who.user_id if who else None)

    @staticmethod
    def require_lasting_session(request: VisitorRequest) -> None:
        """For pages of a cart, which a person whose session has ended would find empty. Raises SignInRequired."""
        if session_ended(request):
            raise SignInRequired

    async def frame(
        self,
        request: VisitorRequest,
        *,
        private: bool,
        cart: Cart | None = None,
        token: str | None = None,
        query: str = "",
    ) -> Frame:
        """The frame of a page. `cart` saves counting it; `token` is a cart token minted in this very request.

        A page that is shared gets one without anything of the visitor.
        """
        shared = None if private else cast(dict[str, Any], request.scope).get(FOR_EVERYBODY)
        token = token or cart_token(request, self.settings)
        who = signed_in(request)
        count = 0
        if cart is not None:
            count = cart.count
        elif (token or who) and shared is None:
            count = await self.services.cart.count(self.visitor(request, token=token))
        frame = Frame(
            shop_name=self.services.orders.shop_name,
            origin=self.settings.origin,
            locale=locale_of(request),
            currency=self.settings.currency,
            path=request.url.path,
            navigation=await self.services.catalog.navigation(),
            cart_count=count,
            flash=read_flash(request, self.settings) if shared is None else None,
            is_shared=shared is not None,
            query=query,
            is_development=not self.settings.production,
            is_private=private,
            theme=theme_of(request, self.settings),
            languages=self._languages(locale_of(request)),
            here=self._here(request),
            content_language=self.settings.content_language,
            shows_announcement=not announcement_is_away(request, self.settings),
            newsletter=NewsletterForm(self.render.newsletter_wording()),
            is_signed_in=shared is None and who is not None,
            csrf_token=csrf_token(token, self.settings, who=who) if private else "",
        )
        if shared is not None:
            shared[:] = [frame]
        return frame

    def looks(self, request: VisitorRequest) -> tuple[str, ...]:
        """What a visitor has chosen that a frame shows, many of them the same."""
        away = announcement_is_away(request, self.settings)
        return locale_of(request), theme_of(request, self.settings), "" if away else "announced"

    def _here(self, request: VisitorRequest) -> str:
        """A form that was refused is answered at an address that cannot be opened; its page can."""
        url = request.url
        asked = local_path(f"{url.path}?{url.query}" if url.query else url.path)
        return asked if request.method == "GET" else page_before(request, self.settings) or "/"

    def _languages(self, present: str) -> tuple[LanguageLink, ...]:
        offered = self.settings.languages.offered
        if len(offered) < 2:
            return ()
        name_of = self.render.pages.filters["language_name"]
        return tuple(LanguageLink(locale, name_of(locale), locale == present) for locale in offered)


def web_of(request: VisitorRequest) -> Web:
    return cast(Web, request.app.state.web)
