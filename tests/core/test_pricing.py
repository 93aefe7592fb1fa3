"""An order's amounts are whole cents and add up, whatever is in it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import CENT, rounded
from app.core.pricing import price, tax_on

amounts = st.decimals(min_value=0, max_value=50_000, places=2)
rates = st.decimals(min_value=0, max_value=Decimal("0.35"), places=4)
line_lists = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 99), amounts), min_size=1, max_size=20)


@given(line_lists, amounts, rates, st.booleans())
def test_the_total_is_the_sum_of_its_parts(lines, shipping, rate, included):
    totals = price(lines, shipping=shipping, tax_rate=rate, prices_include_tax=included)
    assert totals.subtotal == sum(line.total for line in totals.lines)
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + (0 if included else totals.tax)
    assert totals.total >= 0


@given(line_lists, amounts, rates, st.booleans())
def test_every_stored_amount_is_in_whole_cents(lines, shipping, rate, included):
    totals = price(lines, shipping=shipping, tax_rate=rate, prices_include_tax=included)
    stored = [totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.total]
    stored += [amount for line in totals.lines for amount in (line.unit_price, line.total, line.tax, line.discount)]
    assert all(amount == amount.quantize(CENT) for amount in stored)


@given(line_lists, amounts, rates)
def test_the_tax_of_an_invoice_is_the_sum_of_the_tax_of_its_lines_and_of_delivery(lines, shipping, rate):
    totals = price(lines, shipping=shipping, tax_rate=rate, prices_include_tax=False)
    assert totals.tax == sum(line.tax for line in totals.lines) + rounded(shipping * rate)


@given(amounts, rates)
def test_a_gross_price_splits_into_net_and_tax_that_make_it_up_again(amount, rate):
    tax = tax_on(amount, rate, included=True)
    assert 0 <= tax <= amount
    assert abs(tax_on(amount - tax, rate, included=False) - tax) <= CENT


def test_half_a_cent_is_rounded_up():
    assert rounded(Decimal("0.125")) == Decimal("0.13")
    assert rounded(Decimal("0.124")) == Decimal("0.12")


def test_the_worked_example_of_the_handbook():
    totals = price(
        [(1, 2, Decimal("64.00")), (2, 1, Decimal("14.50"))],
        shipping=Decimal("5.90"),
        tax_rate=Decimal("0.0825"),
        prices_include_tax=False,
    )
    assert totals.subtotal == Decimal("142.50")
    assert totals.tax == Decimal("10.56") + Decimal("1.20") + Decimal("0.49")
    assert totals.total == Decimal("160.65")


def test_gross_prices_show_their_tax_without_adding_it():
    totals = price(
        [(1, 1, Decimal("119.00"))], shipping=Decimal("0"), tax_rate=Decimal("0.19"), prices_include_tax=True
    )
    assert totals.tax == Decimal("19.00")
    assert totals.total == Decimal("119.00")
