"""A list that was not read anew is not put into words anew, and no other list or language gets its words."""

from dataclasses import replace
from typing import Any, cast

import pytest

from app.core.listing import Wish
from app.ports.catalog import Listing
from app.web import list_views
from app.web.forms.listing import ListingForm
from app.web.list_views import ListViews
from app.web.pages.listing import ListView

FORM = ListingForm(Wish())


class Maker:
    """Makes views that are told apart, and counts them."""

    made = 0

    def __call__(self) -> ListView:
        self.made += 1
        return cast(ListView, object())


def test_the_same_list_has_the_same_view() -> None:
    views, make, listing = ListViews(), Maker(), Listing((), 0, 1)
    assert views.of(listing, FORM, make, "en_US") is views.of(listing, FORM, make, "en_US")
    assert make.made == 1


@pytest.mark.parametrize(
    ("form", "others"),
    [
        (FORM, ("de_DE",)),
        (replace(FORM, typed={"price_from": "5"}), ("en_US",)),
        (replace(FORM, dropped=(("rating", "9"),)), ("en_US",)),
    ],
)
def test_whatever_else_a_view_depends_on_makes_another(form: ListingForm, others: tuple[Any, ...]) -> None:
    views, listing = ListViews(), Listing((), 0, 1)
    first = views.of(listing, FORM, Maker(), "en_US")
    assert views.of(listing, form, Maker(), *others) is not first
    assert views.of(listing, FORM, Maker(), "en_US") is first


def test_a_list_that_was_read_anew_is_another_however_alike() -> None:
    views = ListViews()
    assert views.of(Listing((), 0, 1), FORM, Maker()) is not views.of(Listing((), 0, 1), FORM, Maker())


def test_what_is_wrong_in_a_form_is_said_each_time() -> None:
    views, make, listing = ListViews(), Maker(), Listing((), 0, 1)
    form = replace(FORM, errors={"price_from": "no number"})
    assert views.of(listing, form, make) is not views.of(listing, form, make)
    assert make.made == 2


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_views, "ROOM", 2)
    views, make = ListViews(), Maker()
    lists = [Listing((), number, 1) for number in range(3)]
    for listing in (*lists, lists[0], lists[2]):
        views.of(listing, FORM, make)
    assert make.made == 4
