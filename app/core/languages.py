"""Which language an address asks for: the shop's own at the root, each other one below a prefix of its own (/de)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

WITHOUT_LANGUAGE = (
    "/static",
    "/media",
    "/admin",
    "/desk",
    "/live",
    "/ready",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap",
    "/site.webmanifest",
    "/sitemap",
    "/feed.xml",
    "/site.webmanifest",
)
"""What is the same for everyone, with all that lies below it."""

REHEARSED: Mapping[str, str] = MappingProxyType({"/x-long": "en_XA", "/x-rtl": "ar_XB"})
"""Languages made up from the English words, in development only: longer words, and writing from right to left."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Locales like de_DE. `prefixes` leads from a prefix to its locale; the default has none."""

    default: str
    prefixes: Mapping[str, str]
    offered: tuple[str, ...]
    """What visitors can choose, the default first; the rehearsed ones are not among them."""

    @classmethod
    def of(cls, default: str, others: Iterable[str] = (), *, rehearsed: bool = False) -> "Languages":
        """The prefix of a locale is its language. Others of the default's own language are left out."""
        named = [locale for locale in others if language_of(locale) != language_of(default)]
        prefixes = {f"/{language_of(locale)}": locale for locale in named}
        return cls(default, prefixes | (dict(REHEARSED) if rehearsed else {}), (default, *prefixes.values()))

    def split(self, path: str) -> tuple[str, str]:
        """The prefix of a path, "" where it has none, and the path without it."""
        first, slash, rest = path[1:].partition("/")
        prefix = f"/{first}"
        below = f"/{rest}"
        if prefix not in self.prefixes or (slash and has_no_language(below)):
            return "", path
        return prefix, below

    def locale(self, prefix: str) -> str:
        return self.prefixes.get(prefix, self.default)

    def prefix(self, locale: str) -> str:
        """Of a locale, or of another one of the same language; "" for the default and for what the shop lacks."""
        if locale == self.default:
            return ""
        same = {known: prefix for prefix, known in self.prefixes.items()}
        return same.get(locale) or (f"/{found}" if f"/{(found := language_of(locale))}" in self.prefixes else "")

    def address(self, path: str, locale: str) -> str:
        """`path` in a language. What is no path of the shop, like #part, stays as it is."""
        if not path.startswith("/") or path.startswith("//") or has_no_language(path):
            return path
        return self.prefix(locale) + path


def language_of(locale: str) -> str:
    return locale.partition("_")[0].lower()


def has_no_language(path: str) -> bool:
    return any(path == name or path.startswith((f"{name}/", f"{name}?")) for name in WITHOUT_LANGUAGE)
