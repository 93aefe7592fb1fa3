"""Context of the contact form's templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.web.pages.checkout import FieldError
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class ContactPage:
    """templates/contact/show.html, and templates/contact/_form.html which is the part that htmx swaps (id="contact").

    `values` holds every field as typed, also after an error. `notice` says why nothing was sent.
    """

    frame: Frame
    topics: tuple[str, ...]
    values: Mapping[str, str]
    errors: tuple[FieldError, ...] = ()
    notice: str = ""
    is_sent: bool = False

    def error(self, field: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == field), "")
