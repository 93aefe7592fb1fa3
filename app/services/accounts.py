"""Accounts: signing up, signing in, and proving it again.

What a stranger asks is answered the same whether or not an address is known: the same words, the same work, and where
the work cannot be the same, no sooner than after a fixed time. The difference is in the mail.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.accounts import (
    LONGEST_NAME,
    Role,
    common_forms,
    normalised_email,
    require_strong_password,
    require_unguessable,
)
from app.core.codes import Purpose
from app.core.errors import (
    EmailTaken,
    NotVerified,
    PasswordTooCommon,
    SignInFailed,
    StepUpRequired,
    WrongCode,
)
from app.core.identity import Failed, Method
from app.core.throttle import (
    CODE_MAIL,
    CODE_TRY_ADDRESS,
    MAIL_ADDRESS,
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
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.identity import IdentityService, TokenPair
from app.services.mailed_codes import MailedCodes, address_or_nothing
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService

SWEEP_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class SignInResult:
    """One of the two: tokens for the cookies, or a challenge to answer with a second factor."""

    account: Account
    tokens: TokenPair | None = None
    challenge: str = ""
    is_known: bool = False
    """Whether this browser was signed in to the account before."""


@dataclass(frozen=True)
class AccountService:
    accounts: Accounts
    passwords: Passwords
    identity: IdentityService
    sessions: Sessions
    tokens: Tokens
    codes: CodeService
    mailed: MailedCodes
    notices: Notices
    throttle: ThrottleService
    orders: Orders
    transactions: Transactions
    secrets: tuple[bytes, ...]

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
        async with self.mailed.evenly():
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
        async with self.mailed.evenly():
            if not await self.throttle.is_left(VERIFY_MAIL, address):
                return
            async with self.transactions.begin() as transaction:
                account = await self.mailed.find_locked(address)
                if account is None or account.is_verified:
                    return
                if await self.codes.is_bound(account.id, Purpose.VERIFY_EMAIL, browser=browser.token):
                    await self.mailed.send(transaction, account, Purpose.VERIFY_EMAIL, browser)

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

    async def check_staff(self, name: str, password: str, *, role: Role, browser: Browser) -> Account:
        """The account of a member of staff with this role; starts no session.

        Raises SignInFailed, TooOften.
        """
        account, _ = await self._proven(name, password, browser)
        if account.role is not role:
            raise SignInFailed
        return account

    async def send_sign_in_code(self, email: str, *, browser: Browser) -> None:
        """Mail a code to sign in with; to an unknown address nothing. Raises InvalidEmail, TooOften."""
        await self.mailed.send_to(email, Purpose.SIGN_IN, CODE_MAIL, browser)

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
            return await self._enter(transaction, account, methods, browser, known=self._knows(account, browser))

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
        await self.mailed.send_to(signed_in.email, Purpose.STEP_UP, CODE_MAIL, browser)

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

    # What the worker does

    async def gather_orders(self, user_id: int) -> None:
        """Make orders theirs that they placed as a guest with the address they have proven, so that nothing is left
        out of a copy or a deletion. Every sign-in does so, too.
        """
        async with self.transactions.begin():
            account = await self.accounts.open_locked(user_id)
            if account is not None and account.is_verified:
                await self.orders.attach(user_id, account.email)

    async def sweep(self) -> int:
        """Forget sessions, tokens and codes that have been over for long; returns how many."""
        async with self.transactions.begin():
            return await self.sessions.sweep(SWEEP_LIMIT) + await self.codes.sweep(SWEEP_LIMIT)

    # Within

    async def _sign_up(
        self, transaction: Transaction, address: str, hashed: str, names: tuple[str, str], browser: Browser
    ) -> None:
        account = await self.mailed.find_locked(address)
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
            await self.mailed.send(transaction, account, Purpose.VERIFY_EMAIL, browser)

    async def _proven(self, name: str, password: str, browser: Browser) -> tuple[Account, bool]:
        """The account with this name and password, and whether the browser was known to it before.

        Counted first. A browser that knows the account has a count of its own, which strangers cannot use up.
        """
        address = address_or_nothing(name) or name.strip().lower()[:254]
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
            await self.identity.note_failure(account.id if account else 0, Failed.PASSWORD, browser)
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
                await self.mailed.send(transaction, account, Purpose.VERIFY_EMAIL, browser)
        raise NotVerified

    async def _sign_in_by_code(self, email: str, typed: str, purpose: Purpose, browser: Browser) -> SignInResult:
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        result: SignInResult | None = None
        async with self.mailed.evenly(), self.transactions.begin() as transaction:
            account = await self.mailed.find_locked(email)
            right = await self.mailed.is_right(account, purpose, typed, browser)
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
        return SignInResult(account, tokens, is_known=known)

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
