"""Context of the style guide: each component in each state, in words for developers, which stay English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.core.cart import Cart, CartLine, FlashPrice, Offer
from app.ports.catalog import Card, FlashOffer, FlashSaleView, Listing, ReviewsView, ReviewView, Swatch
from app.web.pages.checkout import FieldError, PaymentOption
from app.web.pages.frame import Flash, Frame
from app.web.pages.listing import Chip, FilterGroup, ListView, Option, PriceFields, SortOption
from app.web.pages.product import Choice, OptionGroup

TOKEN = re.compile(r"--([a-z][\w-]*):\s*([^;]+)")
SYMBOL = re.compile(r'<symbol id="([\w-]+)"')
LONG = "A name that somebody wrote without a thought for narrow screens, and that has to be read to its end"
SWATCHES = tuple(
    Swatch(name, colour)
    for name, colour in (
        ("Sand", "#d8c3a5"),
        ("Ink", "#2a2f3a"),
        ("Sage", "#8a9a7b"),
        ("Clay", "#c2694a"),
        ("Bare", ""),
    )
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Names of custom properties as the style sheet has them, by what they are: values would only repeat it."""

    colours: tuple[str, ...]
    types: tuple[str, ...]
    spaces: tuple[str, ...]
    radii: tuple[str, ...]

    @classmethod
    def of(cls, sheet: str) -> "Tokens":
        names = dict(TOKEN.findall(sheet))
        return cls(
            colours=tuple(name for name, value in names.items() if value.startswith(("light-dark(", "#"))),
            types=tuple(name for name in names if re.fullmatch(r"t\d", name)),
            spaces=tuple(name for name in names if re.fullmatch(r"s\d", name)),
            radii=tuple(name for name in names if re.fullmatch(r"r\d|pill", name)),
        )


@dataclass(frozen=True, slots=True)
class StyleguidePage:
    """templates/styleguide/show.html. `cards` are made of a product of the shop; there are none while it has none."""

    frame: Frame
    tokens: Tokens
    icons: tuple[str, ...]
    now: datetime
    cards: tuple[Card, ...]
    view: ListView
    listing: Listing
    nothing: ListView
    groups: tuple[OptionGroup, ...]
    cart: Cart
    reviews: ReviewsView | None
    sale: FlashSaleView
    payments: tuple[PaymentOption, ...]
    toasts: tuple[Flash, ...]
    statuses: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=lambda: {"right": "Ada Lovelace", "wrong": "ada at shop"})
    errors: tuple[FieldError, ...] = (
        FieldError("wrong", "Enter an email address like name@example.com."),
        FieldError("unchosen", "Choose one of these."),
    )

    def error(self, name: str) -> str:
        return next((error.message for error in self.errors if error.field == name), "")


def styleguide(frame: Frame, *, sheet: str, sprite: str, cards: tuple[Card, ...], now: datetime) -> StyleguidePage:
    """`sheet` and `sprite` are the texts of core.css and icons.svg; of `cards`, the first one lends itself."""
    card = cards[0] if cards else None
    listing = Listing(cards[:4], 60, 2)
    return StyleguidePage(
        frame=frame,
        tokens=Tokens.of(sheet),
        icons=tuple(SYMBOL.findall(sprite)),
        now=now,
        cards=_cards(card, now) if card else (),
        view=_view(),
        listing=listing,
        nothing=replace(_view(), ways_out=(Chip("Up to $100.00", "/search?brand=otto", "12 products"),)),
        groups=_groups(),
        cart=Cart(1, _lines(card) if card else ()),
        reviews=_reviews(card, now) if card else None,
        sale=FlashSaleView("A sale to come", now + timedelta(days=2, hours=5), now + timedelta(days=3), False, ()),
        payments=(
            PaymentOption("bank_transfer", "Chosen", "A sentence about it.", True, True),
            PaymentOption("cash_on_delivery", "Not chosen", "", False, True),
            PaymentOption("none", "Not possible", "The reason stands here.", False, False),
        ),
        toasts=(
            Flash("Something went well.", link="/cart", link_text="View cart"),
            Flash("Something to know.", "info"),
            Flash("Something was taken away.", undo="/cart/items/1"),
            Flash("Something did not work. Try again.", "error"),
        ),
        statuses=("pending", "confirmed", "shipped", "delivered", "cancelled", "lapsed"),
    )


def _cards(card: Card, now: datetime) -> tuple[Card, ...]:
    plain = replace(
        card,
        price=Decimal("64.00"),
        highest_price=Decimal("64.00"),
        struck=None,
        available=20,
        variant_count=1,
        variant_id=card.variant_id or 1,
        is_new=False,
        rating_average=Decimal("4.6"),
        rating_count=41,
        swatches=(),
        released_at=None,
        flash=None,
    )
    reduced = replace(plain, struck=Decimal("80.00"))
    states = {
        "In stock": plain,
        "A choice, and more colours than fit": _with_choice(plain),
        "Reduced": reduced,
        "In a flash sale": replace(reduced, flash=FlashOffer(now + timedelta(days=2), 40, 28)),
        "New, not rated yet": replace(plain, is_new=True, rating_count=0),
        "Few left": replace(plain, available=2),
        "Sold out": replace(plain, available=0),
        "Pre-order": replace(plain, released_at=now + timedelta(days=30)),
        "Without a picture": replace(plain, image=None),
        LONG: replace(plain, brand=""),
        "Dear, and much reviewed": replace(plain, price=Decimal("1249.00"), rating_count=12_041),
    }
    return tuple(replace(card, name=state) for state, card in states.items())


def _with_choice(card: Card) -> Card:
    return replace(card, variant_id=None, variant_count=5, highest_price=Decimal("72.00"), swatches=SWATCHES)


def _view() -> ListView:
    some = tuple(
        Option(name, name, str(number), number == 2, False) for number, name in enumerate(("Otto", "Ara", "Été"))
    )
    return ListView(
        action="/search",
        here="/search",
        count="60 products",
        groups=(
            FilterGroup(
                "brand", "Several can be chosen", "boxes", (*some, Option("none", "Nothing left", "0", False, True))
            ),
            FilterGroup(
                "colour",
                "Colours, some folded away",
                "boxes",
                tuple(Option(one.name, one.name, "4", False, False, one.hex) for one in SWATCHES[:2]),
                tuple(Option(one.name, one.name, "1", False, False, one.hex) for one in SWATCHES[2:]),
            ),
            FilterGroup("rating", "One can be chosen", "rating", (Option("4", "4 and up", "10,000+", True, False),)),
            FilterGroup("only", "Switches", "switches", (Option("sale", "On sale", "7", True, False),)),
            FilterGroup(
                "category", "Links", "links", (Option("x", "Lamps", "9", False, False, address="/search?q=lamp"),)
            ),
        ),
        price=PriceFields("ten", "100", "Enter a price as a number, like 25 or 19.90.", "", Decimal(3), Decimal(249)),
        sorts=(SortOption("relevance", "Most popular", True), SortOption("price", "Price: low to high", False)),
        chips=(Chip("Brand: Otto", "/search?price_to=100"), Chip("Up to $100.00", "/search?brand=otto")),
        clear="/search",
        notes=("A note about what was left out.",),
        next_page="/search?price_from=1&page=2",
        previous_page="/search?price_from=1",
        is_filtered=True,
    )


def _groups() -> tuple[OptionGroup, ...]:
    colours = tuple(Choice(one.name, one.name == "Sage", one.name != "Clay", one.hex) for one in SWATCHES[:4])
    sizes = (Choice("Small", True, True), Choice("Large", False, False))
    return OptionGroup("Colour", "option.Colour", "Sage", colours), OptionGroup("Size", "option.Size", "Small", sizes)


def _lines(card: Card) -> tuple[CartLine, ...]:
    offer = Offer(
        variant_id=1,
        product_id=1,
        slug=card.slug,
        name=card.name,
        variant="Sage / Small",
        sku="SKU-1",
        unit_price=Decimal("64.00"),
        available=20,
        is_for_sale=True,
        image_url=card.image.url if card.image else None,
        seller_id=None,
    )
    offers = (
        (2, offer),
        (1, replace(offer, unit_price=Decimal("69.00"))),
        (9, replace(offer, available=3)),
        (1, replace(offer, available=0)),
        (1, replace(offer, is_for_sale=False)),
        (4, replace(offer, flash=FlashPrice(1, Decimal("49.00"), 3))),
        (1, replace(offer, is_digital=True)),
    )
    return tuple(
        CartLine(number, number, 1, quantity, Decimal("64.00"), False, replace(one, variant_id=number))
        for number, (quantity, one) in enumerate(offers, 1)
    )


def _reviews(card: Card, now: datetime) -> ReviewsView:
    reviews = (
        ReviewView("Ada L.", 5, "Warm, and dims without a hum.", now),
        ReviewView("", 2, "", now - timedelta(days=9)),
    )
    return ReviewsView(card.slug, card.name, Decimal("4.2"), 43, (2, 0, 5, 12, 24), reviews, 43)
