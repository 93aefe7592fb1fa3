"""Order numbers are unique, readable and give no count away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.orders import ALPHABET, order_number


@given(st.sets(st.integers(0, 2**34 - 1), min_size=2, max_size=50))
def test_different_orders_have_different_numbers(sequence):
    assert len({order_number(n) for n in sequence}) == len(sequence)


@given(st.integers(0, 2**34 - 1))
def test_a_number_has_seven_characters_that_cannot_be_mistaken(sequence):
    number = order_number(sequence)
    assert len(number) == 7
    assert set(number) <= set(ALPHABET)
    assert not set("ILOU") & set(number)


def test_the_first_ten_thousand_are_unique_and_not_in_order():
    numbers = [order_number(n) for n in range(10_000)]
    assert len(set(numbers)) == 10_000
    assert numbers != sorted(numbers)


@pytest.mark.parametrize("sequence", [-1, 2**34])
def test_a_sequence_out_of_range_is_a_bug(sequence):
    with pytest.raises(ValueError):
        order_number(sequence)
