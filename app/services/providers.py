"""Signing in through a provider, and linking providers to accounts.

Who somebody is there is (provider, subject). An address is only ever a way to find an account, and never enough to get
into one: whoever comes with an address that has an account proves it by a code of ours, whatever the provider says of
it. A provider that is trusted with addresses saves that code to people who have no account yet, and to nobody else.
"""

import base64
import hashlib
import hmac
import json
import secrets as chance
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import structlog

from app.core.accounts import Role, normalised_email
from app.core.codes import Purpose
from app.core.errors import (
    AttemptLost,
    EmailTaken,
    IdentityTaken,
    InvalidEmail,
    LastWayIn,
    LinkWhileSignedIn,
    NotFound,
    ProviderAway,
    ProviderRefused,
    SignInFailed,
    WrongCode,
)
from app.core.identity import Ended, Method
from app.core.providers import ATTEMPT_LIFETIME, LONGEST_PARAMETER, SLUG, Profile
from app.core.throttle import CODE_MAIL, CODE_TRY_ADDRESS, MAIL_ADDRESS, PROVIDER_ADDRESS
from app.ports.accounts import Account, Accounts
from app.ports.identity import Sessions, SignedIn
from app.ports.providers import (
    Attempt,
    Attempts,
    Client,
    Identities,
    IdentityView,
    NewAttempt,
    Provider,
    ProviderClient,
    ProviderError,
    ProviderLink,
    Providers,
    Secrets,
    TemporaryProviderError,
    Tokens,
)
from app.ports.transactions import Transaction, Transactions
from app.ports.vault import Place, Vault
from app.services.accounts import AccountService, SignInResult
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.evenly import evenly
from app.services.notices import Notices, What
from app.services.provider_tokens import ProviderTokenService
from app.services.throttle import ThrottleService

log = structlog.get_logger()

ANSWER = ("oauth_attempt", "sealed_answer")


@dataclass(frozen=True, slots=True)
class Returned:
    """What a provider's redirect brought back, as it came."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of three: signed in (or a second factor is still to be shown), linked, or an address is to be proven."""

    result: SignInResult | None = None
    is_linked: bool = False

    @property
    def has_to_prove(self) -> bool:
        return self.result is None and not self.is_linked


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody has come from a provider and is to prove an address."""

    slug: str
    provider: str
    email: str
    """Where a code was sent; empty where no address is known yet."""
    return_path: str = "/"


@dataclass(frozen=True)
class ProviderService:
    providers: Providers
    attempts: Attempts
    identities: Identities
    tokens: ProviderTokenService
    client: ProviderClient
    accounts: Accounts
    sessions: Sessions
    account_service: AccountService
    codes: CodeService
    notices: Notices
    throttle: ThrottleService
    vault: Vault
    transactions: Transactions
    secrets: tuple[bytes, ...]
    even_seconds: float
    """No answer that could tell whether an address is known comes sooner."""

    async def list_enabled(self) -> Sequence[ProviderLink]:
        """For buttons, by name."""
        return await self.providers.list_enabled()

    async def find(self, slug: str) -> ProviderLink:
        """Raises NotFound."""
        provider = await self._provider(slug)
        return ProviderLink(provider.slug, provider.name, provider.kind)

    # To the provider and back

    async def begin(
        self, slug: str, *, browser: Browser, return_path: str, language: str = "", who: SignedIn | None = None
    ) -> str:
        """The address of the provider to send this browser to. With `who`, the provider is linked to their account.

        `language` comes back as the end of the state. `browser.token` must be in a cookie of the browser by then.
        Raises NotFound, StepUpRequired, TooOften, ProviderRefused, ProviderAway.
        """
        if who is not None:
            self.account_service.require_fresh(who)
        provider = await self._provider(slug)
        await self.throttle.require((PROVIDER_ADDRESS, browser.address))
        state = f"{chance.token_urlsafe(32)}{language}"
        try:
            url = await self.client.authorization_url(self._client(provider), self._secrets(state, browser))
        except ProviderError as error:
            raise self._refusal(provider, error) from None
        attempt = NewAttempt(
            provider_id=provider.id,
            state_hash=_hash(state),
            binding=_hash(browser.token),
            user_id=who.user_id if who else None,
            session_id=who.session_id if who else None,
            return_path=return_path,
        )
        async with self.transactions.begin(actor=attempt.user_id):
            await self.attempts.keep(attempt, lifetime=ATTEMPT_LIFETIME)
        return url

    async def take(self, slug: str, returned: Returned, *, browser: Browser) -> Attempt:
        """The attempt that a provider's answer belongs to; it is used up, whatever becomes of it.

        Raises NotFound; AttemptLost for a state that is wrong, over, used, of another browser or of another provider.
        """
        provider = await self._provider(slug)
        if not browser.token or not 40 <= len(returned.state) <= 100:
            raise AttemptLost
        async with self.transactions.begin():
            attempt = await self.attempts.take(provider.id, _hash(returned.state), _hash(browser.token))
        if attempt is None:
            raise AttemptLost
        return attempt

    async def finish(
        self, slug: str, attempt: Attempt, returned: Returned, *, browser: Browser, who: SignedIn | None
    ) -> Outcome:
        """Exchange the code, then sign in, link, or ask for a proof of the address.

        Raises ProviderRefused, ProviderAway, AttemptLost, IdentityTaken, SignInFailed.
        """
        provider = await self._provider(slug)
        if returned.error or not 0 < len(returned.code) <= LONGEST_PARAMETER:
            # What else came with it was written by whoever made the link: it is neither shown nor logged.
            raise ProviderRefused(provider.name, by_choice=returned.error == "access_denied")
        if attempt.user_id is not None and (
            who is None or (who.user_id, who.session_id) != (attempt.user_id, attempt.session_id)
        ):
            raise AttemptLost
        try:
            tokens, profile = await self.client.exchange(
                self._client(provider),
                self._secrets(returned.state, browser),
                code=returned.code,
                issuer=returned.issuer,
            )
        except ProviderError as error:
            raise self._refusal(provider, error) from None
        if who is not None and attempt.user_id is not None:
            await self._link(who, provider, tokens, profile, browser)
            return Outcome(is_linked=True)
        return await self._sign_in(provider, attempt, tokens, profile, browser)

    # Proving the address

    async def pending(self, slug: str, *, browser: Browser) -> Pending:
        """Raises NotFound, AttemptLost."""
        provider = await self._provider(slug)
        attempt = await self._answered(provider, browser)
        return Pending(provider.slug, provider.name, attempt.email, attempt.return_path)

    async def send_code(self, slug: str, email: str, *, browser: Browser) -> None:
        """Mail a code to the address that somebody from a provider says is theirs. The answer is the same whether or
        not it has an account. Raises NotFound, AttemptLost, InvalidEmail, TooOften.
        """
        provider = await self._provider(slug)
        attempt = await self._answered(provider, browser)
        await self._send_code(attempt, normalised_email(email), browser)

    async def prove(self, slug: str, typed: str, *, browser: Browser) -> tuple[SignInResult, str]:
        """Prove the address by its code: the provider is linked to its account, a new one where there is none.

        An account that nobody had proven is begun anew: what was set before is dropped. Also returns where to go on.
        Raises NotFound, AttemptLost, WrongCode, IdentityTaken, LinkWhileSignedIn, SignInFailed, TooOften.
        """
        provider = await self._provider(slug)
        attempt = await self._answered(provider, browser)
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        tokens, profile = self._open_answer(attempt)
        refused: type[IdentityTaken | LinkWhileSignedIn] | None = None
        user_id = 0
        async with self.transactions.begin() as transaction:
            account = await self._find_locked(attempt.email)
            tried = await self.codes.try_typed(
                account.id if account else 0, Purpose.LINK_PROVIDER, typed, browser=browser.token
            )
            if account is not None and account.may_sign_in and tried is not None and tried.is_right:
                user_id = account.id
                if account.needs_second_factor:
                    refused = LinkWhileSignedIn
                elif not await self._link_proven(transaction, account, provider, tokens, profile, browser):
                    refused = IdentityTaken
                await self.attempts.end(attempt.id)
        if not user_id:
            raise WrongCode
        if refused is not None:
            raise refused(provider.name)
        result = await self.account_service.enter(user_id, (Method.PROVIDER, Method.MAILED_CODE), browser=browser)
        return result, attempt.return_path

    # What is linked

    async def list_identities(self, user_id: int) -> Sequence[IdentityView]:
        return await self.identities.list_of(user_id)

    async def unlink(self, who: SignedIn, slug: str, *, browser: Browser) -> str:
        """Take a provider away from one's account: its tokens are revoked, other sessions end. Returns its name.

        Raises NotFound, StepUpRequired, LastWayIn.
        """
        self.account_service.require_fresh(who)
        async with self.transactions.begin(actor=who.user_id) as transaction:
            account = await self.accounts.open_locked(who.user_id)
            linked = await self.identities.list_of(who.user_id)
            identity = next((one for one in linked if one.slug == slug), None)
            if account is None or identity is None:
                raise NotFound("identity", slug)
            name = identity.provider
            if account.password is None and len(linked) == 1:
                raise LastWayIn(name)
            await self.identities.remove(identity.id)
            await self.tokens.retire(transaction, who.user_id, identity.provider_id)
            await self.sessions.revoke_all(who.user_id, Ended.PROVIDER, keep=who.session_id)
            await self.notices.queue(
                transaction, who.user_id, What.PROVIDER_UNLINKED, detail=name, locale=browser.locale
            )
        return name

    async def sweep(self) -> int:
        """Forget sign-ins that nobody finished."""
        async with self.transactions.begin():
            return await self.attempts.sweep()

    # Within

    async def _sign_in(
        self, provider: Provider, attempt: Attempt, tokens: Tokens, profile: Profile, browser: Browser
    ) -> Outcome:
        identity = await self.identities.find(provider.id, profile.subject)
        if identity is not None:
            return Outcome(await self._enter(identity.user_id, identity.id, provider, tokens, browser))
        address = _address(profile.email)
        if address and profile.email_is_verified and provider.trusts_email:
            user_id = await self._open_account(address, provider, tokens, profile)
            if user_id is not None:
                result = await self.account_service.enter(user_id, (Method.PROVIDER,), browser=browser)
                return Outcome(result)
        sealed = self.vault.seal(_packed(tokens, profile), Place(*ANSWER, attempt.id))
        async with self.transactions.begin():
            await self.attempts.keep_answer(attempt.id, sealed)
        if address:
            await self._send_code(attempt, address, browser)
        return Outcome()

    async def _enter(
        self, user_id: int, identity_id: int, provider: Provider, tokens: Tokens, browser: Browser
    ) -> SignInResult:
        result = await self.account_service.enter(user_id, (Method.PROVIDER,), browser=browser)
        async with self.transactions.begin(actor=user_id):
            await self.accounts.open_locked(user_id)
            if await self.identities.find_own(user_id, identity_id) is not None:  # unlinked in this moment
                await self.identities.note_use(identity_id)
                await self.tokens.keep(user_id, provider.id, tokens)
        return result

    async def _open_account(self, address: str, provider: Provider, tokens: Tokens, profile: Profile) -> int | None:
        """A new account for an address that has none; None where it has one."""
        try:
            async with self.transactions.begin():
                if await self.accounts.find_by_email(address) is not None:
                    return None
                user_id = await self.accounts.add(
                    address,
                    None,
                    role=Role.CUSTOMER,
                    is_verified=True,
                    first_name=profile.first_name,
                    last_name=profile.last_name,
                )
                if not await self.identities.add(user_id, provider.id, profile):
                    raise EmailTaken
                await self.tokens.keep(user_id, provider.id, tokens)
        except EmailTaken:  # in the same moment: address or identity
            return None
        return user_id

    async def _link(
        self, who: SignedIn, provider: Provider, tokens: Tokens, profile: Profile, browser: Browser
    ) -> None:
        """To the account that is signed in."""
        async with self.transactions.begin(actor=who.user_id) as transaction:
            if await self.accounts.open_locked(who.user_id) is None:
                raise SignInFailed
            identity = await self.identities.find(provider.id, profile.subject)
            if identity is None:
                if not await self.identities.add(who.user_id, provider.id, profile):
                    raise IdentityTaken(provider.name)
                await self.notices.queue(
                    transaction, who.user_id, What.PROVIDER_LINKED, detail=provider.name, locale=browser.locale
                )
            elif identity.user_id != who.user_id:
                raise IdentityTaken(provider.name)
            await self.tokens.keep(who.user_id, provider.id, tokens)

    async def _link_proven(
        self,
        transaction: Transaction,
        account: Account,
        provider: Provider,
        tokens: Tokens,
        profile: Profile,
        browser: Browser,
    ) -> bool:
        """To an account whose address was just proven. False where one of the two is linked already."""
        if not account.is_verified:
            # Somebody may have begun it with an address that was not theirs: nothing they set stays.
            await self.accounts.set_password(account.id, None)
            await self.accounts.set_name(account.id, profile.first_name, profile.last_name)
            await self.codes.void(account.id, *Purpose)
            await self.sessions.revoke_all(account.id, Ended.PASSWORD)
            await self.identities.remove_all(account.id)
            await self.tokens.retire(transaction, account.id)
            await self.accounts.mark_verified(account.id)
        if not await self.identities.add(account.id, provider.id, profile):
            return False
        await self.tokens.keep(account.id, provider.id, tokens)
        if account.is_verified:
            await self.notices.queue(
                transaction, account.id, What.PROVIDER_LINKED, detail=provider.name, locale=browser.locale
            )
        return True

    async def _send_code(self, attempt: Attempt, address: str, browser: Browser) -> None:
        await self.throttle.require((MAIL_ADDRESS, browser.address))
        may_mail = await self.throttle.is_left(CODE_MAIL, address)
        async with evenly(self.even_seconds), self.transactions.begin() as transaction:
            await self.attempts.note_email(attempt.id, address)
            account = await self._find_locked(address)
            if account is None:
                account = await self._begin_account(address)
            if account is not None and account.may_sign_in and may_mail:
                await self.codes.send(
                    transaction,
                    account.id,
                    Purpose.LINK_PROVIDER,
                    recipient=account.email,
                    browser=browser.token,
                    locale=browser.locale,
                )

    async def _begin_account(self, address: str) -> Account | None:
        """An account that nobody has proven yet: without a password, and of no use to anybody before."""
        try:
            user_id = await self.accounts.add(address, None, role=Role.CUSTOMER, is_verified=False)
        except EmailTaken:  # by somebody who signed up in the same moment
            return None
        return await self.accounts.find(user_id)

    async def _answered(self, provider: Provider, browser: Browser) -> Attempt:
        attempt = await self.attempts.find_answered(provider.id, _hash(browser.token)) if browser.token else None
        if attempt is None:
            raise AttemptLost
        return attempt

    async def _provider(self, slug: str) -> Provider:
        provider = await self.providers.find(slug) if SLUG.fullmatch(slug) else None
        if provider is None:
            raise NotFound("provider", slug)
        return provider

    async def _find_locked(self, address: str) -> Account | None:
        found = await self.accounts.find_by_email(address) if address else None
        return None if found is None else await self.accounts.open_locked(found.id)

    def _client(self, provider: Provider) -> Client:
        return self.tokens.client_of(provider)

    def _secrets(self, state: str, browser: Browser) -> Secrets:
        """They follow from the state, which only the provider and this browser see, and from the browser's cookie.

        So nothing is stored that would open an attempt under way, and no other browser comes to the same.
        """
        found = {}
        for use in ("verifier", "nonce"):
            mark = hmac.new(self.secrets[0], f"{use}|{browser.token}|{state}".encode(), hashlib.sha256).digest()
            found[use] = base64.urlsafe_b64encode(mark).decode().rstrip("=")
        return Secrets(state=state, **found)

    def _open_answer(self, attempt: Attempt) -> tuple[Tokens, Profile]:
        found = json.loads(self.vault.open(attempt.sealed, Place(*ANSWER, attempt.id)))
        return Tokens(**found["tokens"]), Profile(**found["profile"])

    @staticmethod
    def _refusal(provider: Provider, error: ProviderError) -> ProviderRefused | ProviderAway:
        is_away = isinstance(error, TemporaryProviderError)
        log.warning("provider_failed", provider=provider.slug, reason=error.reason, is_away=is_away)
        return ProviderAway(provider.name) if is_away else ProviderRefused(provider.name)


def _packed(tokens: Tokens, profile: Profile) -> str:
    return json.dumps({"tokens": asdict(tokens), "profile": asdict(profile)})


def _address(given: str) -> str:
    """Normalised; empty where it is none, as at a provider that has only a telephone number of somebody."""
    try:
        return normalised_email(given)
    except InvalidEmail:
        return ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
