"""Whether an address can be listened on, in words for a person, before anything is started."""

import errno
import socket
import time

from app.adapters.embedded.processes import ServerFailed

PATIENCE_SECONDS = 1
"""A shop that was just killed may still be letting go."""


def require_free_port(host: str, port: int, *, shared: bool = False) -> str:
    """The IP address to listen on for `host`; ServerFailed names what is in the way.

    `shared`: other web processes of the same user may listen there too, so that a new one can take over from an old.
    """
    family, address = _resolve(host, port)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            try:
                probe.bind((address, port))
                return address
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise ServerFailed(_problem(host, port, error)) from None
        time.sleep(0.05)


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServerFailed(f"HOST: {host!r} is not an address: {error}") from None
    family, _, _, _, address = next((entry for entry in found if entry[0] == socket.AF_INET), found[0])
    return family, str(address[0])


def _problem(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return f"Port {port} on {host} is busy: something else listens there. Choose another, like PORT={other}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023, like PORT=8000."
    return f"HOST: cannot listen on {host}, port {port}: {error.strerror}"
