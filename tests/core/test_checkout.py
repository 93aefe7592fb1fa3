"""Delivery, payment and the digest that ties an order to the page that was shown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cart import Cart, CartLine, Offer
from app.core.checkout import (
    DeliveryHint,
    DeliveryMethod,
    PaymentMethod,
    choose_delivery,
    delivery_hint,
    digest,
    needs_delivery,
    packing_day,
    require_payment_method,
    working_days_after,
)
from app.core.errors import MethodUnavailable
from app.core.pricing import price

STANDARD = DeliveryMethod("standard", "Standard", "", Decimal("5.00"), Decimal("140.00"), 2, 4, ())
EXPRESS = DeliveryMethod("express", "Express", "", Decimal("15.00"), None, 1, 1, ("US",))


def test_the_cheapest_method_is_preselected():
    assert choose_delivery([EXPRESS, STANDARD], None, country="US", subtotal=Decimal("20")) is STANDARD


def test_a_method_that_does_not_reach_the_country_is_not_offered():
    with pytest.raises(MethodUnavailable):
        choose_delivery([EXPRESS, STANDARD], "express", country="DE", subtotal=Decimal("20"))


def test_delivery_is_free_from_the_threshold_on():
    assert STANDARD.cost(Decimal("139.99")) == Decimal("5.00")
    assert STANDARD.cost(Decimal("140.00")) == Decimal("0.00")


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_delivery_falls_on_working_days(day, count):
    arrival = working_days_after(day, count)
    assert arrival >= day
    if count:
        assert arrival.weekday() < 5


def test_a_friday_order_with_two_days_arrives_on_tuesday():
    assert working_days_after(date(2026, 11, 20), 2) == date(2026, 11, 24)


def test_cash_on_delivery_has_a_limit():
    require_payment_method(PaymentMethod.CASH_ON_DELIVERY, Decimal("500.00"), cash_limit=Decimal("500.00"))
    require_payment_method(PaymentMethod.BANK_TRANSFER, Decimal("900.00"), cash_limit=Decimal("500.00"))
    with pytest.raises(MethodUnavailable):
        require_payment_method(PaymentMethod.CASH_ON_DELIVERY, Decimal("500.01"), cash_limit=Decimal("500.00"))


def test_the_digest_changes_with_everything_that_is_paid_for_and_with_nothing_else():
    lines = [(1, 2, Decimal("14.00")), (2, 1, Decimal("3.50"))]
    shipping = Decimal("5.00")

    def shown(lines=lines, shipping=shipping, rate=Decimal("0.0825"), code="standard", currency="USD"):
        totals = price(lines, shipping=shipping, tax_rate=rate, prices_include_tax=False)
        return digest(totals, delivery_code=code, currency=currency)

    same = shown()
    assert same == shown(lines=list(reversed(lines)))
    different = [
        shown(lines=[(1, 3, Decimal("14.00")), lines[1]]),
        shown(lines=[(1, 2, Decimal("14.01")), lines[1]]),
        shown(lines=lines[:1]),
        shown(shipping=Decimal("6.00")),
        shown(rate=Decimal("0.09")),
        shown(code="express"),
        shown(currency="EUR"),
    ]
    assert len({same, *different}) == len(different) + 1


def test_a_method_without_a_free_threshold_always_costs():
    assert replace(STANDARD, free_from=None).cost(Decimal("9999")) == Decimal("5.00")


@pytest.mark.parametrize(
    ("subtotal", "cost", "missing"),
    [("20.00", "5.00", "120.00"), ("139.99", "5.00", "0.01"), ("140.00", "0.00", None), ("500.00", "0.00", None)],
)
def test_a_cart_is_told_what_is_missing_for_free_delivery(subtotal, cost, missing):
    hint = delivery_hint([EXPRESS, STANDARD], Decimal(subtotal), country="US")
    assert hint == DeliveryHint(Decimal(cost), None if missing is None else Decimal(missing))


def test_nothing_is_missing_where_nothing_makes_it_free():
    assert delivery_hint([EXPRESS], Decimal("20.00"), country="US") == DeliveryHint(Decimal("15.00"))
    assert delivery_hint([EXPRESS], Decimal("20.00"), country="DE") is None
    nearest = replace(STANDARD, free_from=Decimal("30.00"))
    assert delivery_hint([STANDARD, nearest], Decimal("20.00"), country="DE") == DeliveryHint(
        Decimal("5.00"), Decimal("10.00")
    )


# Pre-orders and digital goods


def line(*, released: datetime | None = None, digital: bool = False) -> CartLine:
    offer = Offer(1, 1, "x", "X", "", "X-1", Decimal("5.00"), 9, True, None, None, None, released, digital)
    return CartLine(1, 1, 1, 1, Decimal("5.00"), False, offer)


TODAY = date(2026, 11, 25)
OUT = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)


def test_a_parcel_is_packed_when_the_last_of_it_is_out():
    assert packing_day([line()], TODAY) == TODAY
    assert packing_day([line(), line(released=OUT)], TODAY) == date(2026, 12, 21)
    assert packing_day([line(released=datetime(2026, 11, 1, tzinfo=UTC))], TODAY) == TODAY
    assert STANDARD.window(packing_day([line(released=OUT)], TODAY)) == (date(2026, 12, 23), date(2026, 12, 25))


def test_what_comes_by_mail_holds_up_no_parcel():
    assert packing_day([line(), line(released=OUT, digital=True)], TODAY) == TODAY


def test_only_what_can_be_touched_is_delivered():
    assert not needs_delivery([line(digital=True)])
    assert not needs_delivery([])
    assert needs_delivery(Cart(1, (line(digital=True), line())).buyable)


def test_no_courier_collects_where_no_parcel_goes():
    for method, is_refused in ((PaymentMethod.CASH_ON_DELIVERY, True), (PaymentMethod.BANK_TRANSFER, False)):
        try:
            require_payment_method(method, Decimal("5.00"), cash_limit=Decimal("500.00"), is_delivered=False)
        except MethodUnavailable as refusal:
            assert is_refused and refusal.field == "payment_method"
        else:
            assert not is_refused
