"""What people may say about themselves: preferences by a schema, a possible date of birth, links to where they are."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, get_args

import msgspec

OLDEST_YEARS = 120
LONGEST_LINK = 200

Theme = Literal["", "light", "dark"]
THEMES: tuple[str, ...] = get_args(Theme)
"""Without a choice the page follows the system."""


class Notifications(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mails that nobody gets unasked. What concerns orders and the safety of the account is always sent."""

    newsletter: bool = False


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `user_profile.preferences` holds. An empty text is no choice."""

    language: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3}(_[A-Z]{2})?)?$")] = ""
    currency: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{3})?$")] = ""
    theme: Theme = ""
    notifications: Notifications = Notifications()


NETWORKS: Mapping[str, tuple[str, str]] = {
    "website": ("Website", r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,24}(/[\w~!$&'()*+,;=:@%./-]*)?"),
    "instagram": ("Instagram", r"(www\.)?instagram\.com/[\w.]{1,30}/?"),
    "facebook": ("Facebook", r"(www\.|m\.)?facebook\.com/[\w.-]{1,80}/?"),
    "x": ("X", r"(www\.)?(x|twitter)\.com/\w{1,15}/?"),
    "youtube": ("YouTube", r"(www\.|m\.)?youtube\.com/(@[\w.-]{1,40}|channel/[\w-]{1,40}|c/[\w-]{1,60})/?"),
    "tiktok": ("TikTok", r"(www\.)?tiktok\.com/@[\w.]{1,30}/?"),
    "linkedin": ("LinkedIn", r"([a-z]{2,3}\.)?linkedin\.com/(in|company)/[\w%-]{1,100}/?"),
    "github": ("GitHub", r"(www\.)?github\.com/[a-zA-Z0-9-]{1,39}/?"),
}
"""By the key they are stored under: the name people know, and what follows https:// in an address of a page there."""

_ADDRESSES = {key: re.compile(shape, re.ASCII) for key, (_, shape) in NETWORKS.items()}


class BadPreferences(ValueError):
    """Not what the schema allows; says what."""


def read_preferences(text: str) -> Preferences:
    """Raises BadPreferences for unknown keys, wrong types and values that are none of ours."""
    try:
        return msgspec.json.decode(text or "{}", type=Preferences)
    except msgspec.MsgspecError as error:
        raise BadPreferences(str(error)) from None


def write_preferences(preferences: Preferences) -> str:
    return msgspec.json.encode(preferences).decode()


def read_links(text: str) -> Mapping[str, str]:
    """Links by network, as stored. Raises BadPreferences where one is unknown or no address of a page there."""
    try:
        links = msgspec.json.decode(text or "{}", type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise BadPreferences(str(error)) from None
    for network, link in links.items():
        if network not in NETWORKS or link != link_to(network, link):
            raise BadPreferences(f"{network} is not an address of a page there")
    return {network: links[network] for network in NETWORKS if network in links}


def link_to(network: str, typed: str) -> str | None:
    """The https address of a page of that network, or None. The scheme may be left out; nothing else is mended."""
    scheme, found, rest = typed.partition("://")
    rest = rest if found else typed
    if (found and scheme.lower() != "https") or len(rest) > LONGEST_LINK:
        return None
    host, slash, path = rest.partition("/")
    address = host.lower() + slash + path
    return f"https://{address}" if _ADDRESSES[network].fullmatch(address) else None


def can_be_born_on(day: date, today: date) -> bool:
    """Whether somebody alive may have been."""
    return date(max(today.year - OLDEST_YEARS, 1), 1, 1) <= day < today
