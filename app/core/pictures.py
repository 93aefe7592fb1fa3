"""What an uploaded picture must be, and what it becomes."""

from enum import StrEnum

WIDTHS = (320, 480, 800, 1200)
"""Widths a picture is kept in. A smaller picture is kept in those below its own width, and in that."""
LARGEST_BYTES = 5_000_000
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 6_000
SHORTEST_SIDE = 100
PER_PRODUCT = 20


class PictureFault(StrEnum):
    """Why a picture was refused."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    NOT_A_PICTURE = "not a picture"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_SMALL = "too small"
    MOVING = "moving"
    DAMAGED = "damaged"
    HIDES_SOMETHING = "hides something"
    TOO_SLOW = "too slow"
    TOO_MANY = "too many"


WORDS: dict[PictureFault, str] = {
    PictureFault.EMPTY: "The file is empty. Choose it again.",
    PictureFault.TOO_LARGE: "The file is larger than 5 MB. Save it smaller.",
    PictureFault.NOT_A_PICTURE: "This is not a JPEG, PNG or WebP picture. Save it as one of those.",
    PictureFault.TOO_MANY_PIXELS: "The picture has more than 25 million pixels (a WebP: 10 million) or 6,000 a side."
    " Make it smaller.",
    PictureFault.TOO_SMALL: "The picture is smaller than 100 pixels. Choose a larger one.",
    PictureFault.MOVING: "The picture moves. Save a single frame of it.",
    PictureFault.DAMAGED: "The picture cannot be read to its end. Save it anew.",
    PictureFault.HIDES_SOMETHING: "The file holds more than a picture. Save it anew from a picture program.",
    PictureFault.TOO_SLOW: "The picture takes too long to read. Save it smaller.",
    PictureFault.TOO_MANY: "The product has 20 pictures already. Remove one first.",
}
"""For staff: the back office speaks English only."""

BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class PictureRefused(Exception):
    def __init__(self, fault: PictureFault) -> None:
        super().__init__(WORDS[fault])
        self.fault = fault


def require_picture(body: bytes) -> None:
    """Raises PictureRefused for what is plainly none, before anything decodes it."""
    if not body:
        raise PictureRefused(PictureFault.EMPTY)
    if len(body) > LARGEST_BYTES:
        raise PictureRefused(PictureFault.TOO_LARGE)
    if not (body.startswith(BEGINNINGS) or (body.startswith(b"RIFF") and body[8:12] == b"WEBP")):
        raise PictureRefused(PictureFault.NOT_A_PICTURE)


def widths_for(width: int) -> tuple[int, ...]:
    """The widths that a picture of `width` pixels is kept in; nothing is enlarged."""
    smaller = tuple(known for known in WIDTHS if known < width)
    return (*smaller, width) if width <= WIDTHS[-1] else WIDTHS
