"""Signed tokens: ours are read, and nothing else is."""

import base64
import hashlib
import hmac
import json
import secrets
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey, RSAKey

from app.adapters.identity.tokens import JwtTokens
from app.core.accounts import Role
from app.ports.identity import Access, Challenge, Refresh, SessionRow, TokenRefused

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ISSUER = "https://shop.example"
SEED, NEXT, STRANGE = (secrets.token_bytes(32) for _ in range(3))
SESSION = SessionRow(5, 7, 1, Role.CUSTOMER, NOW, ("pwd",))
SOON = NOW + timedelta(days=14)


class Clock:
    def __init__(self, moment=NOW):
        self.moment = moment

    def now(self):
        return self.moment


def tokens(ring=(("a", SEED), ("b", NEXT)), *, issuer=ISSUER, now=NOW):
    return JwtTokens(ring, issuer=issuer, clock=Clock(now))


TOKENS = tokens()
ACCESS = TOKENS.sign_access(SESSION)
REFRESH = TOKENS.sign_refresh(SESSION, token_id="t" * 43, expires_at=SOON)
CHALLENGE = TOKENS.sign_challenge(Challenge(7, ("pwd",)))


def key(seed=SEED):
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))


def claims(token=ACCESS):
    return json.loads(raw(token.split(".")[1]))


def raw(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(value):
    data = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(header=None, payload=None, *, seed=SEED, without=(), body=None, **changes):
    """A token that is sound but for what is asked for, and properly signed by `seed`."""
    header = {"alg": "Ed25519", "kid": "a", "typ": "at+jwt"} | (header or {})
    payload = {name: value for name, value in (payload or claims() | changes).items() if name not in without}
    first = f"{encoded({k: v for k, v in header.items() if v is not None})}.{encoded(body or payload)}"
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(first.encode())
    return f"{first}.{encoded(signature)}"


def with_secret(secret):
    """The public key, which everybody knows, taken for the secret of an HMAC."""
    first = f"{encoded({'alg': 'HS256', 'kid': 'a', 'typ': 'at+jwt'})}.{encoded(claims())}"
    return f"{first}.{encoded(hmac.digest(secret, first.encode(), hashlib.sha256))}"


def with_key(algorithm, the_key, header=None):
    warnings.simplefilter("ignore", SecurityWarning)
    registry = jws.JWSRegistry(algorithms=[algorithm])
    header = {"alg": algorithm, "kid": "a", "typ": "at+jwt"} | (header or {})
    return jws.serialize_compact(header, json.dumps(claims()), the_key, registry=registry)


PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
PEM = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RAW = PUBLIC.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
HEAD, BODY, SIGNATURE = ACCESS.split(".")
SECONDS = int(NOW.timestamp())
LAST = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

HOSTILE = {
    "nothing": "",
    "no dots": "abc",
    "dots only": "..",
    "four parts": ACCESS + ".e30",
    "alg none, no signature": f"{encoded({'alg': 'none', 'kid': 'a', 'typ': 'at+jwt'})}.{BODY}.",
    "alg None, old signature": f"{encoded({'alg': 'None', 'kid': 'a', 'typ': 'at+jwt'})}.{BODY}.{SIGNATURE}",
    "signature gone": f"{HEAD}.{BODY}.",
    "signature trimmed": ACCESS[:-4],
    "signature with other spare bits": ACCESS[:-1] + LAST[LAST.index(ACCESS[-1]) ^ 1],
    "signature padded": ACCESS + "==",
    "signature of zeros": f"{HEAD}.{BODY}.{encoded(bytes(64))}",
    "signature of another token": f"{HEAD}.{BODY}.{REFRESH.split('.')[2]}",
    "payload of another token": f"{HEAD}.{REFRESH.split('.')[1]}.{SIGNATURE}",
    "changed payload": f"{HEAD}.{encoded(claims() | {'sub': '1'})}.{SIGNATURE}",
    "a line break in it": f"{HEAD}\n.{BODY}.{SIGNATURE}",
    "letters of another alphabet": ACCESS.replace(".", "．"),
    "HMAC with the public key as PEM": with_secret(PEM),
    "HMAC with the public key's bytes": with_secret(RAW),
    "RSA": with_key("RS256", RSAKey.generate_key(2048)),
    "EdDSA by its old name": with_key("EdDSA", key()),
    "a stranger's key": signed(seed=STRANGE),
    "the other key's id": signed({"kid": "b"}),
    "unknown key id": signed({"kid": "c"}),
    "key id that is a path": signed({"kid": "../../dev/null"}),
    "key id that is SQL": signed({"kid": "a' UNION SELECT 'x"}),
    "key id that is a list": signed({"kid": ["a"]}),
    "no key id": signed({"kid": None}),
    "embedded key": signed({"jwk": key(STRANGE).as_dict(private=False)}, seed=STRANGE),
    "embedded key beside our signature": signed({"jwk": key().as_dict(private=False)}),
    "key by address": signed({"jku": "https://evil.example/keys"}, seed=STRANGE),
    "certificate by address": signed({"x5u": "https://evil.example/cert"}),
    "unknown crit": signed({"crit": ["exp"], "exp": 1}),
    "unencoded payload": signed({"b64": False, "crit": ["b64"]}),
    "compressed": signed({"zip": "DEF"}),
    "no typ": signed({"typ": None}),
    "typ JWT": signed({"typ": "JWT"}),
    "typ in capitals": signed({"typ": "AT+JWT"}),
    "typ of a refresh token": signed({"typ": "rt+jwt"}),
    "a refresh token": REFRESH,
    "a challenge": CHALLENGE,
    "wrong issuer": signed(iss="https://evil.example"),
    "wrong audience": signed(aud="other"),
    "audiences in a list": signed(aud=["shop", "other"]),
    "over": signed(exp=SECONDS),
    "not yet": signed(nbf=SECONDS + 60),
    "issued in the future": signed(iat=SECONDS + 60),
    "expiry as text": signed(exp=str(SECONDS + 600)),
    "expiry as a fraction": signed(exp=SECONDS + 600.5),
    "expiry as true": signed(exp=True),
    "expiry that is not a number": signed(body=json.dumps(claims() | {"exp": float("inf")}).encode()),
    "subject as number": signed(sub=7),
    "subject with a sign": signed(sub="-7"),
    "subject too long": signed(sub="7" * 40),
    "session that is no number": signed(sid="5 OR 1=1"),
    "version as text": signed(ver="1"),
    "a claim too many": signed(role="ADMIN"),
    "payload that is a list": signed(body=b"[]"),
    "payload that is no JSON": signed(body=b"{"),
    "payload nested deep": signed(body=b"[" * 1_000),
    "too long": signed(iss="x" * 3_000),
} | {f"without {name}": signed(without=(name,)) for name in claims()}


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 30


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_token_is_refused(token):
    with pytest.raises(TokenRefused):
        TOKENS.read_access(token)


def test_the_forger_of_these_tests_can_also_make_a_sound_one():
    """The control: what is refused above is refused for what is wrong with it."""
    assert TOKENS.read_access(signed()) == Access(5, 7, 1)


def test_each_kind_is_read_as_what_it_is_only():
    assert TOKENS.read_access(ACCESS) == Access(session_id=5, user_id=7, version=1)
    assert TOKENS.read_refresh(REFRESH) == Refresh(session_id=5, user_id=7, token_id="t" * 43)
    assert TOKENS.read_challenge(CHALLENGE) == Challenge(7, ("pwd",))
    for token in (ACCESS, CHALLENGE):
        with pytest.raises(TokenRefused):
            TOKENS.read_refresh(token)
    for token in (ACCESS, REFRESH):
        with pytest.raises(TokenRefused):
            TOKENS.read_challenge(token)


def test_an_access_token_lives_ten_minutes_and_says_nothing_about_rights():
    assert claims()["exp"] - claims()["iat"] <= 600
    assert "role" not in claims() and "email" not in claims()
    assert len(ACCESS) < 1_000 and len(REFRESH) < 1_000
    later = tokens(now=NOW + timedelta(minutes=10))
    with pytest.raises(TokenRefused):
        later.read_access(ACCESS)
    assert later.read_refresh(REFRESH)


def test_keys_change_without_signing_anybody_out():
    published = tokens((("a", SEED), ("b", NEXT)))
    changed = tokens((("b", NEXT), ("a", SEED)))
    assert changed.read_access(published.sign_access(SESSION))
    assert published.read_access(changed.sign_access(SESSION)), "a process that has not restarted yet knows it too"
    with pytest.raises(TokenRefused):
        tokens((("b", NEXT),)).read_access(ACCESS)


def test_clocks_may_differ_by_half_a_minute():
    assert tokens(now=NOW - timedelta(seconds=29)).read_access(ACCESS)
    with pytest.raises(TokenRefused):
        tokens(now=NOW - timedelta(seconds=31)).read_access(ACCESS)


def test_another_shop_with_the_same_keys_is_another_shop():
    with pytest.raises(TokenRefused):
        tokens(issuer="https://other.example").read_access(ACCESS)


def test_ids_differ():
    assert len({TOKENS.new_id() for _ in range(100)}) == 100
    assert TOKENS.sign_access(SESSION) != TOKENS.sign_access(replace(SESSION, version=2))


@given(st.text(max_size=200))
def test_whatever_comes_is_refused(text):
    with pytest.raises(TokenRefused):
        TOKENS.read_access(text)


@given(st.integers(0, len(ACCESS) - 1), st.characters())
def test_any_one_changed_character_is_refused(position, character):
    changed = ACCESS[:position] + character + ACCESS[position + 1 :]
    if changed != ACCESS:
        with pytest.raises(TokenRefused):
            TOKENS.read_access(changed)
