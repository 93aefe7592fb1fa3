"""What every page of the shop shows around its content."""

from dataclasses import dataclass

from app.ports.catalog import CategoryLink


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once. `kind` is success, info or error; `undo` is the address of a form that takes it back."""

    text: str
    kind: str = "success"
    undo: str = ""
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """This page in a language: its tag (de), its name in itself (Deutsch), the path, whether it is the present one."""

    tag: str
    name: str
    path: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """`path` is the current path, for aria-current; `query` what the search box holds."""

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
    theme: str = ""
    """light or dark; "" follows the visitor's system."""
    languages: tuple[LanguageLink, ...] = ()
    """Empty where the shop speaks one language."""
    csrf_token: str = ""
    """Only on private pages; cards on cacheable pages carry none."""
