"""Argon2id, on threads of its own, and zxcvbn's list of common passwords. All hashing of the shop is done here.

One hash takes tens of milliseconds. On the event loop, 50 sign-ins at once would stop the shop for seconds; on more
threads than there are cores they would take each other's time and 19 MiB each.
"""

import asyncio
import functools
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.accounts import LONGEST_PASSWORD, normalised_password
from app.core.errors import PasswordTooLong

ARGON2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's first choice for Argon2id: 19 MiB, two passes, one lane."""
HASHED = "$argon2"
Result = TypeVar("Result")
MOST_THREADS = 4


class Argon2Passwords:
    def __init__(self, hasher: PasswordHasher = ARGON2) -> None:
        self._hasher = hasher

    async def hash(self, password: str) -> str:
        return await _off_the_loop(hash_now, password, self._hasher)

    async def verify(self, stored: str | None, password: str) -> bool:
        return await _off_the_loop(verify_now, stored, password, self._hasher)

    def needs_rehash(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)

    async def is_common(self, *candidates: str) -> bool:
        common = await _off_the_loop(_common_passwords)
        return any(candidate.lower() in common for candidate in candidates)


def hash_now(password: str, hasher: PasswordHasher = ARGON2) -> str:
    """The hash, made on this very thread. Raises PasswordTooLong rather than hash a part."""
    normal = normalised_password(password)
    if len(normal) > LONGEST_PASSWORD:
        raise PasswordTooLong(LONGEST_PASSWORD)
    return hasher.hash(normal)


def verify_now(stored: str | None, password: str, hasher: PasswordHasher = ARGON2) -> bool:
    """Whether they match, found on this very thread."""
    normal = normalised_password(password)
    if len(normal) > LONGEST_PASSWORD:
        stored, normal = None, ""
    try:
        return hasher.verify(stored or _decoy(hasher), normal) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


async def _off_the_loop(work: Callable[..., Result], *arguments: object) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_threads(), work, *arguments)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """One pool for the process, whoever asks: what it spares are the machine's cores and memory."""
    return ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1), thread_name_prefix="passwords")


@functools.cache
def _decoy(hasher: PasswordHasher) -> str:
    """A hash nobody knows the password of, so that an unknown name costs the same work as a known one."""
    return hasher.hash(secrets.token_urlsafe())


@functools.cache
def _common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import (
        FREQUENCY_LISTS,
    )  # 94,000 words, of which a third are kept; read when first needed

    return frozenset(FREQUENCY_LISTS["passwords"])
