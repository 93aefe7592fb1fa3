"""What every page and fragment must keep to: structure, names, forms first, and the content security policy."""

import json
import re
from functools import cache

import pytest

from tests.web.markup import Element, parse
from tests.web.rendering import render
from tests.web.sample_pages import FRAGMENTS, PAGES

ALL = PAGES | FRAGMENTS
PATHS = (
    "/",
    r"/c/[\w-]+",
    r"/p/[\w-]+",
    r"/p/[\w-]+/reviews",
    r"/p/[\w-]+/back-in-stock",
    "/flash-sale",
    "/lately-seen",
    "/delivery-estimate",
    "/search",
    "/about",
    "/faq",
    "/delivery",
    "/privacy",
    "/terms",
    "/contact",
    "/theme",
    "/announcement",
    "/newsletter",
    "/newsletter/(?:confirmation|unsubscription)",
    "/sign-up",
    "/verify",
    "/verify/mail",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/code/mail",
    "/sign-out",
    "/account",
    "/email/undo",
    "/password/reset",
    "/password/reset/mail",
    "/back-in-stock/withdrawal",
    r"/oauth/\w+/(?:start|address|address/proof)",
    r"/account/security/providers/[a-z]+(?:/removal)?",
    "/cart",
    "/cart/items",
    r"/cart/items/\d+",
    "/checkout",
    "/checkout/quote",
    "/checkout/sign-in",
    r"/orders/\w+",
    "/account(?:/(?:confirm|security|sessions)[a-z/-]*)?",
    r"/account/sessions/\d+/revocation",
    "/sign-in(?:/two-factor)?",
    "/sign-out",
    r"/orders/\w+/account",
    "/mailbox",
    r"/mailbox/[\w-]+",
    "/account",
    r"/account/(orders|profile|addresses|security|sessions|deletion|export)",
    r"/account/orders/[\w-]+",
    "/account/export/file",
    "/account/deletion/cancellation",
    r"/account/addresses/[\w-]+",
    r"/account/profile/(picture|preferences)",
    "/sign-out",
    "/verify",
    "/styleguide",
    "/admin/",
    "/desk/",
)
ELSEWHERE = ("#", "/static/", "http://shop.test/", "https://google.test/", "mailto:", "otpauth:", "data:text/plain")
ROUTES = re.compile(rf"^(?:/de(?=/))?({'|'.join(PATHS)})(\?.*)?(#.*)?$")
OPEN = (
    "/cart/items",
    "/theme",
    "/announcement",
    "/newsletter",
    "/newsletter/confirmation",
    "/newsletter/unsubscription",
    "/sign-out",
    "/back-in-stock/withdrawal",
)
"""Forms of pages that many share; Sec-Fetch-Site and Origin guard them."""
AUTOCOMPLETE = {
    "email": "email",
    "full_name": "shipping name",
    "line1": "shipping address-line1",
    "line2": "shipping address-line2",
    "city": "shipping address-level2",
    "region": "shipping address-level1",
    "postal_code": "shipping postal-code",
    "country": "shipping country",
    "phone": "shipping tel",
}


@cache
def tree(name: str) -> Element:
    root, faults = parse(render(*ALL[name]))
    assert not faults, faults
    return root


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_title_one_h1_and_its_landmarks(name: str) -> None:
    page = tree(name)
    html = next(page.all("html"))
    assert (html["lang"], html["dir"]) == ("en-US", "ltr")
    assert [title.text.endswith(("– Exclusive", "Exclusive")) for title in page.all("title")] == [True]
    assert len(list(page.all("h1"))) == 1
    assert len([main for main in page.all("main") if main["id"] == "main"]) == 1
    for landmark in ("header", "footer"):
        assert any(element.parent and element.parent.name == "body" for element in page.all(landmark))
    for navigation in page.all("nav"):
        assert navigation["aria-label"] or page.by_id(navigation["aria-labelledby"]).text


@pytest.mark.parametrize("name", PAGES)
def test_headings_skip_no_level(name: str) -> None:
    levels = [int(heading.name[1]) for heading in next(tree(name).all("main")).all("h1", "h2", "h3")]
    before_h1 = levels[: levels.index(1)]
    assert before_h1 in ([], [2])  # an error summary stands above the h1
    for above, below in zip([1, *levels], levels, strict=False):
        assert below <= above + 1


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_references_meet_them(name: str) -> None:
    page = tree(name)
    ids = [element["id"] for element in page.all() if "id" in element]
    assert len(ids) == len(set(ids))
    for element in page.all():
        for reference in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            assert set(element[reference].split()) <= set(ids), element
        if element.name == "a" and element["href"].startswith("#"):
            assert element["href"][1:] in ids, element


@pytest.mark.parametrize("name", ALL)
def test_nothing_inline_and_nothing_foreign(name: str) -> None:
    for element in tree(name).all():
        assert element.name != "style", element
        if element["type"] == "application/ld+json":
            assert json.loads(element.text), element
            continue
        assert element.name != "script" or (element["src"].startswith("/static/") and not element.text)
        for attribute, value in element.attributes.items():
            assert attribute != "style", element
            assert not attribute.startswith("on"), element
            assert not attribute.startswith("hx-on"), element
            assert "js:" not in value and "javascript:" not in value, element
            if attribute in ("src", "action", "formaction") or (
                attribute == "href" and element.name in ("link", "use")
            ):
                assert value.startswith(("/", "http://shop.test", "https://schema.org/")), element
            if attribute == "hx-trigger":
                assert "[" not in value, element


@pytest.mark.parametrize("name", ALL)
def test_every_htmx_address_is_also_a_form_or_link(name: str) -> None:
    """A page's own address counts as linked: it is what reloading asks for."""
    links = {(link["href"].removeprefix("http://shop.test"), "get") for link in tree(name).all("a", "link")}
    for element in tree(name).all():
        for attribute in ("hx-get", "hx-post"):
            if attribute not in element:
                continue
            if element.name == "a":
                assert (element[attribute], attribute) == (element["href"], "hx-get"), element
                continue
            form = element if element.name == "form" else element.up("form")
            if "form" in element:
                form = tree(name).by_id(element["form"])
            buttons = list(form.all("button")) if form else []
            plain = links | ({(form["action"], form["method"])} if form else set())
            plain |= {(button["formaction"], button["formmethod"] or form["method"]) for button in buttons if form}
            if name.startswith("checkout-quoted"):  # parts of the form, which is on the page already
                continue
            assert (element[attribute], attribute.removeprefix("hx-")) in plain, element


@pytest.mark.parametrize("name", ALL)
def test_links_and_forms_lead_to_pages_that_exist(name: str) -> None:
    for element in tree(name).all("a", "form", "button"):
        for attribute in ("href", "action", "formaction"):
            target = element[attribute]
            if (
                target.startswith(
                    (
                        "#",
                        "/static/",
                        "http://shop.test/",
                        "https://google.test/",
                        "mailto:",
                        "otpauth:",
                        "data:text/plain",
                    )
                )
                or not target
            ):
                assert target or attribute not in element or element.name == "button", element
                continue
            if target.startswith("https://") and "nofollow" in element["rel"]:
                continue  # a link of somebody's profile
            assert ROUTES.match(target), element


@pytest.mark.parametrize("name", ALL)
def test_fields_have_names_for_everyone(name: str) -> None:
    page = tree(name)
    labels = {label["for"]: label.text for label in page.all("label") if "for" in label}
    for control in page.all("input", "select", "textarea"):
        if control["type"] == "hidden":
            continue
        wrapped = control.up("label")
        assert labels.get(control["id"]) or control["aria-label"] or (wrapped and wrapped.text), control
        assert control["type"] not in ("number", "submit", "image"), control
    for image in page.all("img"):
        assert "alt" in image and image["width"] and image["height"], image
    for icon in page.all("svg"):
        assert icon["aria-hidden"] == "true", icon
    for button in page.all("button"):
        assert button.text or button["aria-label"], button


@pytest.mark.parametrize(
    "name", [name for name in ALL if name.startswith(("cart", "checkout", "sign-", "verify", "password"))]
)
def test_private_forms_carry_the_token_and_public_ones_do_not(name: str) -> None:
    forms = [form for form in tree(name).all("form") if form["method"] == "post"]
    for form in forms:
        names = [control["name"] for control in form.all("input")]
        assert ("csrf_token" in names) == (form["action"] not in OPEN), form
    assert not any("csrf_token" in str(list(tree(public).all("input"))) for public in ("home", "category", "product"))


def test_button_that_adds_says_so_first() -> None:
    for name in ("home", "category", "product", "product-simple"):
        adding = [form for form in tree(name).all("form") if form["action"] == "/cart/items"]
        assert adding
        for form in adding:
            button = next(b for b in form.all("button") if "formaction" not in b and b["type"] != "button")
            assert button.text.startswith(("Add to cart: ", "Pre-order: ")), button.text
            assert "hx-post" in form and form["hx-swap"] == "none"


def test_cards_offer_what_is_possible() -> None:
    cards = {card.text.split(" $")[0]: card for card in tree("category").all("article")}
    sold_out = next(card for text, card in cards.items() if "Mill counter stool" in text)
    assert not list(sold_out.all("form")) and "Sold out" in sold_out.text
    assert "Notify me: Mill counter stool" in sold_out.text
    choice = next(card for text, card in cards.items() if "Corner speaker" in text)
    assert "Choose options: Corner speaker" in choice.text and "From $240.00" in choice.text
    assert "Colours: Sand, Ink, Sage, Clay, Bare" in choice.text and "+1" in choice.text
    assert len([dot for dot in choice.all("svg") if dot["class"] == "swatch"]) == 4
    to_come = next(card for text, card in cards.items() if "Harbour tote" in text)
    assert "Pre-order: Harbour tote" in to_come.text and "Out on December 23, 2026" in to_come.text
    reduced = next(card for text, card in cards.items() if "Aria" in text)
    assert "−27%" in reduced.text and "Regular price $179.00" in reduced.text and "Only 3 left" in reduced.text
    for image in tree("category").all("img"):
        assert image["alt"] == ""


def test_product_form_sends_options_and_quantity() -> None:
    form = next(form for form in tree("product").by_id("buy").all("form"))
    sent = {
        field["name"]: field["value"] for field in form.all("input") if field["type"] != "radio" or "checked" in field
    }
    assert sent == {
        "product": "dune-table-lamp",
        "left": "4",
        "option.Colour": "Sage",
        "option.Size": "Small",
        "quantity": "1",
    }
    choose = next(button for button in form.all("button") if "formaction" in button)
    assert (choose["formaction"], choose["formmethod"]) == ("/p/dune-table-lamp", "get")


def test_product_without_the_wanted_variant_cannot_be_added() -> None:
    for name, said in (("product-sold-out-variant", "Sold out"), ("product-unchosen", "Choose your options")):
        box = tree(name).by_id("buy")
        assert said in box.text
    assert "Add to cart" not in tree("product-sold-out-variant").by_id("buy").text
    refused = tree("product-refused").by_id("buy")
    assert "Error: Only 4 of Dune table lamp are left." in refused.text
    assert next(field for field in refused.all("input") if field["name"] == "quantity")["value"] == "50"


def test_checkout_fields_are_what_browsers_expect() -> None:
    form = tree("checkout").by_id("checkout-form")
    controls = {control["name"]: control for control in form.all("input", "select", "textarea")}
    assert {name: controls[name]["autocomplete"] for name in AUTOCOMPLETE} == AUTOCOMPLETE
    assert (controls["email"]["type"], controls["phone"]["type"]) == ("email", "tel")
    assert controls["postal_code"]["inputmode"] == "numeric"
    hidden = {name for name, control in controls.items() if control["type"] == "hidden"}
    assert hidden == {"csrf_token", "key", "digest", "total", "prices"}
    in_details = {"line2", "note"}
    assert {name for name, control in controls.items() if control.up("details")} == in_details
    visible = [name for name in AUTOCOMPLETE if name not in in_details]
    assert len(visible) <= 8
    assert "novalidate" in form
    assert "Place order – $204.48" in [button.text for button in form.all("button")]


def test_checkout_errors_stand_in_the_summary_and_at_the_field() -> None:
    page = tree("checkout-errors")
    assert next(page.all("title")).text.startswith("Error: ")
    summary = next(element for element in page.all("div") if element["role"] == "alert")
    assert "autofocus" in summary and summary["tabindex"] == "-1"
    errors = PAGES["checkout-errors"][1].errors
    assert [(link["href"], link.text) for link in summary.all("a")] == [(f"#{e.field}", e.message) for e in errors]
    for error in errors:
        control = page.by_id(error.field)
        assert f"{error.field}-error" in control["aria-describedby"].split(), control
        assert page.by_id(f"{error.field}-error").text == f"Error: {error.message}"
    assert page.by_id("email")["value"] == 'ada@"<example>'
    assert page.by_id("full_name")["value"] == "Ada <Lovelace>"
    opened = [details for details in page.all("details") if "open" in details]
    assert len(opened) == 2


def test_changed_order_names_each_change_and_asks_again() -> None:
    page = tree("checkout-changed")
    box = next(element for element in page.all("div") if element["role"] == "alert")
    said = [item.text for item in box.all("li")]
    assert "Dune table lamp, Sage / Small: the price was $64.00 and is now $69.00." in said
    assert "Everyday mug, 350 ml: only 6 left." in said
    assert "Corner speaker is no longer sold." in said
    assert "Mill counter stool is sold out." in said
    assert any(line.startswith("The total was $203.44 and is now ") for line in said)
    assert any(button.text.startswith("Confirm and place order – $") for button in page.all("button"))


def test_cart_lines_explain_themselves() -> None:
    cart = tree("cart-troubled").by_id("cart")
    lines = {line["id"]: line.text for line in cart.all("li") if line["id"].startswith("line-")}
    assert "The price changed from $64.00 to $69.00" in lines["line-1"]
    assert "Only 6 left. Your order takes those 6." in lines["line-2"] and "$84.00" in lines["line-2"]
    assert "No longer sold." in lines["line-3"] and "Update" not in lines["line-3"]
    assert "Sold out for now." in lines["line-4"]
    assert "Error: Choose a whole quantity from 1 to 99." in lines["line-5"]
    assert cart.by_id("quantity-5")["value"] == "abc"
    assert "From $4.90" in tree("cart").by_id("cart").text


def test_order_page_tells_how_to_pay_only_while_that_is_open() -> None:
    assert "IBAN DE02" in tree("order").text and "Thu, Nov 26" in tree("order").text
    assert "IBAN DE02" not in tree("order-cash").text
    assert "IBAN DE02" not in tree("order-lapsed").text and "There is nothing to pay" in tree("order-lapsed").text
    assert "Ada <Lovelace>" in tree("order").text


def test_fragments_swap_what_they_say() -> None:
    def parts(name: str) -> list[tuple[str, str]]:
        return [(part["hx-target"], part["hx-swap"]) for part in tree(name).all("hx-partial")]

    assert parts("toast") == [("#cart-link", "outerHTML"), ("#in-cart", "outerHTML"), ("#toasts", "beforeend")]
    assert parts("toast-error") == [("#toasts", "beforeend")]
    assert parts("cart-changed") == [("#cart-link", "outerHTML"), ("#toasts", "beforeend")]
    assert parts("cart-refused") == [("#cart-link", "outerHTML")]
    quoted = ["#place-fields", "#deliveries", "#payments", "#summary", "#place"]
    assert parts("checkout-quoted") == [(target, "outerMorph") for target in quoted]
    for part in (part for name in FRAGMENTS for part in tree(name).all("hx-partial") if part["hx-target"] != "#toasts"):
        root = next(child for child in part.children if isinstance(child, Element))
        assert f"#{root['id']}" == part["hx-target"]
    assert parts("filtered") == [("#count", "outerMorph"), ("#filters", "outerHTML")]
    assert parts("filtered-by-form") == [("#count", "outerMorph"), ("#filters", "outerMorph")]
    assert parts("more") == [("#more", "outerHTML")]
    for name, root_id in (
        ("product-chosen", "buy"),
        ("filtered", "results"),
        ("cart-changed", "cart"),
        ("checkout-refused", "checkout"),
    ):
        roots = [child for child in tree(name).children if isinstance(child, Element)]
        assert [root["id"] for root in roots if root.name == "div"] == [root_id]


def test_a_page_of_a_right_to_left_language_says_so() -> None:
    from dataclasses import replace

    from tests.web.sample_pages import CART

    root, _ = parse(render("cart/show.html", replace(CART, frame=replace(CART.frame, locale="ar_EG"))))
    html = next(root.all("html"))
    assert (html["lang"], html["dir"]) == ("ar-EG", "rtl")


def test_last_resort_needs_no_data() -> None:
    from tests.web.rendering import environment

    html = (
        environment()
        .get_template("errors/plain.html")
        .render(
            status=503,
            title="We will be right back",
            next_step="Please wait.",
            request_id="",
            shop_name="Exclusive",
            theme="dark",
        )
    )
    root, faults = parse(html)
    assert not faults
    assert next(root.all("h1")).text == "We will be right back"
