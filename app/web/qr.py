"""QR codes as pictures that stand in the page itself, so that what they hold is asked for nowhere else."""

import segno
from markupsafe import Markup

QUIET_ZONE = 4
"""Modules around the code, as the standard wants it."""


def qr_code(text: str) -> Markup:
    """An `svg` element; it scales to the box it stands in, which says in words what it is."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=QUIET_ZONE, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - made of numbers only
