"""The language an address asks for."""

import pytest

from app.core.languages import Languages

SHOP = Languages.of("en_US", ("en_US", "de_DE", "pt_BR"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ("", "/")),
        ("/c/audio", ("", "/c/audio")),
        ("/de", ("/de", "/")),
        ("/de/", ("/de", "/")),
        ("/de/c/audio", ("/de", "/c/audio")),
        ("/pt/p/x", ("/pt", "/p/x")),
        ("/de/de/c/audio", ("/de", "/de/c/audio")),
        ("/delivery", ("", "/delivery")),
        ("/DE/c/audio", ("", "/DE/c/audio")),
        ("/en/c/audio", ("", "/en/c/audio")),
        ("/fr/c/audio", ("", "/fr/c/audio")),
        ("/de/static/css/core.css", ("", "/de/static/css/core.css")),
        ("/de/admin", ("", "/de/admin")),
        ("/de/staticky", ("/de", "/staticky")),
        ("//de/x", ("", "//de/x")),
    ],
)
def test_a_prefix_is_taken_off_a_path(path: str, expected: tuple[str, str]) -> None:
    assert SHOP.split(path) == expected


@pytest.mark.parametrize(
    ("path", "locale", "expected"),
    [
        ("/", "en_US", "/"),
        ("/", "de_DE", "/de/"),
        ("/c/audio?page=2#top", "de_DE", "/de/c/audio?page=2#top"),
        ("/c/audio", "de_AT", "/de/c/audio"),
        ("/c/audio", "fr_FR", "/c/audio"),
        ("#part", "de_DE", "#part"),
        ("", "de_DE", ""),
        ("https://elsewhere.example/", "de_DE", "https://elsewhere.example/"),
        ("//elsewhere.example/", "de_DE", "//elsewhere.example/"),
        ("/static/css/core.css", "de_DE", "/static/css/core.css"),
        ("/admin/", "de_DE", "/admin/"),
    ],
)
def test_an_address_gets_the_prefix_of_its_language(path: str, locale: str, expected: str) -> None:
    assert SHOP.address(path, locale) == expected


def test_what_an_address_says_is_read_back() -> None:
    for locale in SHOP.offered:
        for path in ("/", "/c/audio", "/p/dune-lamp"):
            prefix, below = SHOP.split(SHOP.address(path, locale))
            assert (SHOP.locale(prefix), below) == (locale, path)


def test_the_default_comes_first_and_has_no_prefix() -> None:
    german = Languages.of("de_DE", ("en_US", "de_AT"))
    assert german.offered == ("de_DE", "en_US")
    assert german.address("/cart", "en_US") == "/en/cart" and german.address("/cart", "de_DE") == "/cart"


def test_rehearsed_languages_are_not_offered() -> None:
    rehearsed = Languages.of("en_US", ("de_DE",), rehearsed=True)
    assert rehearsed.locale(rehearsed.split("/x-rtl/cart")[0]) == "ar_XB"
    assert rehearsed.offered == SHOP.offered[:2]
    assert SHOP.split("/x-rtl/cart") == ("", "/x-rtl/cart")
