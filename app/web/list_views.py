"""What was said lately of lists, so that a list that was not read anew is not put into words anew."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from app.ports.catalog import Listing
from app.web.forms.listing import ListingForm
from app.web.pages.listing import ListView

ROOM = 500
"""Views of a few kilobytes."""


class ListViews:
    """Views by the very list they are of, which is the same one for as long as the shop has not changed.

    Nothing of the visitor is in them: a view follows from the list, the address and what the form holds.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Listing, ListView]] = OrderedDict()

    def of(self, listing: Listing, form: ListingForm, make: Callable[[], ListView], *others: Hashable) -> ListView:
        """The view; `others` is what it depends on besides, its language among them."""
        if form.errors:
            return make()
        key = id(listing), tuple(form.typed.items()), form.dropped, others
        kept = self._kept.get(key)
        if kept is not None and kept[0] is listing:  # kept with its list, so that no other one gets its id
            self._kept.move_to_end(key)
            return kept[1]
        self._kept[key] = listing, make()
        self._kept.move_to_end(key)
        if len(self._kept) > ROOM:
            self._kept.popitem(last=False)
        return self._kept[key][1]
