"""What a visitor may be told about stock."""

LOW_STOCK = 5


def is_low(available: int) -> bool:
    """Whether the exact number is worth saying ("Only 3 left")."""
    return 0 < available <= LOW_STOCK
