"""The order mail says in its text and in its HTML what the order's page says."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from app.adapters.mail.jinja_renderer import JinjaMailRenderer
from app.core.emails import EmailKind
from app.ports.emails import RenderedEmail
from app.ports.mail import MailRenderer
from app.ports.mail_contexts import BackInStock, OrderConfirmation
from app.ports.requests import RequestedGoods
from tests.web.markup import parse
from tests.web.rendering import environment
from tests.web.sample_pages import CASH_ORDER, CONFIRMATION, DIGITAL_ORDER


def rendered(context: OrderConfirmation | BackInStock, locale: str = "en_US") -> RenderedEmail:
    renderer: MailRenderer = JinjaMailRenderer(environment())
    kind = EmailKind.BACK_IN_STOCK if isinstance(context, BackInStock) else EmailKind.ORDER_CONFIRMATION
    return renderer.render(kind, locale=locale, context=context)


def test_both_bodies_carry_number_lines_totals_address_window_and_link() -> None:
    mail = rendered(CONFIRMATION)
    assert mail.subject == "Your order 4F7K2MQ at Exclusive"
    root, faults = parse(mail.html)
    assert not faults
    for body in (mail.text, root.text):
        for said in (
            "4F7K2MQ",
            "November 23, 2026",
            "Dune table lamp, Sage / Small",
            "Mug & saucer",
            "$128.00",
            "$184.00",
            "$4.90",
            "$15.58",
            "$204.48",
            "Ada <Lovelace>",
            "12 Analytical Way",
            "Floor 2",
            "New York, NY 10001",
            "United States",
            "Thu, Nov 26",
            "Standard",
            "Bank transfer",
            "IBAN DE02 1203 0000 0000 2020 51",
        ):
            assert said in body, said
    assert CONFIRMATION.link in mail.text
    assert CONFIRMATION.link in [link["href"] for link in root.all("a")]


def test_cash_order_names_no_account_and_shows_the_tax_inside() -> None:
    mail = rendered(replace(CONFIRMATION, order=CASH_ORDER))
    for body in (mail.text, mail.html):
        assert "IBAN" not in body
        assert "Cash on delivery" in body
        assert "Tax in the total" in body
        assert "$10.00" in body


def test_a_name_cannot_start_a_header() -> None:
    mail = rendered(replace(CONFIRMATION, shop_name="Exclusive\r\nBcc: everyone@example.com"))
    assert "\n" not in mail.subject and "\r" not in mail.subject


DIGITAL = replace(CONFIRMATION, order=DIGITAL_ORDER)
BACK = BackInStock(
    RequestedGoods("Mug & saucer", "Sage / L", "mug", {"Size": "L"}, Decimal("14.00"), 3, "en_US"),
    "http://shop.test/p/mug?option.Size=L",
    "http://shop.test/back-in-stock/withdrawal?id=7&key=k",
    "Exclusive",
    "http://shop.test",
)


def test_an_order_of_what_comes_by_mail_speaks_of_no_delivery() -> None:
    mail = rendered(DIGITAL)
    root, faults = parse(mail.html)
    assert not faults
    for body in (mail.text, root.text):
        assert "Pre-order, out on December 24, 2026" in body
        assert "12 Analytical Way" in body
        assert "delivery" not in body.lower()


def test_back_in_stock_is_told_with_price_and_link() -> None:
    mail = rendered(BACK)
    root, faults = parse(mail.html)
    assert not faults
    assert mail.subject == "Back in stock: Mug & saucer"
    assert BACK.link in mail.text and BACK.link in [link["href"] for link in root.all("a")]
    for body in (mail.text, root.text):
        for said in ("Mug & saucer, Sage / L", "$14.00", "Only 3 left at the moment", "It is the only one"):
            assert said in body
    assert "left at the moment" not in rendered(replace(BACK, goods=replace(BACK.goods, available=40))).text


@pytest.mark.parametrize("mail", [CONFIRMATION, DIGITAL, BACK], ids=["order", "digital", "back in stock"])
def test_text_has_no_mark_up_and_no_gaps(mail: OrderConfirmation | BackInStock) -> None:
    text = rendered(mail).text
    assert not re.search(r"</?[a-z]+>|&(amp|lt|gt|#\d+);", text)
    assert "\n\n\n" not in text
    assert all(line == line.rstrip() or line == "-- " for line in text.splitlines())


def test_html_loads_nothing_and_speaks_its_language() -> None:
    root, _ = parse(rendered(CONFIRMATION, "de_DE").html)
    assert next(root.all("html"))["lang"] == "de-DE"
    assert not list(root.all("img", "script", "link", "iframe"))
    assert not any("style" in element for element in root.all())
    assert "204,48" in root.text
