"""Pages in the states that matter, made by hand, for tests that look at templates and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.core.addresses import KeptAddress
from app.core.cart import Cart, CartLine, FlashPrice, Offer, changes
from app.core.checkout import Address, DeliveryHint, DeliveryMethod, PaymentMethod
from app.core.contact import Topic
from app.core.export import ExportState
from app.core.orders import OrderStatus
from app.core.pricing import price
from app.core.providers import ProviderKind
from app.ports.catalog import (
    Card,
    CategoryLink,
    Department,
    Detail,
    FlashOffer,
    FlashSaleView,
    HomeView,
    Image,
    Listing,
    ProductView,
    ReviewsView,
    ReviewView,
    Swatch,
    VariantView,
)
from app.ports.export import ExportView
from app.ports.identity import SessionView, SignInView
from app.ports.mail import MailboxEntry
from app.ports.mail_contexts import OrderConfirmation
from app.ports.orders import OrderLineView, OrderList, OrderSummary, OrderView
from app.ports.providers import IdentityView, ProviderLink
from app.ports.search import CategoryView, Suggestions
from app.services.delivery import CountryTax, DeliveryTerms
from app.services.providers import Pending
from app.services.two_factor import FactorState, SetUp
from app.web.pages import security as safety
from app.web.pages.account import AccountPage, OrdersPage
from app.web.pages.addresses import AddressesPage, AddressesReply, AddressFieldsReply, AddressPage
from app.web.pages.cart import CartPage, CartReply, InCart, ToastReply
from app.web.pages.checkout import (
    CheckoutPage,
    Country,
    DeliveryOption,
    FieldError,
    OrderPage,
    PaymentOption,
    Quote,
    QuoteReply,
)
from app.web.pages.contact import ContactPage
from app.web.pages.deletion import DeletionPage, DeletionReply
from app.web.pages.entry import (
    EmailUndoPage,
    PasswordPage,
    SignInCodePage,
    SignInPage,
    SignOutPage,
    SignUpPage,
    VerifyPage,
)
from app.web.pages.errors import ErrorPage
from app.web.pages.export import ExportPage, ExportReply
from app.web.pages.flash_sale import FlashSalePage, FlashSaleReply
from app.web.pages.frame import Flash, Frame, LanguageLink, NewsletterForm
from app.web.pages.home import ExplorePage, ExploreReply, HomePage
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
from app.web.pages.mailbox import MailboxPage, MailPage
from app.web.pages.newsletter import NewsletterPage, NewsletterReply, SubscriptionPage
from app.web.pages.pages import AboutPage, DeliveryPage, FaqPage, PrivacyPage, ShopFacts, TermsPage
from app.web.pages.product import (
    BuyBox,
    Choice,
    EstimateReply,
    NotifyForm,
    NotifyReply,
    OptionGroup,
    ProductPage,
    StockReply,
)
from app.web.pages.profile import Choice as ProfileChoice
from app.web.pages.profile import ProfilePage, ProfileReply
from app.web.pages.providers import (
    IdentitiesPage,
    IdentitiesReply,
    IdentityList,
    LeavingPage,
    ProofPage,
    ProviderPage,
)
from app.web.pages.requests import WithdrawalPage
from app.web.pages.reviews import ReviewsPage
from app.web.pages.seen import SeenPage, SeenReply
from app.web.qr import qr_code
from app.web.session import COOKIES

NAVIGATION = tuple(
    CategoryLink(name, name.lower(), 6) for name in ("Audio", "Lighting", "Kitchen", "Furniture", "Carry")
)
LANGUAGES = (LanguageLink("en_US", "English", True), LanguageLink("de_DE", "Deutsch", False))
NEWSLETTER = NewsletterForm("About once a month. Every mail has a link that ends it.")
FRAME = Frame(
    "Exclusive",
    "http://shop.test",
    "en_US",
    "USD",
    "/",
    NAVIGATION,
    3,
    None,
    is_development=True,
    languages=LANGUAGES,
    newsletter=NEWSLETTER,
)
PRIVATE = replace(FRAME, is_private=True, csrf_token="token-1")


def slug_of(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")


def image(name: str) -> Image:
    return Image(f"/static/img/products/{name}-640.webp", f"{name}, three-quarter view", 640, 640, (320, 480, 640))


def _card(name: str, picture: str | None, amount: str, **more: Any) -> Card:
    given = {
        "highest_price": Decimal(amount),
        "struck": None,
        "available": 20,
        "variant_count": 1,
        "variant_id": 7,
        "is_new": False,
        "rating_average": Decimal("4.6"),
        "rating_count": 41,
    }
    return Card(
        slug=slug_of(name),
        name=name,
        image=image(picture) if picture else None,
        price=Decimal(amount),
        **(given | more),
    )


SWATCHES = tuple(
    Swatch(name, hex_)
    for name, hex_ in (("Sand", "#d8c3a5"), ("Ink", "#2a2f3a"), ("Sage", "#8a9a7b"), ("Clay", "#c2694a"), ("Bare", ""))
)
NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
OFFER = FlashOffer(NOW + timedelta(days=2), 40, 28)

CARDS = (
    _card("Aria headphones", "phones-ink", "129.00", struck=Decimal("179.00"), available=3, flash=OFFER),
    _card(
        "Corner speaker",
        "speaker-sage",
        "240.00",
        variant_id=None,
        variant_count=3,
        highest_price=Decimal("260.00"),
        swatches=SWATCHES,
        brand="Maison Ébène",
    ),
    _card("Dune table lamp", "lamp-sand", "64.00", struck=Decimal("80.00"), is_new=True),
    _card("Everyday mug, 350 ml", "mug-clay", "14.00", is_new=True, rating_count=0),
    _card("Mill counter stool", "stool-sand", "149.00", available=0),
    _card(
        "Teapot for two and a guest who stays a little longer than was planned", "teapot-sky", "1249.00", available=1
    ),
    _card("Nameless object", None, "72.00", variant_id=None, variant_count=2),
    _card("Harbour tote", "tote-rose", "39.50", is_new=True, released_at=NOW + timedelta(days=30), brand="Halden"),
)

HOME = HomePage(
    FRAME,
    HomeView(
        departments=tuple(
            Department(link.name, link.slug, link.product_count, image(picture))
            for link, picture in zip(
                NAVIGATION, ("phones-sky", "lamp-rose", "kettle-sage", "chair-clay", "backpack-ink"), strict=True
            )
        ),
        best_sellers=CARDS[4:],
        new_arrivals=tuple(reversed(CARDS)),
        flash_sale=FlashSaleView("Black Friday, quietly", NOW, OFFER.ends_at, True, CARDS[:1]),
        explore=Listing(CARDS, 60, 1),
    ),
    data=({"@type": "Organization", "name": "</script><b>"},),
)
HOME_BEFORE_SALE = replace(
    HOME,
    home=replace(
        HOME.home,
        flash_sale=FlashSaleView("Next week", NOW, OFFER.ends_at, False, ()),
        categories=HOME.home.departments,
        new_arrivals=CARDS[:2],
        explore=Listing(CARDS, 8, 1),
    ),
)
HOME_WITHOUT_SALE = replace(
    HOME,
    home=replace(HOME.home, flash_sale=None),
    promo=replace(HOME.home.departments[2], wide_picture="/static/img/wide/wide-kitchen-sage-1200.webp"),
)

LISTING = Listing(CARDS, 60, 2)
VIEW = ListView(
    action="/c/audio",
    here="/c/audio?page=2",
    count="60 products",
    groups=(
        FilterGroup(
            "brand",
            "Brand",
            "boxes",
            (Option("skagen", "Skagen & Sons", "12", True, False), Option("otto", "Otto", "0", False, True)),
            tuple(Option(f"brand-{n}", f"Brand {n}", "1", n == 2, False) for n in range(3)),
        ),
        FilterGroup(
            "a.material",
            "Material",
            "boxes",
            tuple(Option(f"Wood {n}", f"Wood {n}", "1", False, False) for n in range(10)),
            toggle=Toggle("Show all 34", "/c/audio?brand=skagen&price_to=100&all=a.material&page=2"),
        ),
        FilterGroup("colour", "Colour", "boxes", (Option("Light grey", "Light grey", "4", False, False, "#c0c0c0"),)),
        FilterGroup("rating", "Rating", "rating", (Option("4", "4 and up", "10,000+", False, False),)),
        FilterGroup("only", "Show only", "switches", (Option("sale", "On sale", "7", False, False),)),
        FilterGroup("a.width", "Width", "boxes", (Option("22.5", "22.5 cm", "3", False, False),)),
    ),
    price=PriceFields("", "100", "", "", Decimal("14.00"), Decimal("1249.00")),
    sorts=(SortOption("relevance", "Most popular", True), SortOption("price", "Price: low to high", False)),
    chips=(Chip("Brand: Skagen & Sons", "/c/audio?price_to=100"), Chip("Up to $100.00", "/c/audio?brand=skagen")),
    clear="/c/audio",
    next_page="/c/audio?brand=skagen&price_to=100&page=3",
    previous_page="/c/audio?brand=skagen&price_to=100",
    is_filtered=True,
)
WHOLE_VIEW = replace(
    VIEW,
    groups=(
        FilterGroup(
            "brand",
            "Brand",
            "boxes",
            tuple(Option(f"brand-{n}", f"Brand {n}", "1", n == 2, False) for n in range(34)),
            toggle=Toggle("Show fewer", "/c/audio"),
        ),
    ),
    hidden=(("all", "brand"),),
    is_whole=True,
)
PLAIN_VIEW = replace(VIEW, chips=(), is_filtered=False, here="/c/audio", previous_page="", next_page="/c/audio?page=2")
CATEGORY = CategoryPage(
    replace(FRAME, path="/c/audio"),
    CategoryView(
        "Audio",
        "audio",
        "Headphones, speakers and radios, chosen for how they sound at low volume.",
        LISTING,
        trail=(CategoryLink("Sound", "sound"),),
        children=(
            Department("Speakers", "speakers", 7, image("speaker-sage")),
            Department("Radios", "radios", 1, None),
        ),
    ),
    LISTING,
    VIEW,
)
NOTHING = Listing((), 0, 1)
LAST = replace(LISTING, page=3)
EMPTY_CATEGORY = replace(CATEGORY, listing=NOTHING, view=replace(PLAIN_VIEW, next_page="", count="0 products"))
NO_HITS = replace(
    CATEGORY,
    listing=NOTHING,
    view=replace(
        VIEW,
        count="0 products",
        next_page="",
        previous_page="",
        ways_out=(Chip("Up to $100.00", "/c/audio?brand=skagen", "12 products"),),
    ),
)
BAD_PRICES = replace(
    CATEGORY,
    view=replace(
        VIEW,
        price=replace(VIEW.price, typed_from="ten", error_from="Enter a price as a number, like 25 or 19.90."),
        notes=("We left out what this shop does not know: “purple”.",),
    ),
)
SEARCH_VIEW = replace(
    VIEW,
    action="/search",
    hidden=(("q", "lamp & <b>"),),
    groups=(
        FilterGroup(
            "category", "Category", "links", (Option("audio", "Audio", "3", True, False, address="/search?q=lamp"),)
        ),
        *VIEW.groups,
    ),
    clear="/search?q=lamp",
    next_page="/search?q=lamp&page=2",
    previous_page="",
)
FOUND = SearchPage(
    replace(FRAME, path="/search", query="lamp & <b>"),
    "lamp & <b>",
    Listing(CARDS[:3], 10_000, 1, is_more=True),
    SEARCH_VIEW,
    corrected="lamps",
    categories=(NAVIGATION[1],),
)
NO_MATCH_VIEW = replace(SEARCH_VIEW, chips=(), groups=(), next_page="", is_filtered=False, count="0 products")
NOT_FOUND = SearchPage(
    replace(FRAME, path="/search", query="x" * 200), "x" * 200, NOTHING, NO_MATCH_VIEW, CARDS[:4], NAVIGATION
)
NO_WORDS = SearchPage(replace(FRAME, path="/search"), "", NOTHING, NO_MATCH_VIEW, CARDS[:4], NAVIGATION)
SUGGESTED = SuggestReply("la", Suggestions(("lamp", "large"), (NAVIGATION[1],), CARDS[:3]))


def _variant(number: int, colour: str, size: str, available: int) -> VariantView:
    options = {"Colour": colour, "Size": size}
    return VariantView(number, f"LMP-{number:04}", f"{colour} / {size}", options, Decimal("64.00"), available)


PRODUCT = ProductView(
    id=1,
    slug="dune-table-lamp",
    name="Dune table lamp",
    description="A linen shade on a turned brass foot.\n\nIt dims to a glow, and its cord has a switch near the hand.",
    category=NAVIGATION[1],
    images=(image("lamp-sand"), image("lamp-sage"), image("lamp-sky")),
    variants=(
        _variant(1, "Sand", "Small", 12),
        _variant(2, "Sand", "Large", 0),
        _variant(3, "Sage", "Small", 4),
        _variant(4, "Sage", "Large", 9),
    ),
    price=Decimal("64.00"),
    rating_average=Decimal("4.75"),
    rating_count=3,
    related=CARDS[:4],
    summary="Soft light where you read.",
    trail=(NAVIGATION[0],),
    brand="Halden",
    brand_slug="halden",
    details=(
        Detail("Material", "text", "Linen, brass"),
        Detail("Height", "number", "42.5", "cm"),
        Detail("Dims", "boolean", "true"),
    ),
    swatches=SWATCHES[:3],
    ratings=(1, 0, 0, 0, 2),
    reviews=(
        ReviewView("Ada L.", 5, "Warm & <b>soft</b>.", NOW),
        ReviewView("", 5, "", NOW - timedelta(days=2)),
        ReviewView("Bo", 1, "Broke on day two.", NOW - timedelta(days=9), "en"),
        ReviewView("Noa L.", 4, "כוס יפה, רק קצת כבדה.", NOW - timedelta(days=12), "he"),
    ),
)


def _groups(colour: str, size: str) -> tuple[OptionGroup, ...]:
    return (
        OptionGroup("Colour", "option.Colour", colour, tuple(Choice(v, v == colour, True) for v in ("Sand", "Sage"))),
        OptionGroup(
            "Size",
            "option.Size",
            size,
            (Choice("Small", size == "Small", True), Choice("Large", size == "Large", colour != "Sand")),
        ),
    )


BUY = BuyBox(PRODUCT, _groups("Sage", "Small"), PRODUCT.variants[2], Decimal("64.00"), Decimal("72.00"), 4)
REVIEWS = ReviewsView(PRODUCT.slug, PRODUCT.name, PRODUCT.rating_average, 3, PRODUCT.ratings, PRODUCT.reviews, 3)
ESTIMATE = EstimateReply(
    PRODUCT.slug,
    (Country("US", "United States"), Country("DE", "Germany")),
    "ZIP code",
    {"country": "US", "postal_code": ""},
    3,
)
PRODUCT_PAGE = ProductPage(
    replace(FRAME, path="/p/dune-table-lamp"),
    PRODUCT,
    BUY,
    PRODUCT.images,
    REVIEWS,
    ESTIMATE,
    ({"@type": "Product", "name": "</script><script>alert(1)</script>"},),
    "http://shop.test/static/img/products/lamp-sage-640.webp",
)
PRODUCT_SOLD_OUT_VARIANT = replace(
    PRODUCT_PAGE, buy=replace(BUY, groups=_groups("Sand", "Large"), variant=PRODUCT.variants[1], available=0)
)
PRODUCT_UNCHOSEN = replace(PRODUCT_PAGE, buy=replace(BUY, groups=_groups("", ""), variant=None, available=0))
PRODUCT_REFUSED = replace(
    PRODUCT_PAGE,
    buy=replace(BUY, quantity="50", message="Only 4 of Dune table lamp are left. Choose a smaller quantity."),
)
SIMPLE = replace(
    PRODUCT,
    images=(),
    variants=(PRODUCT.variants[0],),
    rating_count=0,
    related=(),
    ratings=(0, 0, 0, 0, 0),
    reviews=(),
)
SIMPLE_PAGE = replace(
    PRODUCT_PAGE,
    product=SIMPLE,
    buy=BuyBox(SIMPLE, (), SIMPLE.variants[0], Decimal("64.00"), Decimal("64.00"), 12),
    gallery=(),
    reviews=replace(REVIEWS, ratings=SIMPLE.ratings, reviews=(), total=0),
)


def _with_product(**values: Any) -> ProductPage:
    """The product's page with some of the product changed, in its box, too."""
    product = replace(PRODUCT, **values)
    variant = next((v for v in product.variants if v.id == 3), None)
    struck = variant.struck if variant else None
    return replace(PRODUCT_PAGE, product=product, buy=replace(BUY, product=product, variant=variant, struck=struck))


PRODUCT_IN_SALE = _with_product(
    flash=OFFER, variants=tuple(replace(v, struck=Decimal("80.00")) for v in PRODUCT.variants)
)
PRODUCT_SOLD_OUT = _with_product(variants=tuple(replace(v, available=0) for v in PRODUCT.variants))
PRODUCT_TO_COME = _with_product(released_at=NOW + timedelta(days=30), seller="Harbour goods")
PRODUCT_BY_MAIL = _with_product(is_digital=True)
ANSWERED = replace(
    ESTIMATE,
    values={"country": "US", "postal_code": "10001"},
    options=(
        DeliveryOption("standard", "Standard", "", Decimal("0.00"), date(2026, 11, 26), date(2026, 12, 1), False),
        DeliveryOption("express", "Express", "", Decimal("14.00"), date(2026, 11, 24), date(2026, 11, 24), False),
    ),
)
NOT_REACHED = replace(ANSWERED, options=())
MISTYPED = replace(
    ESTIMATE,
    values={"country": "US", "postal_code": '1"<'},
    errors=(FieldError("postal_code", "Enter the ZIP code, like 10001."), FieldError("country", "Choose a country.")),
)
REVIEWS_PAGE = ReviewsPage(
    replace(FRAME, path="/p/dune-table-lamp/reviews"),
    replace(REVIEWS, ratings=(9, 0, 3, 0, 20), total=32, page=2),
    ({"@type": "BreadcrumbList"},),
)
REVIEWS_BY_STARS = replace(REVIEWS_PAGE, reviews=replace(REVIEWS_PAGE.reviews, stars=5, total=20, page=1))


def _line(number: int, name: str, quantity: int, amount: str, picture: str | None, **more: Any) -> CartLine:
    offer = Offer(
        variant_id=number,
        product_id=number,
        slug=slug_of(name),
        name=name,
        variant=more.pop("variant", ""),
        sku=f"SKU-{number}",
        unit_price=Decimal(more.pop("now", amount)),
        available=more.pop("available", 20),
        is_for_sale=more.pop("is_for_sale", True),
        image_url=image(picture).url if picture else None,
        seller_id=None,
        **more,
    )
    return CartLine(number, number, number, quantity, Decimal(amount), False, offer)


GOOD_LINES = (
    _line(1, "Dune table lamp", 2, "64.00", "lamp-sage", variant="Sage / Small"),
    _line(2, "Everyday mug, 350 ml", 4, "14.00", "mug-clay"),
)
CART = CartPage(PRIVATE, Cart(1, GOOD_LINES), {}, {}, delivery=DeliveryHint(Decimal("4.90"), Decimal("21.50")))
TROUBLED_CART = CartPage(
    replace(PRIVATE, flash=Flash("Removed from your cart: Harbour tote", undo="/cart/items/9")),
    Cart(
        1,
        (
            _line(1, "Dune table lamp", 2, "64.00", "lamp-sage", variant="Sage / Small", now="69.00"),
            _line(2, "Everyday mug, 350 ml", 40, "14.00", "mug-clay", available=6),
            _line(3, "Corner speaker", 1, "240.00", "speaker-ink", is_for_sale=False),
            _line(4, "Mill counter stool", 1, "149.00", None, available=0),
            _line(5, "Teapot for two", 3, "42.00", "teapot-rose", now="38.00"),
        ),
    ),
    {5: "Choose a whole quantity from 1 to 99."},
    {5: "abc"},
    notice="What you wanted has just sold out. Your order was not placed and nothing was charged.",
)
OUT_SOON = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
SPECIAL_LINES = (
    _line(1, "Dune table lamp", 2, "64.00", "lamp-sage", flash=FlashPrice(1, Decimal("49.00"), 3)),
    _line(2, "Everyday mug, 350 ml", 4, "14.00", "mug-clay", flash=FlashPrice(2, Decimal("9.00"), 1)),
    _line(3, "Corner speaker", 1, "240.00", "speaker-ink", released_at=OUT_SOON),
    _line(4, "Gift card", 1, "25.00", None, is_digital=True),
)
SPECIAL_CART = replace(CART, cart=Cart(1, SPECIAL_LINES))
EMPTY_CART = CartPage(replace(PRIVATE, cart_count=0), Cart(1, ()), {}, {})


def _quote(lines: tuple[CartLine, ...], *, prices_include_tax: bool = False) -> Quote:
    totals = price(
        [(line.variant_id, line.quantity, line.price) for line in lines],
        shipping=Decimal("4.90"),
        tax_rate=Decimal("0.0825"),
        prices_include_tax=prices_include_tax,
    )
    return Quote(lines, totals, "Standard", "digest-1")


CHECKOUT = CheckoutPage(
    frame=replace(PRIVATE, path="/checkout"),
    values={"country": "US", "delivery_method": "standard"},
    errors=(),
    countries=(Country("US", "United States"), Country("DE", "Germany")),
    deliveries=(
        DeliveryOption(
            "standard", "Standard", "By parcel post", Decimal("4.90"), date(2026, 11, 26), date(2026, 12, 1), True
        ),
        DeliveryOption("express", "Express", "", Decimal("14.00"), date(2026, 11, 24), date(2026, 11, 24), False),
        DeliveryOption("pickup", "Pick-up point", "", Decimal("0.00"), date(2026, 11, 27), date(2026, 12, 2), False),
    ),
    payments=(
        PaymentOption("cash_on_delivery", "Cash on delivery", "For orders up to $100.00.", False, False),
        PaymentOption(
            "bank_transfer", "Bank transfer", "No fee. You get the account details with your confirmation.", True, True
        ),
    ),
    quote=_quote(GOOD_LINES),
    key="key-1",
    needs_region=True,
    region_label="State",
    postal_code_label="ZIP code",
)
CHECKOUT_WITH_ERRORS = replace(
    CHECKOUT,
    values={
        "email": 'ada@"<example>',
        "full_name": "Ada <Lovelace>",
        "line1": "12 Analytical Way",
        "line2": "",
        "country": "US",
        "postal_code": "1000",
        "note": "",
        "phone": "12",
        "delivery_method": "",
    },
    errors=tuple(
        FieldError(field, message)
        for field, message in (
            ("email", "Enter an email address, like name@example.com."),
            ("line2", "Use at most 120 characters."),
            ("city", "Enter the town or city."),
            ("region", "Enter the state or province, like New York or NY."),
            ("postal_code", "Enter the ZIP code, like 10001."),
            ("phone", "Enter a phone number with its area code, like (201) 555-0123, or leave it empty."),
            ("note", "Use at most 500 characters."),
            ("delivery_method", "Choose a delivery method that reaches this country."),
            ("payment_method", "Choose a payment method."),
            ("country", "Choose a country we deliver to."),
        )
    ),
)
CHECKOUT_CHANGED = replace(
    CHECKOUT,
    is_changed=True,
    changes=changes(TROUBLED_CART.cart),
    quote=_quote(TROUBLED_CART.cart.buyable, prices_include_tax=True),
    shown_total=Decimal("203.44"),
)
CHECKOUT_NO_DELIVERY = replace(
    CHECKOUT, deliveries=(), needs_region=False, notice="This page was open for too long. Please try once more."
)

CHECKOUT_SPECIAL = replace(CHECKOUT, quote=_quote(SPECIAL_CART.cart.buyable))
CHECKOUT_DIGITAL = replace(
    CHECKOUT,
    values={"country": "US", "delivery_method": "none"},
    deliveries=(),
    is_delivered=False,
    quote=replace(_quote(SPECIAL_LINES[3:]), delivery_name=""),
)

ORDER = OrderView(
    id=1,
    number="4F7K2MQ",
    link_version=1,
    status=OrderStatus.PENDING,
    placed_at=datetime(2026, 11, 23, 18, 30, tzinfo=UTC),
    email="ada@example.com",
    phone="+12015550123",
    note="Please ring twice.",
    full_name="Ada <Lovelace>",
    billing_address="12 Analytical Way\nFloor 2\n10001 New York NY\nUS",
    address=Address("Ada <Lovelace>", "12 Analytical Way", "Floor 2", "New York", "NY", "10001", "US"),
    lines=(
        OrderLineView(
            "Dune table lamp",
            "Sage / Small",
            "LMP-0003",
            image("lamp-sage").url,
            2,
            Decimal("64.00"),
            Decimal("128.00"),
        ),
        OrderLineView("Mug & saucer", "", "MUG-0001", None, 4, Decimal("14.00"), Decimal("56.00")),
    ),
    subtotal=Decimal("184.00"),
    discount=Decimal("0.00"),
    shipping=Decimal("4.90"),
    tax=Decimal("15.58"),
    total=Decimal("204.48"),
    prices_include_tax=False,
    currency="USD",
    locale="en_US",
    delivery_name="Standard",
    earliest_delivery=date(2026, 11, 26),
    latest_delivery=date(2026, 12, 1),
    payment_method=PaymentMethod.BANK_TRANSFER,
    payment_status="pending",
)
CASH_ORDER = replace(
    ORDER,
    status=OrderStatus.CONFIRMED,
    payment_method=PaymentMethod.CASH_ON_DELIVERY,
    prices_include_tax=True,
    discount=Decimal("10.00"),
    phone="",
    note="",
)
DIGITAL_ORDER = replace(
    ORDER,
    lines=(
        OrderLineView(
            "Gift & card",
            "",
            "GIFT-25",
            None,
            1,
            Decimal("25.00"),
            Decimal("25.00"),
            released_at=OUT_SOON,
            is_digital=True,
        ),
    ),
    address=None,
    delivery_name="",
    earliest_delivery=None,
    latest_delivery=None,
)
ACCOUNT = "IBAN DE02 1203 0000 0000 2020 51, Exclusive demo account"
ORDER_FRAME = replace(PRIVATE, path="/orders/4F7K2MQ", cart_count=0)
ORDER_PAGE = OrderPage(ORDER_FRAME, ORDER, ACCOUNT)
CASH_ORDER_PAGE = OrderPage(ORDER_FRAME, CASH_ORDER, ACCOUNT)
LAPSED_ORDER_PAGE = OrderPage(ORDER_FRAME, replace(ORDER, status=OrderStatus.LAPSED), ACCOUNT)
CONFIRMATION = OrderConfirmation(
    ORDER, "http://shop.test/orders/4F7K2MQ?key=abc", "Exclusive", "http://shop.test", ACCOUNT
)

DIGITAL_ORDER_PAGE = OrderPage(ORDER_FRAME, DIGITAL_ORDER, ACCOUNT)

MAIL = MailboxEntry(
    "key-1",
    "Exclusive <orders@exclusive.example>",
    "ada@example.com",
    "Your order 4F7K2MQ at Exclusive",
    "Mon, 23 Nov 2026 18:30:02 +0000",
    "Thank you for your order.\n\nOrder number: 4F7K2MQ\n\nhttp://shop.test/orders/4F7K2MQ?key=abc\n",
    ("http://shop.test/orders/4F7K2MQ?key=abc",),
)

TOAST = Flash("Added to your cart: Dune table lamp", link="/cart", link_text="View cart")

FACTS = ShopFacts(
    email="help@shop.test",
    countries=("US", "DE"),
    cash_limit=Decimal("500.00"),
    hold_days=7,
    return_days=14,
    cart_days=30,
    choice_days=365,
    seen_days=30,
    session_days=14,
    request_days=30,
    wait_days=365,
    prices_include_tax=False,
    cookies={name: name for name in COOKIES},
)
TERMS = DeliveryTerms(
    methods=(
        DeliveryMethod("standard", "Standard", "By parcel post", Decimal("4.90"), Decimal("75.00"), 3, 5, ()),
        DeliveryMethod("express", "Express", "", Decimal("14.00"), None, 1, 1, ("US",)),
    ),
    taxes=(CountryTax("US", Decimal("0.0825")), CountryTax("DE", None)),
)
TOPICS = tuple(topic.value for topic in Topic)
CONTACT = ContactPage(replace(FRAME, path="/contact", here="/contact"), TOPICS, {"topic": "order"})
CONTACT_REFUSED = ContactPage(
    replace(PRIVATE, path="/contact", here="/contact"),
    TOPICS,
    {"topic": "", "name": "Ada <b>", "email": "ada@", "message": "Where is it?"},
    (FieldError("topic", "Choose what it is about."), FieldError("email", "Enter an email address.")),
)
CONTACT_TOO_OFTEN = replace(CONTACT_REFUSED, errors=(), notice="Wait 40 minutes, then try again.")
ALONE = replace(PRIVATE, path="/newsletter", newsletter=None)
NEWSLETTER_REFUSED = replace(NEWSLETTER, typed="ada@", error="Enter an email address.")
WITHDRAWAL = WithdrawalPage(ALONE, "7", "k" * 40, "ada@shop.example")
SUBSCRIPTION = SubscriptionPage(ALONE, "confirmation", "7", "k" * 40, "ada@shop.example")
GOOGLE = ProviderLink("google", "Google", ProviderKind.OIDC)
PROVING = ProofPage(
    PRIVATE, "/cart", {"email": "ada@shop.example"}, pending=Pending("google", "Google", "ada@shop.example")
)
PROVING_REFUSED = replace(PROVING, values={"code": "1234"}, errors=(FieldError("code", "That is not the code."),))
IDENTITIES = IdentityList(
    linked=(
        IdentityView(
            1,
            2,
            "github",
            "GitHub",
            ProviderKind.GITHUB,
            "ada@shop.example",
            datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
            datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
        ),
    ),
    offered=(GOOGLE,),
)

WAY_IN: dict[str, Any] = {"frame": PRIVATE, "next": "/checkout?x=1"}
WAY_IN_REFUSED = WAY_IN | {
    "values": {"name": "Ada <b>", "email": 'ada@"'},
    "errors": (FieldError("email", "Enter an address."), FieldError("password", "Use more characters.")),
    "shows_password": True,
}
CODE_SENT = WAY_IN | {"email": "ada@shop.example", "most_mails": 3, "hours": 6}
CODE_WRONG = CODE_SENT | {
    "values": {"code": "1234"},
    "errors": (FieldError("code", "That is not the code."),),
    "hours": 24,
}

KEPT = (
    KeptAddress(
        1,
        Address("Ada <Lovelace>", "12 Analytical Way", "Flat 3", "Austin", "TX", "73301", "US"),
        "+15125550123",
        is_delivery_default=True,
    ),
    KeptAddress(2, Address("Bo Buyer", "5 Rue Longue", "", "Lyon", "", "69001", "FR"), "", is_billing_default=True),
)
OWN_ORDERS = OrderList(
    tuple(
        OrderSummary(
            number,
            status,
            NOW,
            Decimal("203.44"),
            "USD",
            units,
            "Everyday <mug>",
            None,
            PaymentMethod.BANK_TRANSFER,
        )
        for number, status, units in (
            ("4F7K2MQ", OrderStatus.PENDING, 3),
            ("4F7K2MR", OrderStatus.DELIVERED, 1),
            ("4F7K2MS", OrderStatus.LAPSED, 2),
        )
    ),
    23,
    2,
    3,
)
NO_ORDERS = OrderList((), 0, 1, 1)
MINE = replace(PRIVATE, path="/account", is_signed_in=True)
ACCOUNT = AccountPage(
    frame=MINE,
    first_name="Ada",
    email="ada@shop.example",
    orders=OWN_ORDERS,
    is_verified=False,
    has_second_factor=False,
    needs_second_factor=True,
    address_count=2,
    erase_at=NOW,
    office="/desk/",
)
ADDRESSES = AddressesPage(replace(MINE, path="/account/addresses"), KEPT)
ADDRESS = AddressPage(
    frame=replace(MINE, path="/account/addresses/1"),
    values={"full_name": 'Ada "<Lovelace>', "line2": "Flat 3", "country": "US"},
    countries=(Country("US", "United States"), Country("DE", "Germany")),
    needs_region=True,
    region_label="State",
    postal_code_label="ZIP code",
    address_id=1,
    is_delivery_default=True,
)
NEW_ADDRESS = replace(
    ADDRESS,
    address_id=None,
    errors=(FieldError("country", "Choose a country."), FieldError("city", "Enter the town or city.")),
)
PROFILE = ProfilePage(
    frame=replace(MINE, path="/account/profile"),
    values={"first_name": 'Ada "<b>', "language": "de_DE", "theme": "dark", "newsletter": "yes"},
    networks=(ProfileChoice("link_website", "Website"), ProfileChoice("link_x", "X")),
    languages=(ProfileChoice("en_US", "English"), ProfileChoice("de_DE", "Deutsch")),
    currencies=(ProfileChoice("USD", "US Dollar (USD)"),),
    has_picture=True,
    initials="AL",
    links=(ProfileChoice("https://example.com/", "Website"), ProfileChoice("https://x.com/ada", "X")),
    newsletter_wording="About once a month.",
)
PROFILE_REFUSED = replace(
    PROFILE,
    has_picture=False,
    links=(),
    section="about",
    errors=(FieldError("date_of_birth", "Enter a date."), FieldError("link_x", "Enter an address.")),
)
PICTURE_REFUSED = replace(PROFILE, section="picture", errors=(FieldError("picture", "That is no picture."),))
LIKING_REFUSED = replace(
    PROFILE, section="preferences", errors=(FieldError("language", "Choose."), FieldError("theme", "Choose."))
)
CHECKOUT_WITH_BOOK = replace(CHECKOUT, book=KEPT, can_keep=True, values={**CHECKOUT.values, "address": "2"})
CHECKOUT_BESIDE_BOOK = replace(CHECKOUT_WITH_BOOK, values={**CHECKOUT.values, "address": "new"})

STAYS_OFF = FactorState(is_on=False, is_pending=False, is_obligatory=False, codes_left=0)
IS_ON = FactorState(is_on=True, is_pending=False, is_obligatory=False, codes_left=8)
MY_SECRET = SetUp("ABCD EFGH ABCD EFGH ABCD EFGH ABCD EFGH", "otpauth://totp/Exclusive:ada?secret=ABCDEFGH")
SIGN_INS = (
    SignInView(2, "Firefox, Linux", "203.0.113.0/24", NOW, ("pwd", "otp", "mfa"), ""),
    SignInView(0, "Chrome, Windows", "198.51.100.0/24", NOW - timedelta(days=1), (), "", "password"),
    SignInView(0, "", "", NOW - timedelta(days=1), (), "", "second_factor"),
    SignInView(1, "", "", NOW - timedelta(days=2), ("email",), "revoked"),
)
MY_SESSIONS = tuple(
    SessionView(n, device, "localhost", NOW - timedelta(days=n), NOW, ("pwd", "rec", "mfa"))
    for n, device in ((2, "Firefox, Linux"), (1, "Safari, iPhone"))
)
AT_SECURITY = replace(PRIVATE, path="/account/security")
WRONG_CODE = (FieldError("code", "That is not the code."),)
MY_TWO_FACTOR = safety.TwoFactorPage(AT_SECURITY, STAYS_OFF, True, "ada@shop.example", "/account/security")
MY_SECURITY = safety.SecurityPage(AT_SECURITY, "ada@shop.example", "", True, STAYS_OFF, SIGN_INS, 2, IDENTITIES)
MY_EMAIL = safety.EmailPage(AT_SECURITY, "ada@shop.example", "")
MY_PASSWORD = safety.NewPasswordPage(AT_SECURITY, "ada@shop.example", True, 15)
MY_CONFIRM = safety.ConfirmPage(AT_SECURITY, "ada@shop.example", "password", "/account/security")
SAFETY_PAGES: dict[str, tuple[str, Any]] = {
    "security": ("security/show.html", MY_SECURITY),
    "security-staff": (
        "security/show.html",
        replace(MY_SECURITY, factor=replace(STAYS_OFF, is_obligatory=True), pending_email="ada@new.example"),
    ),
    "security-guarded": ("security/show.html", replace(MY_SECURITY, factor=IS_ON, has_password=False)),
    "new-password": ("security/password.html", MY_PASSWORD),
    "new-password-refused": (
        "security/password.html",
        replace(MY_PASSWORD, has_password=False, errors=(FieldError("new_password", "Use at least 15 characters."),)),
    ),
    "email-change": ("security/email.html", MY_EMAIL),
    "email-change-refused": (
        "security/email.html",
        replace(MY_EMAIL, values={"email": "ada@"}, errors=(FieldError("email", "Enter an address."),)),
    ),
    "email-pending": ("security/email.html", replace(MY_EMAIL, pending="ada@new.example")),
    "email-wrong-codes": (
        "security/email.html",
        replace(MY_EMAIL, pending="ada@new.example", errors=(FieldError("old_code", "One is not right."),)),
    ),
    "two-factor": ("two_factor/show.html", MY_TWO_FACTOR),
    "two-factor-set-up": (
        "two_factor/show.html",
        replace(
            MY_TWO_FACTOR, factor=replace(STAYS_OFF, is_pending=True), set_up=MY_SECRET, qr=qr_code(MY_SECRET.address)
        ),
    ),
    "two-factor-refused": (
        "two_factor/show.html",
        replace(
            MY_TWO_FACTOR,
            factor=replace(IS_ON, is_pending=True),
            set_up=MY_SECRET,
            qr=qr_code(MY_SECRET.address),
            errors=WRONG_CODE,
        ),
    ),
    "two-factor-on": ("two_factor/show.html", replace(MY_TWO_FACTOR, factor=IS_ON)),
    "two-factor-on-last": (
        "two_factor/show.html",
        replace(MY_TWO_FACTOR, factor=replace(IS_ON, codes_left=0, is_obligatory=True)),
    ),
    "recovery-codes": (
        "two_factor/codes.html",
        safety.RecoveryCodesPage(AT_SECURITY, ("abcd-efgh-jkmn-pqrs",) * 10, "data:text/plain,abcd", "/admin/", True),
    ),
    "second-step": ("two_factor/sign_in.html", safety.SecondStepPage(PRIVATE, "/cart")),
    "second-step-refused": ("two_factor/sign_in.html", safety.SecondStepPage(PRIVATE, "/cart", WRONG_CODE)),
    "sessions": (
        "sessions/index.html",
        safety.SessionsPage(replace(PRIVATE, path="/account/sessions"), MY_SESSIONS, 2),
    ),
    "sessions-one": ("sessions/index.html", safety.SessionsPage(PRIVATE, MY_SESSIONS[:1], 2)),
    "confirm": ("confirm/show.html", MY_CONFIRM),
    "confirm-factor": (
        "confirm/show.html",
        replace(
            MY_CONFIRM, how="factor", kept=(("email", "<b>"),), errors=(FieldError("confirm_code", "Not the code."),)
        ),
    ),
    "confirm-mail": ("confirm/show.html", replace(MY_CONFIRM, how="mail")),
    "confirm-mail-sent": ("confirm/show.html", replace(MY_CONFIRM, how="mail", is_sent=True)),
}
SAFETY_FRAGMENTS: dict[str, tuple[str, Any]] = {
    "new-password-answered": (
        "security/password.hx.html",
        replace(MY_PASSWORD, errors=(FieldError("new_password", "Use at least 15 characters."),)),
    ),
    "email-answered": ("security/email.hx.html", replace(MY_EMAIL, pending="ada@new.example")),
    "two-factor-answered": ("two_factor/show.hx.html", replace(MY_TWO_FACTOR, factor=IS_ON, errors=WRONG_CODE)),
    "recovery-codes-answered": (
        "two_factor/codes.hx.html",
        safety.RecoveryCodesPage(AT_SECURITY, ("abcd-efgh-jkmn-pqrs",) * 10, "data:text/plain,abcd", "/admin/", True),
    ),
    "second-step-answered": ("two_factor/sign_in.hx.html", safety.SecondStepPage(PRIVATE, "/cart", WRONG_CODE)),
    "sessions-ended": ("sessions/ended.hx.html", safety.SessionsReply(PRIVATE, MY_SESSIONS[:1], 2, TOAST)),
    "confirm-asked": ("confirm/asked.hx.html", replace(MY_CONFIRM, kept=(("email", "ada@new.example"),))),
}

COPY = ExportView(7, ExportState.READY, 20, 20, 12_000, NOW, NOW + timedelta(days=7), True)
EXPORT = ExportPage(replace(MINE, path="/account/export"), COPY)
EXPORT_WAITS = replace(EXPORT, export=replace(COPY, state=ExportState.WAITING, parts_done=7, is_there=False))
DELETION = DeletionPage(replace(MINE, path="/account/deletion"), 14, None, False, True)

PAGES: dict[str, tuple[str, Any]] = SAFETY_PAGES | {
    "export": ("export/show.html", EXPORT),
    "export-none": ("export/show.html", replace(EXPORT, export=None)),
    "export-waits": ("export/show.html", EXPORT_WAITS),
    "export-begins": ("export/show.html", replace(EXPORT, export=replace(EXPORT_WAITS.export, parts=0, parts_done=0))),
    "export-failed": (
        "export/show.html",
        replace(EXPORT, export=replace(COPY, state=ExportState.FAILED, is_there=False), notice="Wait 5 minutes."),
    ),
    "export-expired": ("export/show.html", replace(EXPORT, export=replace(COPY, is_there=False))),
    "deletion": ("deletion/show.html", DELETION),
    "deletion-pending": ("deletion/show.html", replace(DELETION, erase_at=NOW)),
    "deletion-staff": ("deletion/show.html", replace(DELETION, is_staff=True, has_open_orders=False)),
    "sign-up": ("sign_up/show.html", SignUpPage(**WAY_IN)),
    "sign-up-refused": ("sign_up/show.html", SignUpPage(**WAY_IN_REFUSED)),
    "verify": ("verify/show.html", VerifyPage(**CODE_SENT)),
    "verify-refused": ("verify/show.html", VerifyPage(**CODE_WRONG)),
    "verify-elsewhere": ("verify/show.html", VerifyPage(PRIVATE, "/")),
    "sign-in": ("sign_in/show.html", SignInPage(PRIVATE, "/")),
    "sign-in-elsewhere": ("sign_in/show.html", SignInPage(PRIVATE, "/cart", providers=(GOOGLE,))),
    "sign-in-refused": ("sign_in/show.html", SignInPage(**WAY_IN_REFUSED)),
    "sign-in-too-often": ("sign_in/show.html", SignInPage(**WAY_IN, notice="Wait 4 minutes, then try again.")),
    "sign-in-code": ("sign_in_code/show.html", SignInCodePage(**WAY_IN)),
    "sign-in-code-sent": ("sign_in_code/show.html", SignInCodePage(**CODE_SENT)),
    "sign-out": ("sign_out/show.html", SignOutPage(replace(PRIVATE, is_signed_in=True), "/")),
    "sign-out-done": ("sign_out/show.html", SignOutPage(PRIVATE, "/")),
    "password": ("password/show.html", PasswordPage(PRIVATE, "/")),
    "password-by-code": ("password/show.html", PasswordPage(**CODE_SENT)),
    "email-undo": ("email_undo/show.html", EmailUndoPage(PRIVATE, "/", key="7.k", email="ada@shop.example")),
    "email-undo-over": ("email_undo/show.html", EmailUndoPage(PRIVATE, "/")),
    "email-undo-taken": (
        "email_undo/show.html",
        EmailUndoPage(PRIVATE, "/", key="7.k", email="ada@shop.example", is_taken=True),
    ),
    "password-by-link": ("password/show.html", PasswordPage(PRIVATE, "/", token="7." + "t" * 43)),
    "account": ("account/show.html", ACCOUNT),
    "account-new": (
        "account/show.html",
        replace(
            ACCOUNT,
            first_name="",
            orders=NO_ORDERS,
            is_verified=True,
            needs_second_factor=False,
            address_count=0,
            erase_at=None,
            office="/admin/",
        ),
    ),
    "own-orders": ("orders/index.html", OrdersPage(replace(MINE, path="/account/orders"), OWN_ORDERS)),
    "own-orders-none": ("orders/index.html", OrdersPage(replace(MINE, path="/account/orders"), NO_ORDERS)),
    "own-order": ("orders/show.html", replace(ORDER_PAGE, is_own=True)),
    "addresses": ("addresses/index.html", ADDRESSES),
    "addresses-full": ("addresses/index.html", replace(ADDRESSES, is_full=True)),
    "addresses-none": ("addresses/index.html", replace(ADDRESSES, addresses=())),
    "address": ("addresses/edit.html", ADDRESS),
    "address-new": ("addresses/edit.html", NEW_ADDRESS),
    "address-too-many": ("addresses/edit.html", replace(NEW_ADDRESS, errors=(), notice="The book is full.")),
    "profile": ("profile/show.html", PROFILE),
    "profile-refused": ("profile/show.html", PROFILE_REFUSED),
    "profile-picture-refused": ("profile/show.html", PICTURE_REFUSED),
    "profile-liking-refused": ("profile/show.html", LIKING_REFUSED),
    "checkout-with-book": ("checkout/show.html", CHECKOUT_WITH_BOOK),
    "checkout-beside-book": ("checkout/show.html", CHECKOUT_BESIDE_BOOK),
    "about": ("pages/about/show.html", AboutPage(replace(FRAME, path="/about"), FACTS)),
    "faq": ("pages/faq/show.html", FaqPage(replace(FRAME, path="/faq"), FACTS)),
    "delivery": ("pages/delivery/show.html", DeliveryPage(replace(FRAME, path="/delivery"), FACTS, TERMS)),
    "delivery-none": (
        "pages/delivery/show.html",
        DeliveryPage(FRAME, replace(FACTS, prices_include_tax=True), replace(TERMS, methods=())),
    ),
    "privacy": ("pages/privacy/show.html", PrivacyPage(replace(FRAME, path="/privacy"), FACTS)),
    "terms": ("pages/terms/show.html", TermsPage(replace(FRAME, path="/terms"), FACTS)),
    "contact": ("contact/show.html", CONTACT),
    "contact-refused": ("contact/show.html", CONTACT_REFUSED),
    "contact-too-often": ("contact/show.html", CONTACT_TOO_OFTEN),
    "newsletter-refused": ("newsletter/show.html", NewsletterPage(ALONE, NEWSLETTER_REFUSED)),
    "newsletter-confirmation": ("newsletter/edit.html", SUBSCRIPTION),
    "newsletter-confirmed": ("newsletter/edit.html", replace(SUBSCRIPTION, is_done=True)),
    "newsletter-unsubscription": ("newsletter/edit.html", replace(SUBSCRIPTION, step="unsubscription")),
    "requests-withdrawal": ("requests/edit.html", WITHDRAWAL),
    "requests-withdrawn": ("requests/edit.html", replace(WITHDRAWAL, is_done=True)),
    "newsletter-ended": ("newsletter/edit.html", replace(SUBSCRIPTION, step="unsubscription", is_done=True)),
    "home": ("home/show.html", HOME),
    "home-before-sale": ("home/show.html", HOME_BEFORE_SALE),
    "home-without-sale": ("home/show.html", HOME_WITHOUT_SALE),
    "explore": ("explore/show.html", ExplorePage(FRAME, Listing(CARDS, 60, 2))),
    "flash-sale": ("flash_sale/show.html", FlashSalePage(replace(FRAME, path="/flash-sale"), HOME.home.flash_sale)),
    "flash-sale-none": ("flash_sale/show.html", FlashSalePage(replace(FRAME, path="/flash-sale"), None)),
    "seen": ("seen/show.html", SeenPage(PRIVATE, CARDS)),
    "seen-nothing": ("seen/show.html", SeenPage(PRIVATE, ())),
    "home-empty": ("home/show.html", HomePage(replace(FRAME, navigation=()), HomeView((), (), ()))),
    "category": ("category/show.html", CATEGORY),
    "category-empty": ("category/show.html", EMPTY_CATEGORY),
    "category-no-hits": ("category/show.html", NO_HITS),
    "category-bad-prices": ("category/show.html", BAD_PRICES),
    "category-all-of-a-filter": ("category/show.html", replace(CATEGORY, view=WHOLE_VIEW)),
    "category-last-page": ("category/show.html", replace(CATEGORY, listing=LAST, view=replace(VIEW, next_page=""))),
    "search": ("search/show.html", FOUND),
    "search-nothing": ("search/show.html", NOT_FOUND),
    "search-no-words": ("search/show.html", NO_WORDS),
    "product": ("product/show.html", PRODUCT_PAGE),
    "product-sold-out-variant": ("product/show.html", PRODUCT_SOLD_OUT_VARIANT),
    "product-unchosen": ("product/show.html", PRODUCT_UNCHOSEN),
    "product-notify-refused": (
        "product/show.html",
        replace(
            PRODUCT_SOLD_OUT_VARIANT,
            buy=replace(PRODUCT_SOLD_OUT_VARIANT.buy, notify=NotifyForm("ada@", error="Enter an email address.")),
        ),
    ),
    "product-refused": ("product/show.html", PRODUCT_REFUSED),
    "product-simple": ("product/show.html", SIMPLE_PAGE),
    "product-in-sale": ("product/show.html", PRODUCT_IN_SALE),
    "product-sold-out": ("product/show.html", PRODUCT_SOLD_OUT),
    "product-to-come": ("product/show.html", PRODUCT_TO_COME),
    "product-by-mail": ("product/show.html", PRODUCT_BY_MAIL),
    "product-estimated": ("product/show.html", replace(PRODUCT_PAGE, estimate=ANSWERED)),
    "product-mistyped": ("product/show.html", replace(PRODUCT_PAGE, estimate=MISTYPED)),
    "reviews": ("reviews/show.html", REVIEWS_PAGE),
    "reviews-by-stars": ("reviews/show.html", REVIEWS_BY_STARS),
    "cart": ("cart/show.html", CART),
    "cart-troubled": ("cart/show.html", TROUBLED_CART),
    "cart-special": ("cart/show.html", SPECIAL_CART),
    "cart-empty": ("cart/show.html", EMPTY_CART),
    "checkout": ("checkout/show.html", CHECKOUT),
    "checkout-errors": ("checkout/show.html", CHECKOUT_WITH_ERRORS),
    "checkout-changed": ("checkout/show.html", CHECKOUT_CHANGED),
    "checkout-special": ("checkout/show.html", CHECKOUT_SPECIAL),
    "checkout-digital": ("checkout/show.html", CHECKOUT_DIGITAL),
    "checkout-no-delivery": ("checkout/show.html", CHECKOUT_NO_DELIVERY),
    "order": ("orders/show.html", ORDER_PAGE),
    "order-cash": ("orders/show.html", CASH_ORDER_PAGE),
    "order-lapsed": ("orders/show.html", LAPSED_ORDER_PAGE),
    "order-account": (
        "orders/show.html",
        replace(ORDER_PAGE, key="k", offers_account=True, errors=(FieldError("password", "Use more characters."),)),
    ),
    "checkout-signed-in": (
        "checkout/show.html",
        replace(CHECKOUT, account_email="ada@shop.example", frame=replace(CHECKOUT.frame, is_signed_in=True)),
    ),
    "order-digital": ("orders/show.html", DIGITAL_ORDER_PAGE),
    "provider": ("providers/show.html", ProviderPage(PRIVATE, "/cart", provider=GOOGLE)),
    "provider-leaving": (
        "providers/leaving.html",
        LeavingPage(PRIVATE, "/cart", provider=GOOGLE, address="https://google.test/a?b=c&d=e"),
    ),
    "provider-code": ("providers/edit.html", PROVING),
    "provider-code-wrong": ("providers/edit.html", PROVING_REFUSED),
    "provider-address": ("providers/edit.html", replace(PROVING, pending=Pending("google", "Google", ""))),
    "identities": ("providers/index.html", IdentitiesPage(PRIVATE, IDENTITIES)),
    "identities-none": ("providers/index.html", IdentitiesPage(PRIVATE, IdentityList((), ()))),
    "identities-refused": (
        "providers/index.html",
        IdentitiesPage(PRIVATE, replace(IDENTITIES, notice="Set a password first.")),
    ),
    "mailbox": ("mailbox/index.html", MailboxPage(PRIVATE, (MAIL, replace(MAIL, key="key-2")))),
    "mailbox-empty": ("mailbox/index.html", MailboxPage(PRIVATE, ())),
    "mail": ("mailbox/show.html", MailPage(PRIVATE, MAIL)),
    "error-404": (
        "errors/show.html",
        ErrorPage(PRIVATE, 404, "We could not find that page", "The address may be mistyped.", "", CARDS[:4]),
    ),
    "error-500": (
        "errors/show.html",
        ErrorPage(PRIVATE, 500, "Something went wrong", "Please try again in a minute.", "1a2b3c"),
    ),
}
FRAGMENTS: dict[str, tuple[str, Any]] = SAFETY_FRAGMENTS | {
    "export-progress": ("export/progress.hx.html", ExportReply(EXPORT_WAITS)),
    "export-asked": ("export/progress.hx.html", ExportReply(EXPORT, Flash("Asked."))),
    "deletion-changed": ("deletion/changed.hx.html", DeletionReply(replace(DELETION, erase_at=NOW), Flash("Asked."))),
    "sign-up-answered": ("sign_up/answered.hx.html", SignUpPage(**WAY_IN_REFUSED)),
    "verify-answered": ("verify/answered.hx.html", VerifyPage(**CODE_WRONG)),
    "sign-in-answered": ("sign_in/answered.hx.html", SignInPage(**WAY_IN_REFUSED)),
    "sign-in-code-answered": ("sign_in_code/answered.hx.html", SignInCodePage(**CODE_WRONG)),
    "email-undo-answered": ("email_undo/answered.hx.html", EmailUndoPage(PRIVATE, "/", notice="Wait a minute.")),
    "password-answered": ("password/answered.hx.html", PasswordPage(**CODE_WRONG)),
    "addresses-changed": (
        "addresses/changed.hx.html",
        AddressesReply(ADDRESSES, Flash("Deleted.", undo="/account/addresses/2", undoes="addresses")),
    ),
    "address-fields": ("addresses/fields.hx.html", AddressFieldsReply(NEW_ADDRESS)),
    "address-refused": ("addresses/refused.hx.html", NEW_ADDRESS),
    "profile-saved": ("profile/answered.hx.html", ProfileReply(replace(PROFILE, section="about"), Flash("Saved."))),
    "profile-refused-part": ("profile/answered.hx.html", ProfileReply(PROFILE_REFUSED, None)),
    "profile-picture-part": ("profile/answered.hx.html", ProfileReply(PICTURE_REFUSED, None)),
    "profile-liking-part": ("profile/answered.hx.html", ProfileReply(LIKING_REFUSED, None)),
    "checkout-quoted-with-book": ("checkout/quoted.hx.html", QuoteReply(CHECKOUT_WITH_BOOK)),
    "contact-answered": ("contact/answered.hx.html", CONTACT_REFUSED),
    "contact-sent": ("contact/answered.hx.html", replace(CONTACT, is_sent=True)),
    "newsletter-answered": ("newsletter/answered.hx.html", NewsletterReply(PRIVATE, NEWSLETTER_REFUSED)),
    "newsletter-asked": (
        "newsletter/answered.hx.html",
        NewsletterReply(PRIVATE, replace(NEWSLETTER, message="Almost done.")),
    ),
    "provider-code-again": ("providers/answered.hx.html", PROVING_REFUSED),
    "unlinked": ("providers/unlinked.hx.html", IdentitiesReply(PRIVATE, IDENTITIES, Flash("Unlinked."))),
    "toast": ("shared/toast.hx.html", ToastReply(TOAST, FRAME, InCart(99, is_most=True))),
    "toast-error": ("shared/toast.hx.html", ToastReply(Flash("That is sold out.", "error"))),
    "product-notify": ("product/notify.hx.html", NotifyReply(PRODUCT, PRODUCT.variants[1], NotifyForm())),
    "product-notify-again": (
        "product/notify.hx.html",
        NotifyReply(PRODUCT, None, NotifyForm("ada@", error="Choose what you want to hear about.")),
    ),
    "product-notified": (
        "product/notify.hx.html",
        NotifyReply(PRODUCT, PRODUCT.variants[1], NotifyForm(message="Thank you. You get one mail.")),
    ),
    "filtered": ("listing/filtered.hx.html", CATEGORY),
    "filtered-by-form": ("listing/filtered.hx.html", replace(NO_HITS, view=replace(NO_HITS.view, keeps_place=True))),
    "more": ("listing/more.hx.html", CATEGORY),
    "filters": ("listing/filters.hx.html", replace(CATEGORY, view=WHOLE_VIEW)),
    "suggest": ("search/suggest.hx.html", SUGGESTED),
    "suggest-nothing": ("search/suggest.hx.html", SuggestReply("zz", Suggestions())),
    "product-chosen": ("product/chosen.hx.html", PRODUCT_PAGE),
    "product-estimate": ("product/estimated.hx.html", ANSWERED),
    "product-estimate-nowhere": ("product/estimated.hx.html", NOT_REACHED),
    "product-estimate-mistyped": ("product/estimated.hx.html", MISTYPED),
    "product-stock": ("product/stock.hx.html", StockReply(FRAME, BUY, TOAST, InCart(4, is_all=True))),
    "product-stock-refused": ("product/stock.hx.html", StockReply(None, BUY, Flash("That is sold out.", "error"))),
    "explore-more": ("explore/more.hx.html", ExploreReply(Listing(CARDS, 60, 2))),
    "explore-last": ("explore/more.hx.html", ExploreReply(Listing(CARDS, 60, 3))),
    "flash-sale-running": ("flash_sale/section.hx.html", FlashSaleReply(HOME.home.flash_sale)),
    "flash-sale-over": ("flash_sale/section.hx.html", FlashSaleReply(None)),
    "reviews-shown": ("reviews/shown.hx.html", REVIEWS_PAGE),
    "seen-row": ("seen/row.hx.html", SeenReply(CARDS[:3], "mug")),
    "seen-row-nothing": ("seen/row.hx.html", SeenReply((), "mug")),
    "cart-changed": ("cart/changed.hx.html", CartReply(CART, Flash("Removed: Mug", undo="/cart/items/2"))),
    "cart-refused": ("cart/changed.hx.html", CartReply(TROUBLED_CART, None)),
    "cart-sold-out": ("cart/sold_out.hx.html", TROUBLED_CART),
    "checkout-quoted": ("checkout/quoted.hx.html", QuoteReply(CHECKOUT)),
    "order-account-refused": (
        "orders/account.hx.html",
        replace(ORDER_PAGE, key="k", offers_account=True, notice="Wait 4 minutes, then try again."),
    ),
    "checkout-refused": ("checkout/refused.hx.html", CHECKOUT_WITH_ERRORS),
    "checkout-asks-again": ("checkout/refused.hx.html", CHECKOUT_CHANGED),
}
