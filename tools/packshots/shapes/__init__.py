"""Importing this registers every shape."""

from tools.packshots.shapes import care, electronics, fashion, home, kitchen, pantry, play

from tools.packshots.shapes import angles, banners  # isort: skip  (further views and sets of the others)

__all__ = ["angles", "banners", "care", "electronics", "fashion", "home", "kitchen", "pantry", "play"]
