"""Importing this registers every shape."""

from tools.packshots.shapes import care, electronics, fashion, home, kitchen, pantry, play

from tools.packshots.shapes import banners  # isort: skip  (sets of the others)

__all__ = ["banners", "care", "electronics", "fashion", "home", "kitchen", "pantry", "play"]
