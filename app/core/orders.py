"""Orders: their states, and the number a person reads."""

from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_BITS = 34
_HALF = _BITS // 2
_MASK = (1 << _HALF) - 1
_ROUNDS = (0x1F3A7, 0x0C5D9, 0x1A6B3, 0x07E21)


class OrderStatus(StrEnum):
    PENDING = "pending"  # placed, money not yet here
    CONFIRMED = "confirmed"  # will be packed; cash on delivery begins here
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # not paid in time


def order_number(sequence: int) -> str:
    """The number for the `sequence`-th order: 7 characters, unique, and not guessable by counting.

    A Feistel network is a permutation, so distinct sequence values (below 2**34) give distinct numbers.
    """
    if not 0 <= sequence < 1 << _BITS:
        raise ValueError(f"sequence out of range: {sequence}")
    left, right = sequence >> _HALF, sequence & _MASK
    for key in _ROUNDS:
        left, right = right, left ^ (((right * 0x9E37 + key) ^ (right >> 5)) & _MASK)
    value = left << _HALF | right
    digits = []
    for _ in range(7):
        value, digit = divmod(value, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
