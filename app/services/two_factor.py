"""The second factor: set up, shown at sign-in and whenever it matters, and given up."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.accounts import require_strong_password
from app.core.codes import typed_code
from app.core.errors import NotFound, SecondFactorObligatory, SignInFailed, WrongCode
from app.core.identity import Ended, Failed, Method
from app.core.throttle import SECOND_FACTOR, SECOND_FACTOR_ADDRESS
from app.core.two_factor import ALPHABET, CODES, DIGITS, LENGTH, accepted_steps, grouped, typed_recovery_code
from app.ports.accounts import Accounts
from app.ports.identity import Sessions, SignedIn
from app.ports.transactions import Transaction, Transactions
from app.ports.two_factor import Authenticator, Factor, TwoFactors
from app.ports.vault import Place, Vault
from app.services.accounts import AccountService, SignInResult
from app.services.browser import Browser
from app.services.identity import IdentityService
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService

TABLE, SECRET, PENDING = "users", "two_factor_secret", "two_factor_pending"


@dataclass(frozen=True, slots=True)
class FactorState:
    """What the page about security says of it."""

    is_on: bool
    is_pending: bool
    """Begun to set up; it asks nobody for anything yet."""
    is_obligatory: bool
    codes_left: int


@dataclass(frozen=True, slots=True)
class SetUp:
    """What somebody's authenticator has to know. Shown to its owner, and nowhere else."""

    secret: str
    """In groups of four."""
    address: str
    """For the QR code."""


@dataclass(frozen=True)
class TwoFactorService:
    factors: TwoFactors
    authenticator: Authenticator
    vault: Vault
    accounts: Accounts
    signing_in: AccountService
    identity: IdentityService
    sessions: Sessions
    notices: Notices
    throttle: ThrottleService
    transactions: Transactions
    secrets: tuple[bytes, ...]
    """Ring of the keyed hashes of recovery codes: the first makes them, all are accepted."""
    shop_name: str

    async def state(self, signed_in: SignedIn) -> FactorState:
        factor = await self._get(signed_in.user_id)
        return FactorState(
            is_on=factor.is_on,
            is_pending=factor.pending is not None,
            is_obligatory=signed_in.role.is_staff,
            codes_left=factor.codes_left,
        )

    # Setting it up

    async def begin(self, signed_in: SignedIn) -> None:
        """Choose a secret for a new authenticator, or keep the one that waits already.

        It replaces the one in use, if there is one, once a code of it was shown. Raises StepUpRequired.
        """
        self.signing_in.require_fresh(signed_in)
        user_id = signed_in.user_id
        async with self.transactions.begin(actor=user_id):
            await self.accounts.open_locked(user_id)
            factor = await self._get(user_id)
            if factor.pending is None:
                sealed = self.vault.seal(self.authenticator.new_secret(), Place(TABLE, PENDING, user_id))
                await self.factors.keep_pending(user_id, sealed)

    async def set_up(self, signed_in: SignedIn) -> SetUp | None:
        """What the authenticator has to know; None where no set-up was begun. Raises StepUpRequired."""
        self.signing_in.require_fresh(signed_in)
        factor = await self._get(signed_in.user_id)
        if factor.pending is None:
            return None
        secret = self._open(factor.pending, PENDING, signed_in.user_id)
        address = self.authenticator.address(secret, account=signed_in.email, issuer=self.shop_name)
        return SetUp(grouped(secret), address)

    async def give_up(self, signed_in: SignedIn) -> None:
        """End a set-up that was not finished."""
        async with self.transactions.begin(actor=signed_in.user_id):
            await self.factors.keep_pending(signed_in.user_id, None)

    async def switch_on(self, signed_in: SignedIn, typed: str, *, browser: Browser) -> Sequence[str]:
        """Finish the set-up with a code of the new authenticator; returns the recovery codes, shown this once.

        All other sessions end, and the owner is told. Raises StepUpRequired, WrongCode, TooOften; NotFound where
        no set-up was begun.
        """
        self.signing_in.require_fresh(signed_in)
        user_id = signed_in.user_id
        await self._count_try(user_id, browser)
        codes = _new_codes()
        async with self.transactions.begin(actor=user_id) as transaction:
            await self.accounts.open_locked(user_id)
            factor = await self._get(user_id)
            if factor.pending is None:
                raise NotFound("set-up")
            secret = self._open(factor.pending, PENDING, user_id)
            step = self._step_of(secret, typed, factor.now)
            if step is None:
                raise WrongCode
            sealed = self.vault.seal(secret, Place(TABLE, SECRET, user_id))
            if not await self.factors.switch_on(user_id, pending=factor.pending, sealed=sealed, step=step):
                raise WrongCode
            await self.factors.keep_codes(user_id, self._hashes(user_id, codes))
            await self.sessions.revoke_all(user_id, Ended.SECOND_FACTOR, keep=signed_in.session_id)
            await self.sessions.prove_again(signed_in.session_id, _with(signed_in.amr, Method.TOTP))
            await self._tell(transaction, user_id, What.SECOND_FACTOR_ON, browser)
        return [grouped(code, "-") for code in codes]

    # Showing it

    async def finish_sign_in(self, challenge: str, typed: str, *, browser: Browser) -> SignInResult:
        """Sign in by a code of the authenticator, or a recovery code, after what `challenge` says was shown.

        Raises SignInFailed where the challenge is over, WrongCode, TooOften.
        """
        user_id = self.signing_in.read_challenge(challenge).user_id
        try:
            method = await self._show(user_id, typed, browser)
        except WrongCode:
            await self.identity.note_failure(user_id, Failed.SECOND_FACTOR, browser)
            raise
        return await self.signing_in.finish_sign_in(challenge, method, browser=browser)

    async def step_up(self, signed_in: SignedIn, typed: str, *, browser: Browser) -> None:
        """Prove again who it is, where the account has a second factor. Raises WrongCode, TooOften."""
        method = await self._show(signed_in.user_id, typed, browser)
        await self.identity.prove_again(signed_in, method)

    # Recovery codes, and giving it up

    async def renew_codes(self, signed_in: SignedIn, *, browser: Browser) -> Sequence[str]:
        """A new set of recovery codes in the place of the old one, shown this once.

        Raises StepUpRequired; NotFound where there is no second factor.
        """
        self.signing_in.require_fresh(signed_in)
        user_id, codes = signed_in.user_id, _new_codes()
        async with self.transactions.begin(actor=user_id) as transaction:
            await self.accounts.open_locked(user_id)
            if not (await self._get(user_id)).is_on:
                raise NotFound("second factor")
            await self.factors.keep_codes(user_id, self._hashes(user_id, codes))
            await self._tell(transaction, user_id, What.RECOVERY_CODES_NEW, browser)
        return [grouped(code, "-") for code in codes]

    async def switch_off(self, signed_in: SignedIn, password: str, typed: str, *, browser: Browser) -> None:
        """Needs the password and a code, however fresh the session is. All other sessions end; the owner is told.

        A password that is too short to stand alone has to be changed first. Raises SecondFactorObligatory for staff,
        SignInFailed, WrongCode, PasswordTooShort, TooOften.
        """
        if signed_in.role.is_staff:
            raise SecondFactorObligatory
        user_id = signed_in.user_id
        if await self.signing_in.require_own_password(signed_in, password, browser=browser):
            require_strong_password(password)
        await self._show(user_id, typed, browser)
        async with self.transactions.begin(actor=user_id) as transaction:
            if await self.factors.switch_off(user_id):
                await self.sessions.revoke_all(user_id, Ended.SECOND_FACTOR, keep=signed_in.session_id)
                await self._tell(transaction, user_id, What.SECOND_FACTOR_OFF, browser)

    # Within

    async def _show(self, user_id: int, typed: str, browser: Browser) -> Method:
        """Which of the two was shown; it is used up. Raises WrongCode, TooOften."""
        await self._count_try(user_id, browser)
        if typed_code(typed, DIGITS):
            method = await self._show_authenticator(user_id, typed)
        else:
            method = await self._show_recovery_code(user_id, typed, browser)
        if method is None:
            raise WrongCode
        return method

    async def _show_authenticator(self, user_id: int, typed: str) -> Method | None:
        factor = await self._get(user_id)
        if not factor.is_on or factor.secret is None:
            return None
        step = self._step_of(self._open(factor.secret, SECRET, user_id), typed, factor.now)
        if step is None:
            return None
        async with self.transactions.begin(actor=user_id):
            return Method.TOTP if await self.factors.use_step(user_id, step) else None

    async def _show_recovery_code(self, user_id: int, typed: str, browser: Browser) -> Method | None:
        code = typed_recovery_code(typed)
        if not code:
            return None
        hashes = [self._hash(secret, user_id, code) for secret in self.secrets]
        async with self.transactions.begin(actor=user_id) as transaction:
            left = await self.factors.use_code(user_id, hashes)
            if left is None:
                return None
            await self._tell(
                transaction, user_id, What.RECOVERY_CODE_USED if left else What.RECOVERY_CODES_GONE, browser
            )
        return Method.RECOVERY_CODE

    async def _count_try(self, user_id: int, browser: Browser) -> None:
        """Before anything is compared, and whatever comes of it."""
        await self.throttle.require(
            (SECOND_FACTOR_ADDRESS, browser.address), *((limit, str(user_id)) for limit in SECOND_FACTOR)
        )

    def _step_of(self, secret: str, typed: str, now: int) -> int | None:
        """The step whose code was typed, of those that are taken at this moment."""
        code = typed_code(typed, DIGITS).encode()
        found = [
            step
            for step in accepted_steps(now)
            if hmac.compare_digest(self.authenticator.code(secret, step).encode(), code)
        ]
        return found[0] if found else None

    async def _get(self, user_id: int) -> Factor:
        factor = await self.factors.find(user_id)
        if factor is None:
            raise SignInFailed
        return factor

    def _open(self, sealed: str, column: str, user_id: int) -> str:
        return self.vault.open(sealed, Place(TABLE, column, user_id))

    def _hashes(self, user_id: int, codes: Sequence[str]) -> list[str]:
        return [self._hash(self.secrets[0], user_id, code) for code in codes]

    @staticmethod
    def _hash(secret: bytes, user_id: int, code: str) -> str:
        return hmac.new(secret, f"recovery|{user_id}|{code}".encode(), hashlib.sha256).hexdigest()

    async def _tell(self, transaction: Transaction, user_id: int, what: What, browser: Browser) -> None:
        await self.notices.queue(transaction, user_id, what, detail=browser.device, locale=browser.locale)


def _new_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]


def _with(amr: Sequence[str], method: Method) -> list[str]:
    return list(dict.fromkeys([*amr, method, Method.SECOND_FACTOR]))
