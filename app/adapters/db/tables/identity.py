"""Sign-in through other providers. Tokens and secrets are stored encrypted, so the columns are wide."""

from piccolo.columns import Boolean, Integer, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User, UserSession
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    optional_text,
    refers_to,
    retired,
    secret,
    serial_key,
    text,
)
from app.core.providers import ProviderKind


class OAuthProvider(Table, tablename="oauth_provider", help_text="OAuth providers used for external authentication."):
    id = serial_key()
    provider_name = text(100, "Name of the provider, as its button says it.", unique=True)
    slug = Varchar(length=40, null=True, default=None, unique=True, help_text="Its part of the address, like google.")
    kind = choice(20, ProviderKind, ProviderKind.OIDC, "oidc (any issuer), github or facebook.")
    issuer = text(255, "Address it is known by; of OIDC the issuer, exactly as it names itself.", required=False)
    scopes = text(255, "What is asked for, with spaces between.", default="openid email profile", required=False)
    client_id = text(255, "Client id given by the provider.", required=False)
    client_secret = secret(1024, "Client secret given by the provider, encrypted; never shown again.", required=False)
    trusts_email = Boolean(default=False, help_text="Whether an address that it calls verified counts as proven.")
    is_enabled = Boolean(default=False, help_text="Whether people can sign in with it.")
    created_at = created()
    updated_at = changed()

    oauth_provider_is_named = Check("provider_name <> ''")
    oauth_provider_slug = Check("slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'")
    oauth_provider_kind_is_known = one_of("kind", ProviderKind)
    oauth_provider_is_complete = Check(
        "NOT is_enabled OR (slug IS NOT NULL AND client_id <> '' AND client_secret <> '' "
        "AND (kind <> 'oidc' OR issuer <> ''))"
    )


class OAuthAttempt(Table, tablename="oauth_attempt", help_text="Sign-ins at providers that are under way."):
    """A row lives ten minutes. State and browser are hashes; what is to be secret of the rest follows from both."""

    id = serial_key()
    provider_id = refers_to(OAuthProvider)
    state = secret(64, "SHA-256 of the state that the provider sends back.", unique=True)
    binding = secret(64, "SHA-256 of the token of the browser that began it.")
    user_id = refers_to(User, null=True, help_text="Who links the provider to their account; null for a sign-in.")
    session_id = refers_to(UserSession, null=True, help_text="The session they do it in.")
    return_path = text(500, "Where to go on afterwards.", default="/")
    email = optional_text(254, "The address that a code was sent to.")
    sealed_answer = secret(16384, "What the provider answered, encrypted, until the address is proven.", null=True)
    taken_at = moment("When the provider's answer came; a second one is refused.")
    expires_at = Timestamptz(default=None, required=True, help_text="When it is over.")
    created_at = created()


class OAuthIdentity(Table, tablename="oauth_identity", help_text="Who people are at providers."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    provider_id = refers_to(OAuthProvider)
    subject = text(255, "The provider's own id of the person; never an address.")
    email = optional_text(254, "The address the provider said when it was linked; for people to recognise it by.")
    last_used_at = moment("When it last signed somebody in.")
    created_at = created()
    updated_at = changed()

    oauth_identity_once = Unique(["provider_id", "subject"])
    oauth_identity_one_per_provider = Unique(["user_id", "provider_id"])
    oauth_identity_is_somebody = Check("subject <> ''")


class OAuthAccessToken(Table, tablename="oauth_access_token", help_text="Access tokens issued by OAuth providers."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    provider_id = refers_to(OAuthProvider)
    access_token = secret(8192, "The access token, encrypted; empty once it was revoked.")
    token_type = text(50, "Type of token, for example Bearer.", default="Bearer")
    expires_in = Integer(default=0, help_text="Seconds from its issue until the token expires; 0 where it does not.")
    expires_at = moment("When it expires.")
    attempts = Integer(default=0, help_text="Tries to renew or revoke it since the last that worked.")
    next_attempt_at = moment("When it is to be renewed or, once retired, revoked.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    oauth_access_token_expires_in = Check("expires_in >= 0")


class OAuthRefreshToken(Table, tablename="oauth_refresh_token", help_text="Tokens that obtain new access tokens."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    provider_id = refers_to(OAuthProvider)
    access_token_id = refers_to(OAuthAccessToken, null=True, index=True, help_text="The access token it renews.")
    refresh_token = secret(8192, "The refresh token, encrypted; empty once it was revoked.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()
