"""Tokens that providers gave: stored sealed, renewed before they end, revoked once they are of no more use.

The row is the truth and the queue only a hint, as with mails. No call to a provider is made inside a transaction.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from app.core.jobs import Job
from app.core.providers import MOST_RENEWALS_LOST, renewal_due
from app.ports.jobs import Jobs
from app.ports.providers import (
    ClaimedToken,
    Client,
    DueToken,
    PermanentProviderError,
    Provider,
    ProviderClient,
    ProviderError,
    Providers,
    ProviderTokens,
    SealedTokens,
    TokenIds,
    Tokens,
)
from app.ports.transactions import Transaction, Transactions
from app.ports.vault import Place, Vault

log = structlog.get_logger()

ACCESS = ("oauth_access_token", "access_token")
REFRESH = ("oauth_refresh_token", "refresh_token")
SECRET = ("oauth_provider", "client_secret")
PAGE = 500
AT_ONCE = 4


@dataclass(frozen=True)
class ProviderTokenService:
    tokens: ProviderTokens
    providers: Providers
    client: ProviderClient
    vault: Vault
    jobs: Jobs
    transactions: Transactions
    origin: str

    def client_of(self, provider: Provider) -> Client:
        """The shop as this provider knows it. Raises VaultError."""
        secret = self.vault.open(provider.sealed_secret, Place(*SECRET, provider.id))
        return Client(provider, secret, f"{self.origin}/oauth/{provider.slug}/callback")

    async def keep(self, user_id: int, provider_id: int, tokens: Tokens) -> None:
        """Seal and store, in the running transaction, in the place of what was there."""
        ids = await self.tokens.ids(user_id, provider_id)
        sealed = self._sealed(tokens, ids)
        await self.tokens.keep(user_id, provider_id, ids, sealed, renew_in=renewal_due(tokens.seconds))

    async def retire(self, transaction: Transaction, user_id: int, provider_id: int | None = None) -> None:
        """Take out of use, in the running transaction, and have them revoked after it. None is: at all providers."""
        for token in await self.tokens.retire(user_id, provider_id):
            transaction.after_commit(partial(self.enqueue, token))

    async def enqueue(self, token: DueToken) -> bool:
        job = Job.REVOKE_PROVIDER_TOKEN if token.is_retired else Job.RENEW_PROVIDER_TOKEN
        return await self.jobs.enqueue(job, token.id, job_id=f"{job}:{token.id}:{token.attempt}")

    async def sweep(self) -> int:
        """Hand every token that is due to the queue; when it takes none, see to a few from here. Returns how many."""
        after = 0
        while due := await self.tokens.find_due(PAGE, after=after):
            for position, token in enumerate(due):
                if not await self.enqueue(token):
                    return await self._see_to(due[position : position + AT_ONCE])
            after = due[-1].id
        return 0

    async def see_to(self, token_id: int) -> bool:
        """Renew one token or, where it is retired, revoke it. False when there was nothing to do.

        Ended at any point, it loses nothing: the token is due again later.
        """
        async with self.transactions.begin():
            claimed = await self.tokens.claim(token_id)
        if claimed is None:
            return False
        provider = await self.providers.find_any(claimed.provider_id)
        if provider is None:
            await self._wipe(claimed)
        elif claimed.is_retired:
            await self._revoke(claimed, provider)
        else:
            await self._renew(claimed, provider)
        return True

    async def _renew(self, claimed: ClaimedToken, provider: Provider) -> None:
        if claimed.refresh_id is None:
            await self._wipe(claimed)
            return
        try:
            client = self.client_of(provider)
            refresh = self.vault.open(claimed.sealed_refresh, Place(*REFRESH, claimed.refresh_id))
            renewed = await self.client.renew(client, refresh)
        except ProviderError as error:
            is_over = isinstance(error, PermanentProviderError) or claimed.attempt >= MOST_RENEWALS_LOST
            log.warning("provider_token_not_renewed", provider=provider.slug, reason=error.reason, is_over=is_over)
            if is_over:
                await self._wipe(claimed)
            return
        ids = TokenIds(claimed.id, claimed.refresh_id)
        async with self.transactions.begin():
            kept = await self.tokens.keep_renewed(
                claimed, self._sealed(renewed, ids), renew_in=renewal_due(renewed.seconds)
            )
        if not kept:  # unlinked while the provider was asked: nobody will revoke these later
            await self._revoke_now(client, renewed.access, renewed.refresh)

    async def _revoke(self, claimed: ClaimedToken, provider: Provider) -> None:
        access, refresh = "", ""
        if claimed.sealed_access:
            access = self.vault.open(claimed.sealed_access, Place(*ACCESS, claimed.id))
        if claimed.refresh_id is not None:
            refresh = self.vault.open(claimed.sealed_refresh, Place(*REFRESH, claimed.refresh_id))
        is_done = not (access or refresh) or await self._revoke_now(self.client_of(provider), access, refresh)
        if is_done or claimed.attempt >= MOST_RENEWALS_LOST:
            await self._wipe(claimed)

    async def _revoke_now(self, client: Client, access: str, refresh: str) -> bool:
        """Whether there is nothing more to be done."""
        slug = client.provider.slug
        try:
            offered = await self.client.revoke(client, access=access, refresh=refresh)
        except ProviderError as error:
            log.warning("provider_token_not_revoked", provider=slug, reason=error.reason)
            return isinstance(error, PermanentProviderError)
        log.info("provider_token_revoked", provider=slug, offered=offered)
        return True

    async def _wipe(self, claimed: ClaimedToken) -> None:
        async with self.transactions.begin():
            await self.tokens.wipe(claimed)

    async def _see_to(self, due: Sequence[DueToken]) -> int:
        outcomes = await asyncio.gather(*(self.see_to(token.id) for token in due), return_exceptions=True)
        for token, outcome in zip(due, outcomes, strict=True):
            if isinstance(outcome, Exception):
                log.error("provider_token_failed", token_id=token.id, exc_info=outcome)
        return sum(outcome is True for outcome in outcomes)

    def _sealed(self, tokens: Tokens, ids: TokenIds) -> SealedTokens:
        return SealedTokens(
            access=self.vault.seal(tokens.access, Place(*ACCESS, ids.access)),
            refresh=self.vault.seal(tokens.refresh, Place(*REFRESH, ids.refresh)) if tokens.refresh else None,
            kind=tokens.kind,
            seconds=tokens.seconds,
        )
