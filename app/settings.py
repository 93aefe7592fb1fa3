"""Every setting of the shop, read from the environment once and never again.

Production refuses to start on settings that are fine on a laptop and ruinous on the internet;
`Settings.from_environment` reports every problem it finds in one go.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, list_currencies
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from app.core.languages import Languages, language_of

SAMPLE_SECRETS = ("development-only-secret", "change-me", "changeme", "secret", "sample", "example", "password")
SHORTEST_SECRET = 32
SENDER = re.compile(r"(?:[^<>@\r\n]+ <[^<>@\s]+@[^<>@\s]+>)|(?:[^<>@\s]+@[^<>@\s]+)")
KEY_ID = re.compile(r"[a-z0-9-]{1,16}")
KEY_BYTES = 32
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")


class UnsafeSettings(Exception):
    """The environment does not describe a shop that may start; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseModel):
    """All settings, frozen. Names in the environment are the upper-case field names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shop_env: Literal["development", "production"] = "development"
    debug: bool = False
    failpoints: str = ""
    demo: bool = True
    """Development only: seed the demo shop on first start and print its sign-ins."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    base_url: str = ""
    """Origin that links in mails and canonical links carry; defaults to http://HOST:PORT."""
    allowed_hosts: str = ""
    """Comma-separated Host values that are answered; defaults to the host of base_url."""
    trusted_proxies: str = ""
    """Comma-separated addresses or networks of proxies whose X-Forwarded-For is believed."""
    data_dir: Path = Path(".data")
    web_processes: Annotated[int, Field(ge=1, le=64)] = 1
    drain_seconds: Annotated[float, Field(ge=0, le=60)] = 0.0
    """How long /ready says no before a stopping web process refuses connections."""

    secret_keys: SecretStr = SecretStr("development-only-secret")
    """Comma-separated ring: the first signs, all verify."""

    encryption_keys: SecretStr = SecretStr("")
    """Comma-separated ring of id:key, each key 32 bytes in base64: the first encrypts, all decrypt."""
    jwt_keys: SecretStr = SecretStr("")
    """The same for session tokens (Ed25519 seeds): the first signs, all verify. Put a new key second, then first."""

    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    database_statement_cache: Annotated[int, Field(ge=0)] = 256
    """Prepared statements kept per connection; 0 behind pgbouncer in transaction mode."""
    pool_size: Annotated[int, Field(ge=1, le=200)] = 8
    pool_acquire_seconds: Annotated[float, Field(gt=0)] = 2.0
    statement_seconds: Annotated[float, Field(gt=0)] = 5.0
    worker_statement_seconds: Annotated[float, Field(gt=0)] = 30.0
    lock_seconds: Annotated[float, Field(gt=0)] = 3.0
    idle_in_transaction_seconds: Annotated[float, Field(gt=0)] = 10.0
    driver_seconds: Annotated[float, Field(gt=0)] = 6.0

    mail_url: SecretStr = SecretStr("mailbox:")
    """`mailbox:` (a Maildir below data_dir, development only) or smtp://user:password@host:port, smtps://..."""
    mail_from: str = "Exclusive <orders@exclusive.example>"
    contact_email: str = ""
    """Where the contact form's messages go; the address of mail_from where it is empty."""
    mail_seconds: Annotated[float, Field(gt=0)] = 10.0
    provider_seconds: Annotated[float, Field(gt=0, le=30)] = 5.0
    """How long a sign-in at another provider may wait for its answers, all of them together."""
    job_seconds: Annotated[float, Field(gt=0)] = 30.0
    enqueue_seconds: Annotated[float, Field(gt=0)] = 0.3
    lease_seconds: Annotated[float, Field(gt=0)] = 40.0
    """When a mail whose worker died is tried again."""
    sweep_seconds: Annotated[float, Field(gt=0)] = 30.0
    first_retry_seconds: Annotated[float, Field(gt=0)] = 60.0

    navigation_seconds: Annotated[float, Field(ge=0)] = 5.0
    """How long a process may show the departments it read last; every page shows them."""

    shared_pages_mb: Annotated[int, Field(ge=0, le=4096)] = 32
    """Room of a web process for finished pages that are the same for everybody; 0 renders each of them afresh."""

    files_url: SecretStr = SecretStr("")
    """Where uploaded pictures are kept: empty for data_dir/files, or s3://key:secret@host/bucket?region=..."""
    picture_sweep_seconds: Annotated[float, Field(gt=0)] = 2.0
    """How soon a worker looks for a picture that somebody has just uploaded."""

    even_answer_seconds: Annotated[float, Field(ge=0, le=5)] = 0.25
    """Sign-up, reset and code requests answer no sooner, so that time does not tell whether an address is known."""

    currency: str = "USD"
    countries: str = "US,CA,GB,DE,FR,AT,NL"
    """Comma-separated ISO codes the shop delivers to; the first is preselected."""
    prices_include_tax: bool = False
    locale: str = "en_US"
    """The language at the root of the shop, and the form of its numbers and dates."""
    locales: str = "en_US,de_DE"
    """Comma-separated; each other language has a prefix in its addresses, like /de."""
    content_language: str = "en"
    """What names and descriptions of the catalogue are written in."""
    cash_on_delivery_limit: Decimal = Decimal("500.00")
    unpaid_order_days: Annotated[int, Field(ge=1)] = 7
    return_days: Annotated[int, Field(ge=0)] = 14
    """How long after its arrival a parcel may be sent back; said on the pages about delivery and terms."""
    bank_account: str = "IBAN DE02 1203 0000 0000 2020 51, Exclusive demo account"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Settings from `environment`; UnsafeSettings names every value that is malformed or unsafe."""
        known = {
            name: environment[name.upper()] for name in cls.model_fields if environment.get(name.upper(), "") != ""
        }
        try:
            settings = cls.model_validate(known)
        except ValidationError as error:
            raise UnsafeSettings([f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]) from None
        try:
            problems = [*settings._nonsense(), *settings._unsafe_in_production()]
        except ValueError:  # from urlsplit
            problems = ["BASE_URL: give an origin, like https://shop.example"]
        if problems:
            raise UnsafeSettings(problems)
        return settings

    @property
    def production(self) -> bool:
        return self.shop_env == "production"

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Host header values that are answered, lower case, without port; empty means any (development)."""
        if named := _parts(self.allowed_hosts):
            return frozenset(host.lower() for host in named)
        return frozenset({urlsplit(self.origin).hostname or ""}) if self.production else frozenset()

    @property
    def secret_ring(self) -> tuple[bytes, ...]:
        return tuple(key.encode() for key in _parts(self.secret_keys.get_secret_value()))

    @property
    def encryption_ring(self) -> tuple[tuple[str, bytes], ...]:
        """(id, 32 bytes) for each key; outside production derived from the secrets where none is given."""
        return _key_ring(self.encryption_keys) or self._derived_ring("encryption")

    @property
    def jwt_ring(self) -> tuple[tuple[str, bytes], ...]:
        return _key_ring(self.jwt_keys) or self._derived_ring("jwt")

    def _derived_ring(self, use: str) -> tuple[tuple[str, bytes], ...]:
        """Two keys for each secret, so that a laptop works with a ring as production does."""
        found = []
        for secret in self.secret_ring:
            for turn in ("a", "b"):
                key = hashlib.sha256(f"{use}:{turn}:".encode() + secret).digest()
                found.append((f"dev-{turn}{hashlib.sha256(key).hexdigest()[:6]}", key))
        return tuple(found)

    @property
    def country_codes(self) -> tuple[str, ...]:
        return tuple(_parts(self.countries))

    @property
    def languages(self) -> Languages:
        return Languages.of(self.locale, _parts(self.locales), rehearsed=not self.production)

    @property
    def contact_address(self) -> str:
        return self.contact_email or parseaddr(self.mail_from)[1]

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(part) for part in _parts(self.trusted_proxies))

    @property
    def mailbox_dir(self) -> Path | None:
        """Where the development mailer keeps its Maildir, or None when mail really leaves."""
        return self.data_dir / "mailbox" if self.mail_url.get_secret_value() == "mailbox:" else None

    def _nonsense(self) -> list[str]:
        found = []
        if self.currency not in list_currencies():
            found.append(f"CURRENCY: {self.currency!r} is not an ISO 4217 code, like USD")
        elif get_currency_precision(self.currency) > 2:
            found.append(f"CURRENCY: {self.currency} has more than two decimals, which the books do not hold")
        if not self.country_codes or any(len(code) != 2 or not code.isupper() for code in self.country_codes):
            found.append("COUNTRIES: list two-letter codes separated by commas, like US,CA")
        if not _is_locale(self.locale):
            found.append(f"LOCALE: {self.locale!r} is not a locale, like en_US")
        others = [name for name in _parts(self.locales) if language_of(name) != language_of(self.locale)]
        if not all(_is_locale(name) for name in others):
            found.append("LOCALES: list locales separated by commas, like en_US,de_DE")
        elif len({language_of(name) for name in others}) < len(others):
            found.append("LOCALES: name each language once, since its address has room for one")
        if not _is_locale(self.content_language):
            found.append(f"CONTENT_LANGUAGE: {self.content_language!r} is not a language, like en")
        if urlsplit(self.origin).scheme not in ("http", "https") or not urlsplit(self.origin).hostname:
            found.append("BASE_URL: give an origin, like https://shop.example")
        elif urlsplit(self.origin).path not in ("", "/"):
            found.append("BASE_URL: give an origin without a path; the shop is served from the root of its host")
        if not self.secret_ring:
            found.append("SECRET_KEYS: give at least one key")
        for name in ("encryption_keys", "jwt_keys"):
            try:
                _key_ring(getattr(self, name))
            except ValueError as error:
                found.append(f"{name.upper()}: {error}")
        mail = self.mail_url.get_secret_value()
        if mail != "mailbox:" and _scheme(mail) not in ("smtp", "smtps"):
            found.append("MAIL_URL: use smtp://user:password@host:port, smtps://... or mailbox:")
        if not SENDER.fullmatch(self.mail_from):
            found.append("MAIL_FROM: give an address, like Exclusive <orders@shop.example>")
        if self.contact_email and ("<" in self.contact_email or not SENDER.fullmatch(self.contact_email)):
            found.append("CONTACT_EMAIL: give an address, like help@shop.example")
        try:
            trusted = self.proxies
        except ValueError:
            found.append("TRUSTED_PROXIES: list addresses or networks separated by commas, like 10.0.0.0/8")
        else:
            if any(network.prefixlen == 0 for network in trusted):
                found.append("TRUSTED_PROXIES: name your proxies; everybody is none of them")
        if not self.mail_seconds < self.job_seconds < self.lease_seconds:
            found.append("LEASE_SECONDS: must be longer than JOB_SECONDS, and that longer than MAIL_SECONDS")
        if self.driver_seconds <= self.statement_seconds:
            found.append("DRIVER_SECONDS: must be longer than STATEMENT_SECONDS, so that the server gives up first")
        for name, schemes in (("database_url", ("postgres", "postgresql")), ("redis_url", ("redis", "rediss", "unix"))):
            value = getattr(self, name).get_secret_value()
            if value and _scheme(value) not in schemes:
                found.append(f"{name.upper()}: must begin with {' or '.join(s + '://' for s in schemes)}")
        return found

    def _unsafe_in_production(self) -> list[str]:
        if not self.production:
            return []
        found = []
        for key in self.secret_ring:
            text = key.decode().lower()
            if len(key) < SHORTEST_SECRET:
                found.append(f"SECRET_KEYS: each key needs at least {SHORTEST_SECRET} characters")
            elif any(sample in text for sample in SAMPLE_SECRETS) or len(set(text)) < 10:
                found.append("SECRET_KEYS: this is a sample or a pattern; make one with: openssl rand -base64 48")
        found += self._unsafe_keys()
        if self.debug:
            found.append("DEBUG: must be off in production")
        if self.failpoints:
            found.append("FAILPOINTS: must be empty in production")
        if not self.base_url:
            found.append("BASE_URL: name the public https origin")
        elif not self.https:
            found.append("BASE_URL: must be https in production")
        elif urlsplit(self.origin).hostname in LOCAL_HOSTS:
            found.append("BASE_URL: names this machine; give the public host")
        if "*" in self.allowed_hosts:
            found.append("ALLOWED_HOSTS: list exact hosts; wildcards are not accepted")
        if self.mailbox_dir is not None:
            found.append("MAIL_URL: the development mailbox keeps mail from leaving; give an smtp:// address")
        if self.mail_from.rstrip(">").endswith(".example"):
            found.append("MAIL_FROM: is the sample address; give one at your own domain")
        if not self.database_url.get_secret_value():
            found.append("DATABASE_URL: production runs on a PostgreSQL server of yours, not the embedded one")
        if not self.redis_url.get_secret_value():
            found.append("REDIS_URL: production runs on a Redis-protocol server of yours, not the embedded one")
        return found

    def _unsafe_keys(self) -> list[str]:
        found, seen = [], set()
        for name, fewest in (("encryption_keys", 1), ("jwt_keys", 2)):
            try:
                ring = _key_ring(getattr(self, name))
            except ValueError:
                continue  # said already
            if len(ring) < fewest:
                found.append(f"{name.upper()}: give at least {fewest}; make them with: shop new-keys")
            for key_id, key in ring:
                text = key.decode("ascii", "ignore").lower()
                if key_id.startswith("dev-") or len(set(key)) < 16 or any(sample in text for sample in SAMPLE_SECRETS):
                    found.append(f"{name.upper()}: {key_id} is a sample or a pattern; make one with: shop new-keys")
                if key in seen:
                    found.append(f"{name.upper()}: {key_id} is in ENCRYPTION_KEYS too; each use has its own keys")
                seen.add(key)
        return found


def _key_ring(given: SecretStr) -> tuple[tuple[str, bytes], ...]:
    """Raises ValueError, in words that repeat no key."""
    ring: dict[str, bytes] = {}
    for part in _parts(given.get_secret_value()):
        key_id, _, text = part.partition(":")
        try:
            key = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
            raise ValueError("give id:key pairs, each key 32 bytes in base64; make them with: shop new-keys")
        if key_id in ring or key in ring.values():
            raise ValueError("each id and each key may stand there once")
        ring[key_id] = key
    return tuple(ring.items())


def _scheme(url: str) -> str:
    """Cut without parsing, since a password may hold anything."""
    return url.partition(":")[0].lower()


def _is_locale(name: str) -> bool:
    try:
        return Locale.parse(name) is not None
    except (UnknownLocaleError, ValueError, TypeError):
        return False


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
