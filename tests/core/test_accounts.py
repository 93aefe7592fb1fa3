"""How an address is written, and which passwords are good enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.accounts import (
    Role,
    common_forms,
    normalised_email,
    normalised_password,
    require_strong_password,
    require_unguessable,
)
from app.core.errors import InvalidEmail, PasswordTooCommon, PasswordTooLong, PasswordTooShort


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada@Shop.Example ", "ada@shop.example"),
        ("ADA@SHOP.EXAMPLE", "ada@shop.example"),
        ("ada＠shop．example", "ada@shop.example"),
        ("ａｄａ@shop.example", "ada@shop.example"),
        ("e\u0301a@shop.example", "éa@shop.example"),
        ("ﬁa@shop.example", "fia@shop.example"),
        ("ada@xn--mller-kva.example", "ada@müller.example"),
        ("ada@MÜLLER.example", "ada@müller.example"),
        ("o'neill+shop@sub.shop.example", "o'neill+shop@sub.shop.example"),
        ("анна@почта.example", "анна@почта.example"),
    ],
)
def test_one_address_however_it_is_typed(typed, stored):
    assert normalised_email(typed) == stored
    assert normalised_email(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "p\u0430ypal@shop.example",  # a Cyrillic a among Latin letters
        "ada@sh\u03bfp.example",  # a Greek o
        "ada\u200b@shop.example",
        "ada\u202e@shop.example",
        "ada\0@shop.example",
        "ada@xn--a.example",
        "ada@xn--\u00e4.example",
        "ada@shop",
        "ada@@shop.example",
    ],
)
def test_disguises_are_no_addresses(typed):
    with pytest.raises(InvalidEmail):
        normalised_email(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_an_address_or_refused(text):
    try:
        email = normalised_email(text)
    except InvalidEmail:
        return
    assert normalised_email(email) == email


def test_lengths_with_and_without_a_second_factor():
    require_strong_password("x" * 15)
    require_strong_password("x" * 8, second_factor=True)
    require_strong_password("x" * 128)
    for short, second in (("x" * 14, False), ("x" * 7, True)):
        with pytest.raises(PasswordTooShort):
            require_strong_password(short, second_factor=second)
    for long in ("x" * 129, "x" * 1000):
        with pytest.raises(PasswordTooLong) as refused:
            require_strong_password(long)
        assert refused.value.longest == 128


def test_a_password_is_the_same_however_it_is_composed():
    assert normalised_password("pa\u0308sswort") == normalised_password("p\u00e4sswort")
    assert normalised_password("ｐａｓｓ") == "pass"


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "12345678901234567890",
        "abcdefghijklmnop",
        "zyxwvutsrqponmlk",
        "exclusive-2026!",
        "Exclusive Shop 123",
        "ada.lovelace1234",
        "lovelaceLOVELACE1",
    ],
)
def test_next_to_nothing_but_known_words(password):
    with pytest.raises(PasswordTooCommon):
        require_unguessable(password, known=["ada.lovelace@shop.example"])


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "lovelace rides a purple tram", "dx7#Kq!2pWm9z", "密码很长而且没有人知道它是什么呢"],
)
def test_a_passphrase_passes(password):
    require_unguessable(password, known=["ada.lovelace@shop.example"])


def test_common_passwords_are_recognised_repeated_and_with_digits():
    assert "password" in common_forms("passwordpassword")
    assert "dragon" in common_forms("Dragon1234!!")


def test_staff_are_those_with_rights():
    assert [role.name for role in Role if role.is_staff] == ["ADMIN", "SELLER"]
