"""Sign-in through other providers. Tokens and secrets are stored encrypted, so the columns are wide."""

from piccolo.columns import Integer
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import changed, created, refers_to, retired, secret, serial_key, text


class OAuthProvider(Table, tablename="oauth_provider", help_text="OAuth providers used for external authentication."):
    id = serial_key()
    provider_name = text(100, "Name of the provider.", unique=True)
    client_id = text(255, "Client id given by the provider.")
    client_secret = secret(1024, "Client secret given by the provider, encrypted.")
    created_at = created()
    updated_at = changed()

    oauth_provider_is_named = Check("provider_name <> ''")


class OAuthAccessToken(Table, tablename="oauth_access_token", help_text="Access tokens issued by OAuth providers."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    provider_id = refers_to(OAuthProvider)
    access_token = secret(8192, "The access token, encrypted.")
    token_type = text(50, "Type of token, for example Bearer.", default="Bearer")
    expires_in = Integer(default=0, help_text="Seconds from creation until the token expires.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    oauth_access_token_expires_in = Check("expires_in >= 0")


class OAuthRefreshToken(Table, tablename="oauth_refresh_token", help_text="Tokens that obtain new access tokens."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    provider_id = refers_to(OAuthProvider)
    refresh_token = secret(8192, "The refresh token, encrypted.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()
