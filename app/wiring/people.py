"""Accounts: signing in, codes, second factors, providers, profiles, and leaving again."""

from functools import cached_property

from app.adapters.db.email_undo import PiccoloEmailUndos
from app.adapters.db.export import PiccoloExports, PiccoloPersonalData
from app.adapters.db.provider_tokens import PiccoloProviderTokens
from app.adapters.db.providers import PiccoloAttempts
from app.adapters.identity.totp import PyotpAuthenticator
from app.services.accounts import AccountService
from app.services.deletion import DeletionService
from app.services.email_change import EmailChangeService
from app.services.email_undo import EmailUndoService
from app.services.export import ExportService
from app.services.identity import IdentityService
from app.services.mailed_codes import MailedCodes
from app.services.passwords import PasswordService
from app.services.profile import ProfileService
from app.services.provider_tokens import ProviderTokenService
from app.services.providers import ProviderService
from app.services.two_factor import TwoFactorService
from app.wiring.base import SHOP_NAME, Base


class People(Base):
    @cached_property
    def mailed(self) -> MailedCodes:
        return MailedCodes(
            self.store.accounts,
            self.codes,
            self.throttle,
            self.store.transactions,
            self.settings.even_answer_seconds,
        )

    @cached_property
    def identity(self) -> IdentityService:
        return IdentityService(self.store.sessions, self.tokens, self.notices, self.store.transactions)

    @cached_property
    def accounts(self) -> AccountService:
        return AccountService(
            accounts=self.store.accounts,
            passwords=self.hashing,
            identity=self.identity,
            sessions=self.store.sessions,
            tokens=self.tokens,
            codes=self.codes,
            mailed=self.mailed,
            notices=self.notices,
            throttle=self.throttle,
            orders=self.store.orders,
            transactions=self.store.transactions,
            secrets=self.settings.secret_ring,
        )

    @cached_property
    def passwords(self) -> PasswordService:
        return PasswordService(
            accounts=self.store.accounts,
            passwords=self.hashing,
            signing_in=self.accounts,
            sessions=self.store.sessions,
            codes=self.codes,
            mailed=self.mailed,
            notices=self.notices,
            throttle=self.throttle,
            transactions=self.store.transactions,
        )

    @cached_property
    def two_factor(self) -> TwoFactorService:
        return TwoFactorService(
            factors=self.store.factors,
            authenticator=PyotpAuthenticator(),
            vault=self.vault,
            accounts=self.store.accounts,
            signing_in=self.accounts,
            identity=self.identity,
            sessions=self.store.sessions,
            notices=self.notices,
            throttle=self.throttle,
            transactions=self.store.transactions,
            secrets=self.settings.secret_ring,
            shop_name=SHOP_NAME,
        )

    @cached_property
    def provider_tokens(self) -> ProviderTokenService:
        return ProviderTokenService(
            tokens=PiccoloProviderTokens(),
            providers=self.store.providers,
            client=self.provider_client,
            vault=self.vault,
            jobs=self.jobs,
            transactions=self.store.transactions,
            origin=self.settings.origin,
        )

    @cached_property
    def providers(self) -> ProviderService:
        return ProviderService(
            providers=self.store.providers,
            attempts=PiccoloAttempts(),
            identities=self.store.identities,
            tokens=self.provider_tokens,
            client=self.provider_client,
            accounts=self.store.accounts,
            sessions=self.store.sessions,
            account_service=self.accounts,
            codes=self.codes,
            notices=self.notices,
            throttle=self.throttle,
            vault=self.vault,
            transactions=self.store.transactions,
            secrets=self.settings.secret_ring,
            even_seconds=self.settings.even_answer_seconds,
        )

    @cached_property
    def email_undo(self) -> EmailUndoService:
        return EmailUndoService(
            undos=PiccoloEmailUndos(),
            accounts=self.store.accounts,
            sessions=self.store.sessions,
            codes=self.codes,
            mailed=self.mailed,
            factors=self.store.factors,
            identities=self.store.identities,
            provider_tokens=self.provider_tokens,
            deletions=self.store.deletions,
            vault=self.vault,
            emails=self.store.emails,
            outbox=self.outbox,
            notices=self.notices,
            throttle=self.throttle,
            transactions=self.store.transactions,
            shop_name=SHOP_NAME,
            origin=self.settings.origin,
            languages=self.settings.languages,
        )

    @cached_property
    def email_change(self) -> EmailChangeService:
        return EmailChangeService(
            accounts=self.store.accounts,
            signing_in=self.accounts,
            sessions=self.store.sessions,
            codes=self.codes,
            mailed=self.mailed,
            undo=self.email_undo,
            notices=self.notices,
            throttle=self.throttle,
            transactions=self.store.transactions,
        )

    @cached_property
    def deletions(self) -> DeletionService:
        return DeletionService(
            deletions=self.store.deletions,
            accounts=self.accounts,
            provider_tokens=self.provider_tokens,
            sessions=self.store.sessions,
            files=self.files,
            emails=self.store.emails,
            outbox=self.outbox,
            notices=self.notices,
            transactions=self.store.transactions,
        )

    @cached_property
    def exports(self) -> ExportService:
        return ExportService(
            exports=PiccoloExports(),
            accounts=self.accounts,
            personal=PiccoloPersonalData(),
            profiles=self.store.profiles,
            files=self.files,
            jobs=self.jobs,
            notices=self.notices,
            throttle=self.throttle,
            transactions=self.store.transactions,
            lease=self.lease,
        )

    @cached_property
    def profile(self) -> ProfileService:
        return ProfileService(
            profiles=self.store.profiles,
            newsletter=self.store.newsletter,
            files=self.files,
            tools=self.picture_tools,
            throttle=self.throttle,
            transactions=self.store.transactions,
            clock=self.clock,
        )
