"""What every page of the shop shows around its content."""

from dataclasses import dataclass

from app.ports.catalog import CategoryLink


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once. `kind` is success, info or error; `undo` is the address of a form that takes it back, and
    `undoes` the part of the page (its id) that htmx then puts in the place of what is there."""

    text: str
    kind: str = "success"
    undo: str = ""
    link: str = ""
    link_text: str = ""
    undoes: str = "cart"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language: its locale (de_DE), its name in itself (Deutsch), whether the page is in it."""

    locale: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NewsletterForm:
    """templates/shared/_newsletter.html. `wording` is what one agrees to; `message` takes the place of the form."""

    wording: str
    typed: str = ""
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """`path` is the current path, for aria-current; `query` what the search box holds. No path has its language."""

    shop_name: str
    origin: str
    locale: str
    currency: str
    path: str
    navigation: tuple[CategoryLink, ...]
    cart_count: int
    flash: Flash | None
    query: str = ""
    is_development: bool = False
    is_private: bool = False
    """Private pages (cart, checkout, order) are never stored and never indexed."""
    is_shared: bool = False
    """Rendered once for everybody: the number in the cart and the message are put in as it is answered."""
    theme: str = ""
    """light or dark; "" follows the visitor's system."""
    languages: tuple[LanguageLink, ...] = ()
    """Empty where the shop speaks one language."""
    here: str = "/"
    """Path and query of a page to come back to: this one, or the one its form was on."""
    content_language: str = "en"
    """What names and descriptions of the catalogue are written in."""
    shows_announcement: bool = True
    """Until the visitor has put it away."""
    newsletter: NewsletterForm | None = None
    """In the footer; not where the page itself holds the form."""
    is_signed_in: bool = False
    """On a shared page, too, once it is answered."""
    csrf_token: str = ""
    """Only on private pages; cards on cacheable pages carry none."""

    @property
    def path_in_menu(self) -> str:
        """`path` where the menu may name it, so that the menu is kept for all other pages alike."""
        return self.path if self.path == "/faq" or self.path.startswith("/c/") else ""
