"""What may be put into a cart, and what it says about things that changed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cart import (
    MAX_LINES,
    MAX_QUANTITY,
    Cart,
    CartLine,
    FlashPrice,
    Merging,
    Offer,
    add,
    change,
    changes,
    merge,
    remove,
    restore,
    with_line,
)
from app.core.errors import CartFull, NotEnoughStock, NotForSale, NotFound, QuantityOutOfRange

OFFER = Offer(
    variant_id=1,
    product_id=1,
    slug="mug",
    name="Mug",
    variant="Red",
    sku="MUG-R",
    unit_price=Decimal("14.00"),
    available=10,
    is_for_sale=True,
    image_url=None,
    seller_id=None,
)


def cart_with(quantity: int, **offer: object) -> Cart:
    line = add(Cart(1), OFFER, quantity)
    return Cart(1, (replace(line, id=7, offer=replace(OFFER, **offer)),))


def test_adding_the_same_thing_twice_makes_one_line():
    cart = cart_with(2)
    line = add(cart, OFFER, 3)
    assert line.quantity == 5
    assert with_line(cart, line).count == 5


@given(st.integers(1, MAX_QUANTITY), st.integers(0, 200), st.integers(1, MAX_QUANTITY))
def test_a_cart_never_takes_more_than_there_is(in_cart, available, more):
    cart = Cart(1, (CartLine(7, 1, 1, in_cart, OFFER.unit_price, False, OFFER),))
    offer = replace(OFFER, available=available)
    try:
        line = add(cart, offer, more)
    except NotEnoughStock as refusal:
        assert in_cart + more > available
        assert refusal.available == available
    except QuantityOutOfRange:
        assert in_cart + more > MAX_QUANTITY
    else:
        assert line.quantity == in_cart + more <= min(available, MAX_QUANTITY)


@pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1, 10**9])
def test_a_quantity_out_of_range_is_refused(quantity):
    with pytest.raises(QuantityOutOfRange):
        add(Cart(1), replace(OFFER, available=10**9), quantity)
    with pytest.raises(QuantityOutOfRange):
        change(cart_with(1), cart_with(1).lines[0], quantity)


def test_what_is_not_for_sale_cannot_be_added_changed_or_restored():
    gone = replace(OFFER, is_for_sale=False)
    line = cart_with(1, is_for_sale=False).lines[0]
    for refused in (lambda: add(Cart(1), gone, 1), lambda: change(Cart(1), line, 2), lambda: restore(remove(line))):
        with pytest.raises(NotForSale):
            refused()


def test_a_removed_line_comes_back_with_what_is_left():
    removed = remove(cart_with(4).lines[0])
    assert Cart(1, (removed,)).count == 0
    assert restore(replace(removed, offer=replace(OFFER, available=3))).quantity == 3
    with pytest.raises(NotEnoughStock):
        restore(replace(removed, offer=replace(OFFER, available=0)))


def test_adding_what_was_removed_starts_afresh():
    removed = Cart(1, (remove(cart_with(4).lines[0]),))
    assert add(removed, OFFER, 1).quantity == 1


def test_a_line_that_became_unavailable_stays_and_blocks_only_itself():
    cart = with_line(cart_with(1, is_for_sale=False), add(Cart(1), replace(OFFER, variant_id=2), 2))
    assert len(cart.shown) == 2
    assert [line.variant_id for line in cart.buyable] == [2]
    assert cart.subtotal == Decimal("28.00")


def test_an_order_takes_no_more_than_is_left():
    cart = cart_with(5, available=2)
    assert [line.quantity for line in cart.buyable] == [2]
    assert cart.subtotal == Decimal("28.00")


def test_changes_name_price_stock_and_what_is_gone():
    assert changes(cart_with(2)) == ()
    (dearer,) = changes(cart_with(2, unit_price=Decimal("15.00")))
    assert (dearer.old_price, dearer.new_price) == (Decimal("14.00"), Decimal("15.00"))
    (short,) = changes(cart_with(2, available=1))
    assert short.available == 1
    (gone,) = changes(cart_with(2, is_for_sale=False))
    assert not gone.for_sale


def test_changing_a_quantity_accepts_the_price_of_today():
    cart = cart_with(2, unit_price=Decimal("15.00"))
    line = change(cart, cart.lines[0], 2)
    assert not line.has_new_price


def test_somebody_elses_line_is_not_found():
    with pytest.raises(NotFound):
        cart_with(1).line(8)


def test_a_cart_has_room_for_a_hundred_things():
    lines = tuple(replace(add(Cart(1), replace(OFFER, variant_id=n), 1), id=n) for n in range(1, MAX_LINES + 1))
    with pytest.raises(CartFull):
        add(Cart(1, lines), replace(OFFER, variant_id=MAX_LINES + 1), 1)


# Flash sales

SALE = FlashPrice(item_id=5, unit_price=Decimal("9.00"), left=4)


def line_of(variant: int, quantity: int, *, sale: FlashPrice | None = SALE, **offer: object) -> CartLine:
    of = replace(OFFER, variant_id=variant, flash=sale, **offer)
    return CartLine(variant, variant, 1, quantity, OFFER.unit_price, False, of)


def prices(*lines: CartLine) -> list[Decimal]:
    return [line.price for line in Cart(1, lines).lines]


def test_a_line_costs_the_sale_price_as_long_as_all_its_units_do():
    assert prices(line_of(1, 4)) == [Decimal("9.00")]
    assert prices(line_of(1, 5)) == [Decimal("14.00")]
    assert prices(line_of(1, 4, sale=None)) == [Decimal("14.00")]


def test_a_line_that_wants_too_many_says_how_many_are_left():
    (line,) = Cart(1, (line_of(1, 5),)).lines
    assert (line.misses_sale, line.sale_left) == (True, 4)
    (line,) = Cart(1, (line_of(1, 4),)).lines
    assert not line.misses_sale


def test_only_what_an_order_would_take_uses_up_the_sale():
    assert prices(line_of(1, 50, available=3)) == [Decimal("9.00")]
    assert prices(line_of(1, 4, available=0), line_of(2, 4)) == [Decimal("14.00"), Decimal("9.00")]
    assert prices(replace(line_of(1, 4), is_removed=True), line_of(2, 4))[1] == Decimal("9.00")


def test_variants_of_one_product_share_the_units_in_the_order_of_the_cart():
    assert prices(line_of(1, 3), line_of(2, 2)) == [Decimal("9.00"), Decimal("14.00")]
    assert prices(line_of(1, 3), line_of(2, 1)) == [Decimal("9.00"), Decimal("9.00")]
    assert prices(line_of(1, 5), line_of(2, 4)) == [Decimal("14.00"), Decimal("9.00")]
    other = replace(SALE, item_id=6)
    assert prices(line_of(1, 3), line_of(2, 2, sale=other)) == [Decimal("9.00"), Decimal("9.00")]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=6), st.integers(0, 12))
def test_no_cart_gets_more_units_at_the_sale_price_than_are_left(wanted, left):
    sale = replace(SALE, left=left)
    cart = Cart(1, tuple(line_of(n, units, sale=sale, available=there) for n, (units, there) in enumerate(wanted, 1)))
    assert sum(line.units for line in cart.buyable if line.flash) <= left
    assert cart.subtotal == sum(line.total for line in cart.buyable)
    assert Cart(1, cart.lines) == cart


def test_the_price_of_the_sale_counts_as_seen_once_units_are_chosen():
    offer = replace(OFFER, flash=SALE)
    line = add(Cart(1), offer, 2)
    assert line.unit_price == Decimal("9.00")
    cart = with_line(Cart(1), line)
    assert changes(cart) == ()
    more = add(cart, offer, 3)
    assert (more.quantity, more.unit_price) == (5, Decimal("14.00"))
    fewer = change(with_line(cart, more), more, 4)
    assert fewer.unit_price == Decimal("9.00")


def test_a_sale_that_ended_is_a_change_of_price():
    line = add(Cart(1), replace(OFFER, flash=SALE), 2)
    (found,) = changes(Cart(1, (replace(line, offer=OFFER),)))
    assert (found.old_price, found.new_price) == (Decimal("9.00"), Decimal("14.00"))


def brought(variant: int, quantity: int, *, available: int = 10, seen: str = "14.00", **offer: object) -> CartLine:
    mine = replace(OFFER, variant_id=variant, name=f"Thing {variant}", available=available, **offer)
    return CartLine(variant, variant, 1, quantity, Decimal(seen), False, mine)


LINES = st.lists(
    st.builds(brought, st.integers(1, 6), st.integers(1, MAX_QUANTITY), available=st.integers(0, 120)),
    max_size=6,
    unique_by=lambda line: line.variant_id,
)


@given(LINES, LINES)
def test_two_carts_become_one_that_holds_no_more_than_there_is(own, guest):
    merged = merge(Cart(1, tuple(own)), Cart(2, tuple(guest)))
    had = {line.variant_id: line.quantity for line in own}
    new = {line.variant_id: line.quantity for line in guest if line.can_be_bought}
    assert [line.variant_id for line in merged.lines] == sorted(new)
    for line in merged.lines:
        wanted = had.get(line.variant_id, 0) + new[line.variant_id]
        assert line.quantity == min(wanted, MAX_QUANTITY, line.offer.available)
        assert (line.quantity < wanted) == any(
            change.how is Merging.LOWERED and change.name == line.offer.name for change in merged.changes
        )
    left_out = {line.offer.name for line in guest if not line.can_be_bought and line.variant_id not in had}
    assert {change.name for change in merged.changes if change.how is Merging.SOLD_OUT} == left_out


def test_what_the_guest_removed_stays_away_and_what_the_person_removed_comes_back():
    own, guest = brought(1, 5), brought(2, 3)
    merged = merge(Cart(1, (remove(own),)), Cart(2, (brought(1, 2), remove(guest))))
    assert [(line.variant_id, line.quantity, line.is_removed) for line in merged.lines] == [(1, 2, False)]
    assert merged.changes == () and not merged.found_others


def test_of_two_prices_seen_the_guests_was_seen_last():
    merged = merge(Cart(1, (brought(1, 1, seen="10.00"),)), Cart(2, (brought(1, 1, seen="14.00"),)))
    assert merged.lines[0].unit_price == Decimal("14.00") and not merged.lines[0].has_new_price
    merged = merge(Cart(1), Cart(2, (brought(1, 1, seen="10.00"),)))
    assert [change.how for change in merged.changes] == [Merging.NEW_PRICE] and merged.lines[0].has_new_price


def test_a_full_cart_takes_no_more_things_but_more_of_them():
    own = Cart(1, tuple(brought(number, 1) for number in range(1, MAX_LINES + 1)))
    merged = merge(own, Cart(2, (brought(1, 1), brought(999, 1), brought(998, 1, is_for_sale=False))))
    assert [line.variant_id for line in merged.lines] == [1]
    assert {change.how for change in merged.changes} == {Merging.ADDED_UP, Merging.NO_ROOM, Merging.NOT_FOR_SALE}
