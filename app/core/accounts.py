"""Accounts: who there is, how an address is written, and which passwords are good enough."""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum, StrEnum

from app.core.errors import InvalidEmail, PasswordTooCommon, PasswordTooLong, PasswordTooShort

SHORTEST_PASSWORD = 15
"""Characters, for a password that no second factor stands beside (NIST SP 800-63B-4)."""
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST_PASSWORD = 128
LONGEST_EMAIL = 254
LONGEST_NAME = 50
LONGEST_FULL_NAME = 2 * LONGEST_NAME + 1

SHOP_WORDS = ("exclusive", "shop", "store", "password", "passwort", "account", "welcome", "admin", "seller")
"""Words that a guess at this shop would begin with."""

# One @ with something on both sides, and a dot in the domain: what is sure to be a slip is refused, the rest is proven
# by a mail that arrives.
EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@.\x00-\x1f\x7f]+(\.[^\s@.\x00-\x1f\x7f]+)+")
ALIKE = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts whose letters pass for each other's: one word written in two of them is a disguise."""


class Role(IntEnum):
    """The fixed ids of the rows in user_role, seeded by migration."""

    ADMIN = 1
    SELLER = 2
    CUSTOMER = 3

    @property
    def is_staff(self) -> bool:
        """Whether the account needs a second factor, and its sessions are short."""
        return self is not Role.CUSTOMER


class UserStatus(StrEnum):
    ACTIVE = "Active"
    INACTIVE = "Inactive"
    SUSPENDED = "Suspended"


def normalised_email(text: str) -> str:
    """The address as it is stored and compared: trimmed, composed, in lower case, its domain in letters.

    Full-width letters, ligatures, capitals and punycode thus give one address. Raises InvalidEmail, also for invisible
    characters and for a word that mixes letters of scripts that look alike.
    """
    email = unicodedata.normalize("NFKC", text.strip()).lower()
    local, _, domain = email.rpartition("@")
    email = f"{local}@{_spelt_out(domain)}"
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        raise InvalidEmail
    if any(unicodedata.category(character) in ("Cf", "Cn", "Co", "Cs") for character in email):
        raise InvalidEmail
    if any(len(_scripts(word)) > 1 for word in re.split(r"[@.]", email)):
        raise InvalidEmail
    return email


def split_name(full_name: str) -> tuple[str, str]:
    """First and last name of what was typed into one field: the last word is the last name.

    Names do not all work like that; the whole is never shown but as both together. Each part is cut to its column.
    """
    words = full_name.split()
    first, last = (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (" ".join(words), "")
    return first[:LONGEST_NAME].rstrip(), last[:LONGEST_NAME].rstrip()


def normalised_password(password: str) -> str:
    """As it is hashed: the same characters, however the keyboard composed them (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def require_strong_password(password: str, *, second_factor: bool = False) -> None:
    """Length is the only rule; composition rules make passwords worse. Raises PasswordTooShort, PasswordTooLong."""
    length = len(normalised_password(password))
    shortest = SHORTEST_WITH_SECOND_FACTOR if second_factor else SHORTEST_PASSWORD
    if length < shortest:
        raise PasswordTooShort(shortest)
    if length > LONGEST_PASSWORD:
        raise PasswordTooLong(LONGEST_PASSWORD)


def common_forms(password: str) -> tuple[str, ...]:
    """What to look up in a list of common passwords: the password, what it repeats, and its core without digits."""
    lower = normalised_password(password).lower()
    forms = {lower, _repeated(lower), lower.strip("0123456789!?.,-_*#$ ")}
    return tuple(form for form in forms if form)


def require_unguessable(password: str, *, known: Iterable[str]) -> None:
    """Raises PasswordTooCommon where next to nothing is left without the words that go with this shop and person.

    `known` are the person's own words, such as the address; parts of them count.
    """
    lower = normalised_password(password).lower()
    if len(_repeated(lower)) <= 3 or _is_sequence(lower):
        raise PasswordTooCommon
    words = {part for word in known for part in re.split(r"[^\w]+", word.lower()) if len(part) >= 4}
    rest = lower
    for word in sorted({*SHOP_WORDS, *words}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < len(lower) and len(re.sub(r"[\W\d_]", "", rest)) < 4:
        raise PasswordTooCommon


def _repeated(text: str) -> str:
    """The shortest piece that, said again and again, gives `text`."""
    at = (text + text).find(text, 1)
    return text[:at] if at > 0 else text


def _is_sequence(text: str) -> bool:
    """Whether each character is one step from the one before, as in 12345 or fedcba; 9 is followed by 0."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return len(text) > 1 and (steps <= {1, -9} or steps <= {-1, 9})


def _spelt_out(domain: str) -> str:
    try:
        labels = [
            label.encode("ascii").decode("idna") if label.startswith("xn--") else label for label in domain.split(".")
        ]
    except UnicodeError:
        raise InvalidEmail from None
    return unicodedata.normalize("NFKC", ".".join(labels)).lower()


def _scripts(word: str) -> set[str]:
    names = {unicodedata.name(character, "").partition(" ")[0] for character in word if character.isalpha()}
    return names & set(ALIKE)
