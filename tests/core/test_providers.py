"""Which addresses are public, and when tokens are renewed."""

from datetime import timedelta

import pytest

from app.core.providers import SLUG, is_public, renewal_due

INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "0x7f.1",
    "2130706433",
    "017700000001",
]
OUTSIDE = ["1.1.1.1", "8.8.8.8", "140.82.121.4", "172.32.0.1", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_that_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("seconds", "due"),
    [(3600, timedelta(minutes=55)), (86_400, timedelta(hours=23, minutes=55)), (60, timedelta(seconds=30)), (0, None)],
)
def test_tokens_are_renewed_in_time(seconds, due):
    assert renewal_due(seconds) == due


@pytest.mark.parametrize("slug", ["google", "a", "our-own-2"])
def test_slugs(slug):
    assert SLUG.fullmatch(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "Google", "a b", "a/b", "x" * 41, "ä", "a\n"])
def test_what_is_no_slug(slug):
    assert not SLUG.fullmatch(slug)
