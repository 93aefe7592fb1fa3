"""Lists of products: categories and search."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.listing import LONGEST_SEARCH, MOST_VALUES, Sort, Wish
from app.ports.catalog import Facet, FacetValue, Listing
from app.web.context import Web, web_of
from app.web.forms.listing import ListingForm, address, pairs_of, read_listing
from app.web.forms.read import clean
from app.web.guards import Access
from app.web.languages import locale_of
from app.web.list_views import ListViews
from app.web.pages.listing import (
    CategoryPage,
    Chip,
    FilterGroup,
    ListView,
    Option,
    PriceFields,
    SearchPage,
    SortOption,
    SuggestReply,
    Toggle,
)
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page

SHOWN_AT_FIRST = 8
"""Values of a filter that stand open."""
PARTS = {"grid": "listing/more.hx.html", "filters": "listing/filters.hx.html"}
"""By the id of what htmx wants to fill."""
SWITCHES = ("available", "sale", "new")
MOST_WAYS_OUT = 4


@get("/c/{slug:str}", access=Access.ANYONE)
@shared_page
async def show_category(request: VisitorRequest, slug: FromPath[str]) -> Response[str]:
    web, form = web_of(request), read_form(request)
    wish = replace(form.wish, category="", words="", literal=False)
    category = await web.services.search.category(clean(slug), wish)
    view = Lister(web, request, f"/c/{category.slug}", replace(form, wish=wish), category.listing).view
    page = CategoryPage(await web.frame(request, private=False), category, category.listing, view)
    return answer(request, web, "category/show.html", page, form)


@get("/search", access=Access.ANYONE)
@shared_page
async def search(request: VisitorRequest) -> Response[str]:
    web, form = web_of(request), read_form(request)
    words = form.wish.words
    if request.query_params.get("part") == "suggest" and wants_fragment(request):
        reply = SuggestReply(words, await web.services.search.suggest(words))
        return web.render.html("search/suggest.hx.html", reply, private=False)
    found = await web.services.search.search(form.wish)
    frame = await web.frame(request, private=False, query=words[:LONGEST_SEARCH])
    form = understood(form, found.meant)
    view = Lister(web, request, "/search", form, found.listing).view
    page = SearchPage(frame, words, found.listing, view, corrected=found.corrected, categories=found.categories)
    if not found.listing.total:
        page = replace(page, best_sellers=await web.services.catalog.best_sellers(), popular=frame.navigation)
    return answer(request, web, "search/show.html", page, form)


def read_form(request: VisitorRequest) -> ListingForm:
    return read_listing(request.scope["query_string"], web_of(request).render, locale_of(request))


def understood(form: ListingForm, meant: Wish) -> ListingForm:
    """The form as if a price in words had been written into its field: there it can be seen, changed and removed."""
    typed = dict(form.typed)
    for name, amount in (("price_from", meant.lowest), ("price_to", meant.highest)):
        if amount is not None and not typed.get(name):
            typed[name] = str(amount)
    return replace(form, wish=meant, typed=typed)


def answer(
    request: VisitorRequest, web: Web, template: str, page: CategoryPage | SearchPage, form: ListingForm
) -> Response[str]:
    """The whole page, the next cards for a list that goes on, the filters alone, or what a filter changes."""
    is_part = wants_fragment(request)
    target = request.headers.get("hx-target", "").rpartition("#")[2]
    if is_part:
        template = PARTS.get(target, "listing/filtered.hx.html")
    response = web.render.html(template, page, status=422 if form.errors else 200, private=False)
    response.headers["vary"] += ", HX-Target, HX-Source"
    if is_part and target != "grid":
        response.headers["hx-push-url"] = web.render.address(page.view.here)
    return response


@dataclass(frozen=True)
class Lister:
    """Puts a list into words and addresses."""

    web: Web
    request: VisitorRequest
    path: str
    form: ListingForm
    listing: Listing

    @property
    def view(self) -> ListView:
        views: ListViews = self.request.app.state.list_views
        wish = self.form.wish  # of a category, without words
        asked = wish.words, wish.category, wish.literal, wish.page
        return views.of(
            self.listing, self.form, self._view, locale_of(self.request), self.path, asked, self._keeps_place
        )

    @property
    def _keeps_place(self) -> bool:
        return self.request.headers.get("hx-source", "").endswith(("#filters", "#sort"))

    def _view(self) -> ListView:
        listing, pairs = self.listing, self._pairs
        page = ("page", str(listing.page))
        return ListView(
            action=self.path,
            here=address(self.path, [*pairs, page] if listing.page > 1 else pairs),
            count=self._total,
            groups=self._groups(),
            price=self._price(),
            sorts=tuple(SortOption(str(sort), label, sort is self.form.wish.sort) for sort, label in self._sorts()),
            chips=self._chips(),
            clear=address(self.path, [pair for pair in pairs if pair[0] in ("q", "exact", "sort")]),
            notes=self._notes(),
            hidden=tuple(pair for pair in pairs if pair[0] in ("q", "exact", "category", "all")),
            next_page=self._page(listing.page + 1) if listing.has_more else "",
            previous_page=self._page(listing.page - 1) if listing.page > 1 else "",
            ways_out=self._ways_out(),
            is_filtered=self.form.wish.is_filtered or bool(self.form.wish.category) or bool(self.form.errors),
            is_whole=self._is_whole,
            keeps_place=self._keeps_place,
        )

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        dropped = set(self.listing.dropped)
        pairs = [pair for pair in pairs_of(self.form.wish, self.form.typed) if pair not in dropped]
        return [*pairs, ("all", self.form.wish.whole)] if self._is_whole else pairs

    @property
    def _is_whole(self) -> bool:
        """Whether a filter is shown whole: one that this list does not have, or that is short, is not worth a word."""
        return any(facet.is_whole for facet in self.listing.facets)

    def _page(self, page: int) -> str:
        return address(self.path, [*self._pairs, ("page", str(page))] if page > 1 else self._pairs)

    @property
    def _total(self) -> str:
        say, number = self.web.render.say, self.web.render.pages.filters["number"]
        if self.listing.is_more:
            return say("%(count)s+ products", count=number(self.listing.total))
        return self.web.render.say_number(
            "%(count)s product", "%(count)s products", self.listing.total, count=number(self.listing.total)
        )

    def _groups(self) -> tuple[FilterGroup, ...]:
        facets = {facet.field: facet for facet in self.listing.facets}
        groups = []
        for facet in self.listing.facets:
            if facet.field in SWITCHES:
                continue
            if facet.field == "category" and self.path != "/search":
                continue  # the tiles above the list
            options = tuple(self._option(facet, value) for value in facet.values)
            if not options:
                continue
            kind = {"rating": "rating", "category": "links"}.get(facet.field, "boxes")
            toggle = self._toggle(facet)
            # One more than fits is not worth a click, and neither is one click before another.
            cut = len(options) if toggle or len(options) <= SHOWN_AT_FIRST + 1 else SHOWN_AT_FIRST
            groups.append(FilterGroup(facet.field, self._name(facet), kind, options[:cut], options[cut:], toggle))
        switches = tuple(
            replace(self._option(facets[name], facets[name].values[0]), value=name)
            for name in SWITCHES
            if name in facets and facets[name].values
        )
        if switches:  # before what only some lists have
            place = next((n for n, group in enumerate(groups) if group.field.startswith("a.")), len(groups))
            groups.insert(place, FilterGroup("only", self.web.render.say("Show only"), "switches", switches))
        return tuple(groups)

    def _toggle(self, facet: Facet) -> Toggle | None:
        if facet.known <= len(facet.values) and not facet.is_whole:
            return None
        say, number = self.web.render.say, self.web.render.pages.filters["number"]
        page = [("page", str(self.listing.page))] if self.listing.page > 1 else []  # the list stays what it is
        others = [pair for pair in self._pairs if pair[0] != "all"] + page
        if facet.is_whole:
            return Toggle(say("Show fewer"), address(self.path, others))
        if facet.known > MOST_VALUES:
            words = say("Show %(count)s of %(known)s", count=number(MOST_VALUES), known=number(facet.known))
        else:
            words = say("Show all %(count)s", count=number(facet.known))
        return Toggle(words, address(self.path, [*others, ("all", facet.field)]))

    def _option(self, facet: Facet, value: FacetValue) -> Option:
        count = self.web.render.pages.filters["number"](value.count) + ("+" if value.is_least else "")
        if value.is_least and not value.count:
            count = ""  # none among those that were looked at, and nobody knows of the others
        link = ""
        if facet.field == "category":
            others = [pair for pair in self._pairs if pair[0] != "category"]
            link = address(self.path, others if value.is_chosen else [*others, ("category", value.value)])
        label = self._label(facet.field, value.value, value.label)
        return Option(
            value.value,
            label,
            count,
            value.is_chosen,
            is_off=not value.count and not value.is_chosen and not value.is_least,
            swatch=value.swatch,
            address=link,
            is_ours=label != value.label,
        )

    def _name(self, facet: Facet) -> str:
        return facet.label or self._names.get(facet.field, facet.field)

    @cached_property
    def _names(self) -> dict[str, str]:
        say = self.web.render.say
        return {
            "category": say("Category"),
            "brand": say("Brand"),
            "colour": say("Colour"),
            "size": say("Size"),
            "rating": say("Rating"),
            "available": say("Availability"),
            "sale": say("Offers"),
            "new": say("New"),
            "price": say("Price"),
        }

    def _label(self, field: str, value: str, otherwise: str) -> str:
        say = self.web.render.say
        if field.startswith("a.") and value in ("yes", "no"):
            return say("Yes") if value == "yes" else say("No")
        if field == "rating":
            return say("%(stars)s and up", stars=value)
        return self._switches[field] if field in SWITCHES else otherwise

    @cached_property
    def _switches(self) -> dict[str, str]:
        say = self.web.render.say
        return {"available": say("In stock"), "sale": say("On sale"), "new": say("New")}

    def _price(self) -> PriceFields:
        typed, errors = self.form.typed, self.form.errors
        lowest, highest = self.listing.price_span or (None, None)
        return PriceFields(
            typed.get("price_from", ""),
            typed.get("price_to", ""),
            errors.get("price_from", ""),
            errors.get("price_to", ""),
            lowest,
            highest,
        )

    def _sorts(self) -> list[tuple[Sort, str]]:
        say = self.web.render.say
        return [
            (Sort.RELEVANCE, say("Best match") if self.form.wish.words else say("Most popular")),
            (Sort.NEWEST, say("Newest")),
            (Sort.PRICE_UP, say("Price: low to high")),
            (Sort.PRICE_DOWN, say("Price: high to low")),
            (Sort.RATING, say("Best rated")),
        ]

    def _chips(self) -> tuple[Chip, ...]:
        """One for each value that is on; prices are one together."""
        labels = {(f.field, v.value): (self._name(f), v.label) for f in self.listing.facets for v in f.values}
        chips = []
        wish = self.form.wish
        category = (("category", wish.category),) if wish.category else ()
        for pair in (*category, *wish.chosen):
            if pair in self.listing.dropped:
                continue
            name, label = labels.get(pair, (self._names.get(pair[0], pair[0]), pair[1]))
            words = self._label(pair[0], pair[1], label)
            alone = pair[0] in SWITCHES
            chips.append(Chip(words if alone else f"{name}: {words}", self._without(pair)))
        if words := self._price_words():
            chips.append(Chip(words, self._without("price")))
        return tuple(chips)

    def _price_words(self) -> str:
        say, money = self.web.render.say, self.web.render.pages.filters["money"]
        lowest, highest = self.form.wish.lowest, self.form.wish.highest
        if lowest is not None and highest is not None:
            return say("%(lowest)s to %(highest)s", lowest=money(lowest), highest=money(highest))
        if lowest is not None:
            return say("%(lowest)s or more", lowest=money(lowest))
        return say("Up to %(highest)s", highest=money(highest)) if highest is not None else ""

    def _without(self, what: tuple[str, str] | str) -> str:
        """The address of the list without one value, or without a whole filter."""
        gone = {"price_from", "price_to"} if what == "price" else {what}
        return address(self.path, [pair for pair in self._pairs if pair not in gone and pair[0] not in gone])

    def _ways_out(self) -> tuple[Chip, ...]:
        if self.listing.total:
            return ()
        facets = {facet.field: facet for facet in self.listing.facets}
        say_number, number = self.web.render.say_number, self.web.render.pages.filters["number"]
        best = sorted((pair for pair in self.listing.without if pair[1]), key=lambda pair: -pair[1])
        ways = []
        for field, count in best[:MOST_WAYS_OUT]:
            chosen = [self._label(pair[0], pair[1], pair[1]) for pair in self.form.wish.chosen if pair[0] == field]
            if facet := facets.get(field):
                chosen = [self._label(field, v.value, v.label) for v in facet.values if v.is_chosen] or chosen
            label = self._price_words() if field == "price" else ", ".join(chosen) or self._names.get(field, field)
            counted = say_number("%(count)s product", "%(count)s products", count, count=number(count))
            ways.append(Chip(label, self._without(field), counted))
        return tuple(ways)

    def _notes(self) -> tuple[str, ...]:
        dropped = [*self.form.dropped, *self.listing.dropped]
        if not dropped:
            return ()
        values = ", ".join(dict.fromkeys(f"“{value}”" for _, value in dropped))
        return (self.web.render.say("We left out what this shop does not know: %(values)s.", values=values),)


ROUTES: list[Any] = [show_category, search]
