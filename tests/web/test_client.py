"""Who is asking: the network says it, and proxies only where they are ours."""

from typing import Any

import pytest
from litestar import Request

from app.settings import Settings, UnsafeSettings
from app.web.client import client_network

BEHIND = {"TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8"}


def asked_from(peer: str, forwarded: list[str], variables: dict[str, str]) -> str:
    scope: Any = {
        "type": "http",
        "client": (peer, 1234) if peer else None,
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }
    return client_network(Request(scope), Settings.from_environment(variables))


@pytest.mark.parametrize(
    ("peer", "forwarded", "variables", "expected"),
    [
        ("203.0.113.7", [], {}, "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], {}, "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], BEHIND, "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], BEHIND, "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1"], BEHIND, "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1, 10.0.0.2"], BEHIND, "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66", "198.51.100.1"], BEHIND, "198.51.100.1"),
        ("10.0.0.1", [], BEHIND, "10.0.0.1"),
        ("10.0.0.1", ["nonsense"], BEHIND, "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], BEHIND, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", [], {}, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", [], {}, "203.0.113.7"),
        ("", [], {}, "unknown"),
    ],
)
def test_where_a_request_comes_from(peer: str, forwarded: list[str], variables: dict[str, str], expected: str) -> None:
    assert asked_from(peer, forwarded, variables) == expected


@pytest.mark.parametrize("value", ["proxy", "10.0.0.0/99", "0.0.0.0/0", "10.0.0.1, ::/0"])
def test_nobody_trusts_everybody(value: str) -> None:
    with pytest.raises(UnsafeSettings, match="TRUSTED_PROXIES"):
        Settings.from_environment({"TRUSTED_PROXIES": value})
