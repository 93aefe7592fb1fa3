"""Production refuses to start on settings that are fine on a laptop and ruinous on the internet."""

import pytest

from app.settings import Settings, UnsafeSettings

SAFE = {
    "SHOP_ENV": "production",
    "BASE_URL": "https://shop.acme.org",
    "SECRET_KEYS": "q8Zr1vN5tYw3Lx7Kc2Hd9Fs4Gb6Jm0PaUeIoRtWy",
    "ENCRYPTION_KEYS": "k1:1yBv7dZ0mJqk3u2wXr9sTf5aLhNcGeP8oQiYzUxVbDE",
    "JWT_KEYS": "j1:Qm3x8KfZp0sVtYw2LcR7uEoHaNdJgB5i1XkTzWqSvCM,j2:7hGfRtUeKwPz3YcVbNxMqLsDaJoIy5T2k8B0nWvXrQE",
    "DATABASE_URL": "postgresql://shop:pw@db.internal/shop",
    "REDIS_URL": "rediss://queue.internal:6379/0",
    "MAIL_URL": "smtps://user:pw@mail.acme.org:465",
    "MAIL_FROM": "Acme <orders@acme.org>",
}

BAD = {
    "debug": {"DEBUG": "true"},
    "failpoints": {"FAILPOINTS": "before_commit"},
    "short secret": {"SECRET_KEYS": "short"},
    "sample secret": {"SECRET_KEYS": "change-me-change-me-change-me-change-me"},
    "the development secret": {"SECRET_KEYS": "development-only-secret-development-only"},
    "a pattern for a secret": {"SECRET_KEYS": "a" * 40},
    "one weak key in the ring": {"SECRET_KEYS": SAFE["SECRET_KEYS"] + ",short"},
    "no secret": {"SECRET_KEYS": ","},
    "no encryption key": {"ENCRYPTION_KEYS": ""},
    "an encryption key without an id": {"ENCRYPTION_KEYS": "1yBv7dZ0mJqk3u2wXr9sTf5aLhNcGeP8oQiYzUxVbDE"},
    "a short encryption key": {"ENCRYPTION_KEYS": "k1:c2hvcnQ"},
    "an encryption key that is a pattern": {"ENCRYPTION_KEYS": "k1:" + "A" * 43},
    "an encryption key that is a sample": {"ENCRYPTION_KEYS": "k1:ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQtMTIzNDU2Nzg"},
    "a derived encryption key": {"ENCRYPTION_KEYS": "dev-a1:1yBv7dZ0mJqk3u2wXr9sTf5aLhNcGeP8oQiYzUxVbDE"},
    "one id for two keys": {
        "ENCRYPTION_KEYS": SAFE["ENCRYPTION_KEYS"] + ",k1:Qm3x8KfZp0sVtYw2LcR7uEoHaNdJgB5i1XkTzWqSvCM"
    },
    "no token keys": {"JWT_KEYS": ""},
    "one token key, so none to change to": {"JWT_KEYS": SAFE["JWT_KEYS"].partition(",")[0]},
    "one key for two uses": {"ENCRYPTION_KEYS": "k1:" + SAFE["JWT_KEYS"].partition(",")[0].partition(":")[2]},
    "http origin": {"BASE_URL": "http://shop.acme.org"},
    "no origin": {"BASE_URL": ""},
    "origin with a path": {"BASE_URL": "https://shop.acme.org/shop"},
    "local origin": {"BASE_URL": "https://localhost"},
    "wildcard host": {"ALLOWED_HOSTS": "*"},
    "wildcard subdomain": {"ALLOWED_HOSTS": "*.acme.org"},
    "development mailbox": {"MAIL_URL": "mailbox:"},
    "mail over an unknown protocol": {"MAIL_URL": "http://mail.acme.org"},
    "sample sender": {"MAIL_FROM": "Exclusive <orders@exclusive.example>"},
    "header injection in the sender": {"MAIL_FROM": "Acme <a@acme.org>\r\nBcc: all@acme.org"},
    "two senders": {"MAIL_FROM": "a@b@c"},
    "embedded database": {"DATABASE_URL": ""},
    "another database": {"DATABASE_URL": "mysql://db/shop"},
    "embedded queue": {"REDIS_URL": ""},
    "a currency with three decimals": {"CURRENCY": "KWD"},
    "an unknown currency": {"CURRENCY": "XQX"},
    "an unknown country form": {"COUNTRIES": "usa"},
    "an unknown locale": {"LOCALE": "xx_YY"},
    "a port that is no number": {"PORT": "http"},
    "a driver that gives up before the server": {"DRIVER_SECONDS": "4"},
}


def test_a_safe_production_starts():
    settings = Settings.from_environment(SAFE)
    assert settings.production
    assert settings.https
    assert settings.hosts == {"shop.acme.org"}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_an_unsafe_production_refuses_to_start_and_names_the_setting(change):
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environment({**SAFE, **change})
    assert any(name in problem for name in change for problem in refused.value.problems)


def test_key_rings_are_read_in_their_order():
    settings = Settings.from_environment(SAFE)
    assert [key_id for key_id, _ in settings.jwt_ring] == ["j1", "j2"]
    assert [(key_id, len(key)) for key_id, key in settings.encryption_ring] == [("k1", 32)]


def test_a_laptop_derives_its_keys_and_no_two_are_the_same():
    one, other = Settings.from_environment({}), Settings.from_environment({"SECRET_KEYS": "another"})
    assert one.jwt_ring == Settings.from_environment({}).jwt_ring
    keys = [*one.jwt_ring, *one.encryption_ring, *other.jwt_ring, *other.encryption_ring]
    assert len(set(keys)) == len({key_id for key_id, _ in keys}) == 8


def test_every_problem_is_told_at_once():
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environment({"SHOP_ENV": "production"})
    assert len(refused.value.problems) >= 6


def test_no_problem_repeats_a_secret():
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environment({**SAFE, "SECRET_KEYS": "hunter2", "DATABASE_URL": "mysql://u:hunter2@db/x"})
    assert "hunter2" not in str(refused.value)


def test_a_laptop_needs_no_settings():
    settings = Settings.from_environment({})
    assert not settings.production
    assert settings.origin == "http://127.0.0.1:8000"
