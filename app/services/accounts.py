"""Accounts: signing up and in, and changing what lets people in.

What a stranger asks is answered the same whether or not an address is known: the same words, the same work, and where
the work cannot be the same, no sooner than after a fixed time. The difference is in the mail.
"""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

from app.core.accounts import (
    LONGEST_NAME,
    Role,
    UserStatus,
    common_forms,
    normalised_email,
    require_strong_password,
    require_unguessable,
)
from app.core.codes import Purpose
from app.core.errors import (
    EmailTaken,
    Forbidden,
    InvalidEmail,
    NotFound,
    NotVerified,
    PasswordTooCommon,
    SignInFailed,
    StepUpRequired,
    WrongCode,
)
from app.core.identity import Ended, Method
from app.core.throttle import (
    CODE_MAIL,
    CODE_TRY_ADDRESS,
    MAIL_ADDRESS,
    RESET_MAIL,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_ALL,
    SIGN_IN_KNOWN,
    SIGN_UP_ADDRESS,
    VERIFY_MAIL,
    Limit,
)
from app.ports.accounts import Account, Accounts
from app.ports.identity import Challenge, Sessions, SignedIn, TokenRefused, Tokens
from app.ports.orders import Orders
from app.ports.passwords import Passwords
from app.ports.transactions import Transaction, Transactions
from app.services.codes import CodeService
from app.services.evenly import evenly
from app.services.identity import IdentityService, TokenPair
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService

SWEEP_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from."""

    address: str
    """Network address as the server saw it; nothing a header says."""
    token: str
    """Random, in a cookie of this browser: codes it asks for are of use to it alone. Empty where it has none."""
    device: str
    """In words, for the list of sessions."""
    place: str
    known: str
    """The cookie that `AccountService.known_device` gave out, or nothing."""
    locale: str


@dataclass(frozen=True, slots=True)
class SignInResult:
    """One of the two: tokens for the cookies, or a challenge to answer with a second factor."""

    account: Account
    tokens: TokenPair | None = None
    challenge: str = ""


@dataclass(frozen=True)
class AccountService:
    accounts: Accounts
    passwords: Passwords
    identity: IdentityService
    sessions: Sessions
    tokens: Tokens
    codes: CodeService
    notices: Notices
    throttle: ThrottleService
    orders: Orders
    transactions: Transactions
    secrets: tuple[bytes, ...]
    even_seconds: float
    """No answer that could tell whether an address is known comes sooner."""

    # Signing up

    async def sign_up(
        self, email: str, password: str, *, first_name: str = "", last_name: str = "", browser: Browser
    ) -> str:
        """Open an account, or for a known address nothing but a mail that says so; returns the address as stored.

        An account whose address was never proven is begun anew: the password is the one given last, and only the
        browser that gave it can enter the code. Raises InvalidEmail, PasswordTooShort, PasswordTooLong,
        PasswordTooCommon, TooOften.
        """
        address = normalised_email(email)
        await self.require_good_password(password, known=(address, first_name, last_name))
        names = (first_name.strip()[:LONGEST_NAME], last_name.strip()[:LONGEST_NAME])
        await self.throttle.require((SIGN_UP_ADDRESS, browser.address))
        async with self._evenly():
            hashed = await self.passwords.hash(password)
            if not await self.throttle.is_left(VERIFY_MAIL, address):
                return address
            async with self.transactions.begin() as transaction:
                await self._sign_up(transaction, address, hashed, names, browser)
        return address

    async def resend_verification(self, email: str, *, browser: Browser) -> None:
        """Send another code to the browser that signed up; to any other, nothing happens.

        Raises InvalidEmail, TooOften.
        """
        address = normalised_email(email)
        await self.throttle.require((MAIL_ADDRESS, browser.address))
        async with self._evenly():
            if not await self.throttle.is_left(VERIFY_MAIL, address):
                return
            async with self.transactions.begin() as transaction:
                account = await self._find_locked(address)
                if account is None or account.is_verified:
                    return
                if await self.codes.is_bound(account.id, Purpose.VERIFY_EMAIL, browser=browser.token):
                    await self._send(transaction, account, Purpose.VERIFY_EMAIL, browser)

    async def verify(self, email: str, typed: str, *, browser: Browser) -> SignInResult:
        """Prove the address of a new account by its code, and sign in. Raises WrongCode, TooOften."""
        return await self._sign_in_by_code(email, typed, Purpose.VERIFY_EMAIL, browser)

    # Signing in

    async def sign_in(self, name: str, password: str, *, browser: Browser) -> SignInResult:
        """Sign in by address (or user name) and password.

        Where the address was never proven, a code for it is sent to this browser and NotVerified raised: go on with
        `verify`. Raises SignInFailed, whatever it is that does not fit, NotVerified, TooOften.
        """
        account, known = await self._proven(name, password, browser)
        if not account.is_verified:
            await self._ask_to_verify(account, browser)
        async with self.transactions.begin(actor=account.id) as transaction:
            current = await self.accounts.open_locked(account.id)
            if current is None or not current.may_sign_in or current.password != account.password:
                raise SignInFailed  # changed in the moment between
            return await self._enter(transaction, current, (Method.PASSWORD,), browser, known=known)

    async def check_staff(self, name: str, password: str, *, browser: Browser) -> Account:
        """The account of a member of staff who may enter the back office; starts no session.

        Raises SignInFailed, TooOften.
        """
        account, _ = await self._proven(name, password, browser)
        if account.role is not Role.ADMIN:
            raise SignInFailed
        async with self.transactions.begin(actor=account.id):
            await self.accounts.note_sign_in(account.id)
        return account

    async def send_sign_in_code(self, email: str, *, browser: Browser) -> None:
        """Mail a code to sign in with; to an unknown address nothing. Raises InvalidEmail, TooOften."""
        await self._send_to_address(email, Purpose.SIGN_IN, CODE_MAIL, browser)

    async def sign_in_by_code(self, email: str, typed: str, *, browser: Browser) -> SignInResult:
        """Sign in by a mailed code. It proves the address too: a password that was set before that is dropped, since
        whoever set it had not proven anything. Raises WrongCode, TooOften.
        """
        return await self._sign_in_by_code(email, typed, Purpose.SIGN_IN, browser)

    async def enter(self, user_id: int, methods: Sequence[Method], *, browser: Browser) -> SignInResult:
        """Sign in somebody who has proven who they are elsewhere, such as at a provider. The second factor is still
        asked for. Raises SignInFailed where the account may not sign in.
        """
        async with self.transactions.begin(actor=user_id) as transaction:
            account = await self.accounts.open_locked(user_id)
            if account is None or not account.may_sign_in or not account.is_verified:
                raise SignInFailed
            return await self._enter(transaction, account, methods, browser, known=False)

    def read_challenge(self, challenge: str) -> Challenge:
        """Who has still to show a second factor. Raises SignInFailed where it is none of ours, or over."""
        try:
            return self.tokens.read_challenge(challenge)
        except TokenRefused:
            raise SignInFailed from None

    async def finish_sign_in(self, challenge: str, method: Method, *, browser: Browser) -> SignInResult:
        """Sign in after the second factor was shown and checked, by `method`. Raises SignInFailed."""
        read = self.read_challenge(challenge)
        async with self.transactions.begin(actor=read.user_id) as transaction:
            account = await self.accounts.open_locked(read.user_id)
            if account is None or not account.may_sign_in:
                raise SignInFailed
            methods = (*(Method(name) for name in read.amr), method, Method.SECOND_FACTOR)
            return await self._start(transaction, account, methods, browser, known=self._knows(account, browser))

    def known_device(self, account: Account) -> str:
        """For a cookie that outlives sessions: this browser was signed in to the account once, so that it still gets
        in while strangers' guesses block the account.
        """
        return f"{account.id}.{self._device_mark(self.secrets[0], account)}"

    # Proving it again

    async def send_step_up_code(self, signed_in: SignedIn, *, browser: Browser) -> None:
        """Mail a code that proves it is still the owner. Raises TooOften."""
        await self._send_to_address(signed_in.email, Purpose.STEP_UP, CODE_MAIL, browser)

    async def step_up_by_code(self, signed_in: SignedIn, typed: str, *, browser: Browser) -> None:
        """Raises WrongCode, TooOften; StepUpRequired where the account has a second factor: use that."""
        if signed_in.two_factor_enabled:
            raise StepUpRequired
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        async with self.transactions.begin(actor=signed_in.user_id):
            tried = await self.codes.try_typed(signed_in.user_id, Purpose.STEP_UP, typed, browser=browser.token)
        if tried is None or not tried.is_right:
            raise WrongCode
        await self.identity.prove_again(signed_in, Method.MAILED_CODE)

    async def step_up_by_password(self, signed_in: SignedIn, password: str, *, browser: Browser) -> None:
        """Raises SignInFailed, TooOften; StepUpRequired where the account has a second factor: use that."""
        if signed_in.two_factor_enabled:
            raise StepUpRequired
        if not await self.require_own_password(signed_in, password, browser=browser):
            raise SignInFailed  # there is none: use a mailed code
        await self.identity.prove_again(signed_in, Method.PASSWORD)

    async def require_own_password(self, signed_in: SignedIn, password: str, *, browser: Browser) -> bool:
        """Raises SignInFailed, TooOften. False where the account has no password that could be asked for."""
        account = await self.accounts.find(signed_in.user_id)
        if account is not None and account.password is None:
            return False
        account, _ = await self._proven(signed_in.email, password, browser)
        if account.id != signed_in.user_id:
            raise SignInFailed
        return True

    @staticmethod
    def require_fresh(signed_in: SignedIn) -> None:
        """Raises StepUpRequired where the last proof is older than core.identity.FRESH."""
        if not signed_in.is_fresh:
            raise StepUpRequired

    # Passwords

    async def require_good_password(
        self, password: str, *, known: Sequence[str] = (), second_factor: bool = False
    ) -> None:
        """Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon. `known` are the person's own words."""
        require_strong_password(password, second_factor=second_factor)
        require_unguessable(password, known=[word for word in known if word])
        if await self.passwords.is_common(*common_forms(password)):
            raise PasswordTooCommon

    async def change_password(self, signed_in: SignedIn, new: str, *, browser: Browser) -> None:
        """Ends all other sessions and tells the owner.

        Raises StepUpRequired, PasswordTooShort, PasswordTooLong, PasswordTooCommon.
        """
        self.require_fresh(signed_in)
        await self.require_good_password(
            new, known=(signed_in.email, signed_in.first_name), second_factor=signed_in.two_factor_enabled
        )
        hashed = await self.passwords.hash(new)
        async with self.transactions.begin(actor=signed_in.user_id) as transaction:
            await self.accounts.open_locked(signed_in.user_id)
            await self.accounts.set_password(signed_in.user_id, hashed)
            await self.codes.void(signed_in.user_id, *Purpose)
            await self.sessions.revoke_all(signed_in.user_id, Ended.PASSWORD, keep=signed_in.session_id)
            await self.notices.queue(transaction, signed_in.user_id, What.PASSWORD_CHANGED, locale=browser.locale)

    async def replace_password(self, signed_in: SignedIn, present: str, new: str, *, browser: Browser) -> None:
        """The same, asking for the present password where there is one. It is all the proof that an account without a
        second factor needs; with one, the session must be fresh besides.

        Raises SignInFailed where the present password is another, TooOften, and what `change_password` raises.
        """
        if signed_in.two_factor_enabled or not await self.has_password(signed_in):
            self.require_fresh(signed_in)
            await self.require_own_password(signed_in, present, browser=browser)
        else:
            await self.step_up_by_password(signed_in, present, browser=browser)
            signed_in = replace(signed_in, proven_ago=timedelta())
        await self.change_password(signed_in, new, browser=browser)

    async def has_password(self, signed_in: SignedIn) -> bool:
        account = await self.accounts.find(signed_in.user_id)
        return account is not None and account.password is not None

    async def send_reset(self, email: str, *, browser: Browser) -> None:
        """Mail a code and a link to set a new password; to an unknown address nothing.

        Raises InvalidEmail, TooOften.
        """
        await self._send_to_address(email, Purpose.RESET, RESET_MAIL, browser, with_link=True)

    async def reset_by_code(self, email: str, typed: str, new: str, *, browser: Browser) -> None:
        """Set a new password, end all sessions, tell the owner. Signs nobody in, and no second factor is skipped.

        The password is judged first, so that a refused one costs no try.
        Raises WrongCode, PasswordTooShort, PasswordTooLong, PasswordTooCommon, TooOften.
        """
        await self.require_good_password(new, known=(email,))
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        async with self._evenly():
            hashed = await self.passwords.hash(new)
            async with self.transactions.begin() as transaction:
                account = await self._find_locked(_address_or_nothing(email))
                right = await self._try(account, typed, Purpose.RESET, browser)
                if right and account is not None:
                    await self._reset(transaction, account, hashed, browser)
        if not right:
            raise WrongCode

    async def reset_by_link(self, token: str, new: str, *, browser: Browser) -> None:
        """The same by the link of the mail, in whatever browser; once, within an hour."""
        await self.require_good_password(new)
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        hashed = await self.passwords.hash(new)
        async with self.transactions.begin() as transaction:
            user_id = await self.codes.try_link(token)
            account = None if user_id is None else await self.accounts.open_locked(user_id)
            if account is not None:
                await self._reset(transaction, account, hashed, browser)
        if account is None:
            raise WrongCode

    # The address

    async def send_email_change(self, signed_in: SignedIn, email: str, *, browser: Browser) -> str:
        """Mail a code to the old and one to the new address; a new address that has an account gets a mail that says
        so instead. Returns the new address as it would be stored.

        Raises StepUpRequired, InvalidEmail, TooOften.
        """
        self.require_fresh(signed_in)
        address = normalised_email(email)
        await self.throttle.require((MAIL_ADDRESS, browser.address), (CODE_MAIL, signed_in.email))
        async with self._evenly(), self.transactions.begin(actor=signed_in.user_id) as transaction:
            account = await self.accounts.open_locked(signed_in.user_id)
            if account is None:
                raise NotFound("account")
            owner = await self.accounts.find_by_email(address)
            await self._send(transaction, account, Purpose.CHANGE_EMAIL_OLD, browser, subject=address)
            await self.codes.void(account.id, Purpose.CHANGE_EMAIL_NEW)
            if owner is None:
                await self._send(
                    transaction, account, Purpose.CHANGE_EMAIL_NEW, browser, recipient=address, subject=address
                )
            elif owner.id != account.id:
                await self.notices.queue(transaction, owner.id, What.ACCOUNT_EXISTS, locale=browser.locale)
        return address

    async def change_email(self, signed_in: SignedIn, *, old_code: str, new_code: str, browser: Browser) -> str:
        """Both codes at once: the address is changed, all other sessions end, both addresses are told.

        One wrong code leaves the other one unused; both tries count. Returns the new address.
        Raises StepUpRequired, WrongCode, EmailTaken, TooOften.
        """
        self.require_fresh(signed_in)
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        user_id, address = signed_in.user_id, ""
        async with self.transactions.begin(actor=user_id) as transaction:
            account = await self.accounts.open_locked(user_id)
            old = await self.codes.try_typed(user_id, Purpose.CHANGE_EMAIL_OLD, old_code, browser=browser.token)
            new = await self.codes.try_typed(user_id, Purpose.CHANGE_EMAIL_NEW, new_code, browser=browser.token)
            tried = [one for one in (old, new) if one is not None and one.is_right]
            if account is not None and new is not None and len(tried) == 2 and new.subject:
                address = new.subject
                await self.accounts.set_email(user_id, address)
                await self.sessions.revoke_all(user_id, Ended.EMAIL, keep=signed_in.session_id)
                for recipient in (account.email, address):
                    await self.notices.queue(
                        transaction, user_id, What.EMAIL_CHANGED, recipient=recipient, locale=browser.locale
                    )
            else:
                for one in tried:
                    await self.codes.undo_use(one)
        if not address:
            raise WrongCode
        return address

    async def pending_email(self, signed_in: SignedIn, *, browser: Browser) -> str:
        """The address that `send_email_change` was asked for in this browser and that is not confirmed yet, or nothing.

        Known by the code for the present address: whether the new one is somebody else's, nobody is told.
        """
        return await self.codes.subject(signed_in.user_id, Purpose.CHANGE_EMAIL_OLD, browser=browser.token)

    async def give_up_email_change(self, signed_in: SignedIn) -> None:
        async with self.transactions.begin(actor=signed_in.user_id):
            await self.codes.void(signed_in.user_id, Purpose.CHANGE_EMAIL_OLD, Purpose.CHANGE_EMAIL_NEW)

    # What staff do

    async def create_admin(self, email: str, password: str) -> str:
        """Open an account that may do everything; returns its address as stored.

        Raises InvalidEmail, PasswordTooShort, PasswordTooLong, PasswordTooCommon, EmailTaken.
        """
        address = normalised_email(email)
        await self.require_good_password(password, known=(address,))
        hashed = await self.passwords.hash(password)
        async with self.transactions.begin():
            await self.accounts.add(address, hashed, role=Role.ADMIN, is_verified=True)
        return address

    async def suspend(self, actor: SignedIn, user_id: int) -> None:
        """Keep an account out, at once and everywhere. Raises NotFound; Forbidden for one's own."""
        await self._set_status(actor, user_id, UserStatus.SUSPENDED)

    async def reinstate(self, actor: SignedIn, user_id: int) -> None:
        """Let a suspended account sign in again. Raises NotFound; Forbidden for one's own."""
        await self._set_status(actor, user_id, UserStatus.ACTIVE)

    # What the worker does

    async def sweep(self) -> int:
        """Forget sessions, tokens and codes that have been over for long; returns how many."""
        async with self.transactions.begin():
            return await self.sessions.sweep(SWEEP_LIMIT) + await self.codes.sweep(SWEEP_LIMIT)

    # Within

    async def _sign_up(
        self, transaction: Transaction, address: str, hashed: str, names: tuple[str, str], browser: Browser
    ) -> None:
        account = await self._find_locked(address)
        if account is None:
            first, last = names
            try:
                user_id = await self.accounts.add(
                    address, hashed, role=Role.CUSTOMER, is_verified=False, first_name=first, last_name=last
                )
            except EmailTaken:  # by somebody who signed up in the same moment
                return
            account = await self.accounts.find(user_id)
        elif account.is_verified:
            await self.notices.queue(transaction, account.id, What.ACCOUNT_EXISTS, locale=browser.locale)
            return
        else:
            await self.accounts.set_password(account.id, hashed)
            await self.accounts.set_name(account.id, *names)
        if account is not None:
            await self._send(transaction, account, Purpose.VERIFY_EMAIL, browser)

    async def _proven(self, name: str, password: str, browser: Browser) -> tuple[Account, bool]:
        """The account with this name and password, and whether the browser was known to it before.

        Counted first. A browser that knows the account has a count of its own, which strangers cannot use up.
        """
        address = _address_or_nothing(name) or name.strip().lower()[:254]
        account = await self.accounts.find_by_name(address) if "\0" not in address else None
        known = account is not None and self._knows(account, browser)
        attempts: list[tuple[Limit, str]]
        if known:
            attempts = [(SIGN_IN_KNOWN, browser.known)]
        else:
            attempts = [(SIGN_IN_ADDRESS, browser.address), (SIGN_IN_ALL, ""), (SIGN_IN_ACCOUNT, address)]
        await self.throttle.require(*attempts)
        stored = account.password if account is not None else None
        right = await self.passwords.verify(stored, password)
        if account is None or not right or not account.may_sign_in or stored is None:
            raise SignInFailed
        if self.passwords.needs_rehash(stored):
            renewed = await self.passwords.hash(password)
            async with self.transactions.begin(actor=account.id):
                await self.accounts.renew_hash(account.id, old=stored, new=renewed)
            account = await self.accounts.find(account.id)
            if account is None:
                raise SignInFailed
        return account, known

    async def _ask_to_verify(self, account: Account, browser: Browser) -> None:
        if await self.throttle.is_left(VERIFY_MAIL, account.email):
            async with self.transactions.begin() as transaction:
                await self._send(transaction, account, Purpose.VERIFY_EMAIL, browser)
        raise NotVerified

    async def _sign_in_by_code(self, email: str, typed: str, purpose: Purpose, browser: Browser) -> SignInResult:
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        result: SignInResult | None = None
        async with self._evenly(), self.transactions.begin() as transaction:
            account = await self._find_locked(_address_or_nothing(email))
            right = await self._try(account, typed, purpose, browser)
            if right and account is not None and account.may_sign_in:
                if not account.is_verified:
                    await self.accounts.mark_verified(account.id)
                    if purpose is not Purpose.VERIFY_EMAIL:
                        await self.accounts.set_password(account.id, None)
                known = self._knows(account, browser)
                result = await self._enter(transaction, account, (Method.MAILED_CODE,), browser, known=known)
        if result is None:
            raise WrongCode
        return result

    async def _try(self, account: Account | None, typed: str, purpose: Purpose, browser: Browser) -> bool:
        """For an unknown address the same statement runs and finds nothing."""
        tried = await self.codes.try_typed(account.id if account else 0, purpose, typed, browser=browser.token)
        return tried is not None and tried.is_right

    async def _enter(
        self,
        transaction: Transaction,
        account: Account,
        methods: Sequence[Method],
        browser: Browser,
        *,
        known: bool,
    ) -> SignInResult:
        if account.needs_second_factor:
            challenge = self.tokens.sign_challenge(Challenge(account.id, tuple(methods)))
            return SignInResult(account, challenge=challenge)
        return await self._start(transaction, account, methods, browser, known=known)

    async def _start(
        self,
        transaction: Transaction,
        account: Account,
        methods: Sequence[Method],
        browser: Browser,
        *,
        known: bool,
    ) -> SignInResult:
        tokens = await self.identity.begin(
            account.id, account.role, device=browser.device, place=browser.place, amr=methods
        )
        await self.accounts.note_sign_in(account.id)
        await self.orders.attach(account.id, account.email)  # whoever signs in has proven the address
        if not known and account.has_signed_in:
            await self.notices.queue(
                transaction, account.id, What.NEW_DEVICE, detail=browser.device, locale=browser.locale
            )
        return SignInResult(account, tokens)

    async def _reset(self, transaction: Transaction, account: Account, hashed: str, browser: Browser) -> None:
        await self.accounts.set_password(account.id, hashed)
        await self.accounts.mark_verified(account.id)
        await self.codes.void(account.id, *Purpose)
        await self.sessions.revoke_all(account.id, Ended.PASSWORD)
        await self.notices.queue(transaction, account.id, What.PASSWORD_CHANGED, locale=browser.locale)

    async def _send_to_address(
        self, email: str, purpose: Purpose, limit: Limit, browser: Browser, *, with_link: bool = False
    ) -> None:
        address = normalised_email(email)
        await self.throttle.require((MAIL_ADDRESS, browser.address))
        async with self._evenly():
            if not await self.throttle.is_left(limit, address):
                return
            async with self.transactions.begin() as transaction:
                account = await self._find_locked(address)
                if account is not None and account.may_sign_in:
                    await self._send(transaction, account, purpose, browser, with_link=with_link)

    async def _send(
        self,
        transaction: Transaction,
        account: Account,
        purpose: Purpose,
        browser: Browser,
        *,
        recipient: str | None = None,
        subject: str | None = None,
        with_link: bool = False,
    ) -> None:
        await self.codes.send(
            transaction,
            account.id,
            purpose,
            recipient=recipient or account.email,
            browser=browser.token,
            locale=browser.locale,
            subject=subject,
            with_link=with_link,
        )

    async def _find_locked(self, address: str) -> Account | None:
        found = await self.accounts.find_by_email(address) if address else None
        return None if found is None else await self.accounts.open_locked(found.id)

    async def _set_status(self, actor: SignedIn, user_id: int, status: UserStatus) -> None:
        if actor.user_id == user_id:
            raise Forbidden
        async with self.transactions.begin(actor=actor.user_id) as transaction:
            if await self.accounts.open_locked(user_id) is None:
                raise NotFound("account", str(user_id))
            await self.accounts.set_status(user_id, status)
            if status is UserStatus.SUSPENDED:
                await self.sessions.revoke_all(user_id, Ended.STAFF)
                await self.notices.queue(transaction, user_id, What.SUSPENDED)

    def _evenly(self) -> AbstractAsyncContextManager[None]:
        return evenly(self.even_seconds)

    def _knows(self, account: Account, browser: Browser) -> bool:
        given = browser.known.encode(errors="replace")
        return any(
            hmac.compare_digest(f"{account.id}.{self._device_mark(secret, account)}".encode(), given)
            for secret in self.secrets
        )

    @staticmethod
    def _device_mark(secret: bytes, account: Account) -> str:
        """Void once the password is another: whoever had the old one is a stranger again."""
        message = f"device:{account.id}:{account.password or ''}".encode()
        return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _address_or_nothing(text: str) -> str:
    """For where an unusable address is answered like an unknown one."""
    try:
        return normalised_email(text)
    except InvalidEmail:
        return ""
