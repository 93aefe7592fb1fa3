"""What a list can be asked."""

from decimal import Decimal

import pytest

from app.core.listing import COUNTED_EXACTLY, LAST_PAGE, Wish, with_price_in_words, within_reach
from app.ports.catalog import Listing


@pytest.mark.parametrize(
    ("typed", "words", "lowest", "highest"),
    [
        ("lamp under 50", "lamp", None, "50"),
        ("Under $50 lamp", "lamp", None, "50"),
        ("brass lamp below 19.90 round", "brass lamp round", None, "19.90"),
        ("mug up to 20", "mug", None, "20"),
        ("chair over 100", "chair", "100", None),
        ("under 50", "", None, "50"),
        ("Lampe unter 49,90 €", "Lampe", None, "49.90"),
        ("ab 100", "", "100", None),
        ("lamp between $20 and $40", "lamp", "20", "40"),
        ("von 20 bis 40 Lampe", "Lampe", "20", "40"),
        ("from 5 to 10", "", "5", "10"),
        ("between 5 and friends", "between 5 and friends", None, None),
        ("bis 50cm", "bis 50cm", None, None),
        ("1,5 l bottle", "1,5 l bottle", None, None),
        ("under the sea", "under the sea", None, None),
        ("under 50cm", "under 50cm", None, None),
        ("thunder 50", "thunder 50", None, None),
    ],
)
def test_a_price_in_words_is_a_filter(typed: str, words: str, lowest: str | None, highest: str | None) -> None:
    found = with_price_in_words(Wish(words=typed))
    assert found.words == words
    assert found.lowest == (Decimal(lowest) if lowest else None)
    assert found.highest == (Decimal(highest) if highest else None)


def test_a_price_in_the_form_counts_more_than_one_in_words() -> None:
    found = with_price_in_words(Wish(words="lamp under 50", highest=Decimal(30)))
    assert (found.words, found.highest) == ("lamp", Decimal(30))


def test_what_is_chosen_is_named_in_the_order_of_the_form() -> None:
    wish = Wish(
        colours=frozenset({"Sand", "Ink"}),
        brands=frozenset({"otto"}),
        attributes={"width": frozenset({"10"})},
        rating=4,
        is_new=True,
    )
    assert wish.chosen == (
        ("brand", "otto"),
        ("colour", "Ink"),
        ("colour", "Sand"),
        ("rating", "4"),
        ("new", "1"),
        ("a.width", "10"),
    )
    assert wish.is_filtered
    assert not Wish(category="home", words="lamp").is_filtered
    assert Wish(highest=Decimal(1)).is_filtered


@pytest.mark.parametrize(("asked", "page"), [(0, 1), (-3, 1), (7, 7), (10**9, LAST_PAGE)])
def test_pages_end_where_counting_ends(asked: int, page: int) -> None:
    assert within_reach(asked) == page


def test_every_match_that_is_counted_is_on_a_page() -> None:
    assert Listing((), COUNTED_EXACTLY, LAST_PAGE).left == 0
    assert not Listing((), 10 * COUNTED_EXACTLY, LAST_PAGE, is_more=True).has_more
    assert Listing((), 10 * COUNTED_EXACTLY, 1).last_page == LAST_PAGE
