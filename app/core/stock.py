"""What a visitor may be told about stock."""

LOW_STOCK = 5
"""From this many units down the exact number is worth saying ("Only 3 left")."""
