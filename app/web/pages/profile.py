"""Contexts of the profile's templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """templates/profile/show.html. `values` holds the fields of all its forms as typed; `section` is the one that was
    sent (about, picture, preferences), whose `errors` these are. `networks` are (field, name) pairs."""

    frame: Frame
    values: Mapping[str, str]
    networks: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    currencies: tuple[Choice, ...]
    has_picture: bool
    initials: str
    links: tuple[Choice, ...] = ()
    newsletter_wording: str = ""
    section: str = ""
    errors: tuple[FieldError, ...] = ()

    def error(self, field: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == field), "")


@dataclass(frozen=True, slots=True)
class ProfileReply:
    """templates/profile/answered.hx.html: the section that was sent, as it stands now."""

    page: ProfilePage
    toast: Flash | None
