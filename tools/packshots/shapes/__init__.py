"""Importing this registers every shape."""

from tools.packshots.shapes import care, electronics, fashion, home, kitchen, pantry, play

__all__ = ["care", "electronics", "fashion", "home", "kitchen", "pantry", "play"]
