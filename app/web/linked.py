"""What an account is linked to, for every page that shows it."""

from app.ports.identity import SignedIn
from app.web.context import Web
from app.web.pages.providers import IdentityList


async def identity_list(web: Web, who: SignedIn) -> IdentityList:
    """What is linked and what could be; a template shows it by templates/providers/_identities.html."""
    linked = await web.services.providers.list_identities(who.user_id)
    known = {identity.slug for identity in linked}
    offered = [link for link in await web.services.providers.list_enabled() if link.slug not in known]
    return IdentityList(linked, offered)
