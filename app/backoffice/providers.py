"""Providers that people sign in with: what staff may type, and what may no longer change once people are linked."""

from urllib.parse import urlsplit

from starlette.requests import Request

from app.adapters.db.tables.identity import OAuthIdentity, OAuthProvider
from app.backoffice.changes import Row, Values, column_names, refuse
from app.backoffice.turns import require_proof
from app.core.permissions import Permission
from app.core.providers import SLUG, ProviderKind

LOCAL = ("localhost", "127.0.0.1", "::1")


async def check_new_provider(piccolo_crud: object, request: Request) -> None:
    """A provider lets people in, so it takes a fresh proof. Works on the very object that the library will read."""
    await require_proof(request, "slug", Permission.CHANGE_PROVIDERS)
    fields = await request.json()
    if not SLUG.fullmatch(str(fields.get("slug") or "")):
        refuse("slug", "is a part of addresses: small letters, digits and dashes, like google")
    if fields.get("kind") not in set(ProviderKind):
        refuse("kind", f"is one of {', '.join(ProviderKind)}")
    _check_issuer(str(fields.get("issuer") or ""))


async def check_changed_provider(provider: Row, changed: Values, request: Request) -> None:
    """Who somebody is at one issuer says nothing about another, so an issuer stays as soon as people are linked."""
    names = column_names(changed)
    if names:
        await require_proof(request, min(names), Permission.CHANGE_PROVIDERS)
    if "issuer" not in names:
        return
    _check_issuer(str(changed[OAuthProvider.issuer] or ""))
    if await OAuthIdentity.exists().where(OAuthIdentity.provider_id == provider["id"]):
        refuse("issuer", "has people linked to it; add another provider instead")


def _check_issuer(issuer: str) -> None:
    if not issuer:
        return  # the database asks for one where the kind needs it
    try:
        parts = urlsplit(issuer)
        port = parts.port
    except ValueError:
        refuse("issuer", "is not an address")
    host = parts.hostname or ""
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
    if not is_secure or not host or port == 0 or parts.username or parts.query or parts.fragment:
        refuse("issuer", "is an address that begins with https:// and has neither a query nor a password in it")
