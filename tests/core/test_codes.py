"""One-time codes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import Purpose, spaced, typed_code


@pytest.mark.parametrize(
    "typed",
    [
        "12345678",
        " 1234 5678 ",
        "1234-5678",
        "1234–5678",
        "１２３４５６７８",
        "1234\u00a05678",
        "١٢٣٤٥٦٧٨",
        "1234\u200b5678",
    ],
)
def test_spaces_dashes_and_other_digits_are_read(typed):
    assert typed_code(typed) == "12345678"


@pytest.mark.parametrize(
    "typed", ["", "1234567", "123456789", "1234567a", "１２３", "1" * 1000, "12345678\0", "²2345678x"]
)
def test_what_cannot_be_a_code(typed):
    assert typed_code(typed) == ""


@given(st.text(max_size=120))
def test_whatever_is_typed_gives_eight_digits_or_nothing(text):
    code = typed_code(text)
    assert code == "" or (len(code) == 8 and code.isascii() and code.isdecimal())


def test_a_code_is_shown_in_two_groups_and_read_again():
    assert spaced("12345678") == "1234 5678"
    assert typed_code(spaced("12345678")) == "12345678"


def test_a_link_lasts_an_hour_and_a_code_ten_minutes():
    assert {purpose.lifetime.total_seconds() / 60 for purpose in Purpose if purpose != Purpose.RESET_LINK} == {10}
    assert Purpose.RESET_LINK.lifetime.total_seconds() / 60 == 60
