"""What people say about themselves: everything wrong with it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.accounts import LONGEST_NAME
from app.core.profile import NETWORKS, THEMES, Notifications, Preferences, link_to
from app.web.forms.address import one_line
from app.web.pages.checkout import FieldError
from app.web.render import Renderer

LINKS = tuple(f"link_{network}" for network in NETWORKS)
ABOUT = ("first_name", "last_name", "date_of_birth", *LINKS)
"""In the order of the form."""
PREFERENCES = ("language", "currency", "theme", "newsletter")


@dataclass(frozen=True, slots=True)
class About:
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    links: Mapping[str, str] = field(default_factory=dict)


def check_about(values: Mapping[str, str], render: Renderer) -> tuple[About, tuple[FieldError, ...]]:
    """Whether the date can be one's birthday is not asked here."""
    say = render.say
    typed = {name: one_line(values.get(name, "")) for name in ABOUT}
    found = {
        name: say("Use at most %(count)s characters.", count=LONGEST_NAME)
        for name in ("first_name", "last_name")
        if len(typed[name]) > LONGEST_NAME
    }
    born = _date(typed["date_of_birth"])
    if typed["date_of_birth"] and born is None:
        found["date_of_birth"] = say("Enter the date as year, month and day, like 1990-12-31, or leave it empty.")
    links = {}
    for network, (name, _) in NETWORKS.items():
        given = typed[f"link_{network}"]
        link = link_to(network, given) if given else ""
        if link is None:
            found[f"link_{network}"] = (
                say("Enter an address that begins with https://, like https://example.com.")
                if network == "website"
                else say("Enter the https address of your page at %(network)s.", network=name)
            )
        elif link:
            links[network] = link
    errors = tuple(FieldError(name, found[name]) for name in ABOUT if name in found)
    return About(typed["first_name"], typed["last_name"], born, links), errors


def check_preferences(
    values: Mapping[str, str], *, locales: Sequence[str], currencies: Sequence[str], render: Renderer
) -> tuple[Preferences, tuple[FieldError, ...]]:
    language, currency = values.get("language", ""), values.get("currency", "")
    theme = values.get("theme", "")
    found = {}
    if language and language not in locales:
        found["language"] = render.say("Choose a language of the list.")
    if currency and currency not in currencies:
        found["currency"] = render.say("Choose a currency of the list.")
    if theme not in THEMES:
        found["theme"] = render.say("Choose how the shop looks.")
    if found:
        return Preferences(), tuple(FieldError(name, found[name]) for name in PREFERENCES if name in found)
    newsletter = values.get("newsletter", "") == "yes"
    return Preferences(language, currency, theme, Notifications(newsletter)), ()  # type: ignore[arg-type]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
