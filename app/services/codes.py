"""One-time codes by mail: made, sealed, sent, tried. They prove that somebody reads an address, and no more."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.core.codes import DIGITS, Purpose, spaced, typed_code
from app.core.emails import EmailKind, job_id
from app.core.languages import Languages
from app.ports.codes import Codes, NewCode, TriedCode
from app.ports.emails import Emails
from app.ports.mail_contexts import CodeMail
from app.ports.transactions import Transaction
from app.ports.vault import Place, Vault
from app.services.notices import Outbox

TABLE, COLUMN = "otp", "sealed_code"
PAGES = {
    Purpose.VERIFY_EMAIL: "/verify",
    Purpose.SIGN_IN: "/sign-in/code",
    Purpose.RESET: "/password/reset",
}
"""Where a code is typed, for those who have closed the page."""


@dataclass(frozen=True)
class CodeService:
    """Methods run in the caller's transaction, so that a code and what it is for are written together."""

    codes: Codes
    vault: Vault
    emails: Emails
    outbox: Outbox
    secrets: tuple[bytes, ...]
    """Ring of the keyed hashes: the first makes them, all are accepted."""
    shop_name: str
    origin: str
    languages: Languages

    async def send(
        self,
        transaction: Transaction,
        user_id: int,
        purpose: Purpose,
        *,
        recipient: str,
        browser: str,
        locale: str,
        subject: str | None = None,
        with_link: bool = False,
    ) -> None:
        """Make a code in the place of the live one and queue its mail.

        `browser` is the token of the browser that will type it; nobody else's can. `subject` is the address it proves
        where that is not the account's own. `with_link` puts a reset link into the same mail.
        """
        code_id = await self._keep(user_id, purpose, _digits(), browser=browser, subject=subject)
        data: dict[str, object] = {"code_id": code_id, "purpose": purpose.value, "locale": locale}
        if with_link:
            data["link_id"] = await self._keep(user_id, Purpose.RESET_LINK, secrets.token_urlsafe(32), browser=None)
        email = await self.emails.queue(
            kind=EmailKind.CODE, recipient=recipient, locale=locale, data=data, order_id=None, user_id=user_id
        )
        await self.codes.note_job(code_id, job_id(email.id, email.attempt))
        transaction.after_commit(partial(self.outbox.enqueue, email))

    async def try_typed(self, user_id: int, purpose: Purpose, typed: str, *, browser: str) -> TriedCode | None:
        """Try what somebody typed. A right code is used up. None where there is nothing left to try, or no code.

        The caller commits in any case, and refuses afterwards: the try counts.
        """
        code = typed_code(typed)
        if not code or not browser:
            return None
        return await self._try(user_id, purpose, code, browser=browser)

    async def try_link(self, token: str) -> int | None:
        """The user whose reset link this is; the link is used up. None where it is not one, or no longer."""
        user_id, _, secret = token.partition(".")
        if not (user_id.isdecimal() and len(user_id) < 19 and 40 <= len(secret) <= 50):
            return None
        tried = await self._try(int(user_id), Purpose.RESET_LINK, secret, browser=None)
        return int(user_id) if tried is not None and tried.is_right else None

    async def is_bound(self, user_id: int, purpose: Purpose, *, browser: str) -> bool:
        """Whether the latest code of this purpose was asked for by this browser."""
        return bool(browser) and await self.codes.is_bound(user_id, purpose, self._binding(browser))

    async def subject(self, user_id: int, purpose: Purpose, *, browser: str) -> str:
        """What the live code of this browser is about, or nothing where there is none."""
        return await self.codes.find_subject(user_id, purpose, self._binding(browser)) if browser else ""

    async def undo_use(self, tried: TriedCode) -> None:
        await self.codes.undo_use(tried.id)

    async def void(self, user_id: int, *purposes: Purpose) -> None:
        await self.codes.void(user_id, *purposes)

    async def sweep(self, limit: int) -> int:
        return await self.codes.sweep(limit)

    async def context(self, data: Mapping[str, object]) -> CodeMail | None:
        """What templates/emails/code/ shows, opened for this one mail; None where the code is no longer of use."""
        code = await self.codes.find_waiting(_id(data, "code_id"))
        if code is None:
            return None
        locale, link = str(data.get("locale", "")), ""
        if "link_id" in data and (waiting := await self.codes.find_waiting(_id(data, "link_id"))):
            link = self._address(PAGES[Purpose.RESET], locale) + f"?token={self._open(waiting.id, waiting.sealed)}"
        return CodeMail(
            purpose=code.purpose.value,
            code=spaced(self._open(code.id, code.sealed)),
            minutes=int(code.purpose.lifetime.total_seconds()) // 60,
            link=link,
            page=self._address(page, locale) if (page := PAGES.get(code.purpose)) else "",
            shop_name=self.shop_name,
            origin=self.origin,
        )

    async def forget(self, data: Mapping[str, object]) -> None:
        """Wipe what was sealed for a mail that has left or never will, in the running transaction."""
        for name in ("code_id", "link_id"):
            if name in data:
                await self.codes.wipe(_id(data, name))

    async def _keep(
        self, user_id: int, purpose: Purpose, code: str, *, browser: str | None, subject: str | None = None
    ) -> int:
        code_id = await self.codes.next_id()
        binding = None if browser is None else self._binding(browser)
        text = code if browser is not None else f"{user_id}.{code}"
        await self.codes.keep(
            NewCode(
                id=code_id,
                user_id=user_id,
                purpose=purpose,
                code_hash=self._hash(self.secrets[0], user_id, purpose, code, binding),
                binding=binding,
                subject=subject,
                sealed=self.vault.seal(text, Place(TABLE, COLUMN, code_id)),
            )
        )
        return code_id

    async def _try(self, user_id: int, purpose: Purpose, code: str, *, browser: str | None) -> TriedCode | None:
        binding = None if browser is None else self._binding(browser)
        hashes = [self._hash(secret, user_id, purpose, code, binding) for secret in self.secrets]
        return await self.codes.try_code(user_id, purpose, binding=binding, hashes=hashes)

    def _address(self, path: str, locale: str) -> str:
        return self.origin + self.languages.address(path, locale)

    def _open(self, code_id: int, sealed: str) -> str:
        return self.vault.open(sealed, Place(TABLE, COLUMN, code_id))

    @staticmethod
    def _hash(secret: bytes, user_id: int, purpose: Purpose, code: str, binding: str | None) -> str:
        """Keyed, or the ten million codes of a stolen table would be tried in seconds."""
        return hmac.new(secret, f"code|{user_id}|{purpose}|{binding or ''}|{code}".encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _binding(browser: str) -> str:
        return hashlib.sha256(f"browser|{browser}".encode()).hexdigest()


def _digits() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def _id(data: Mapping[str, object], name: str) -> int:
    return int(str(data[name]))
