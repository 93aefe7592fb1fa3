"""The profile: names, what is public, what is liked, and a picture that went through the limited process."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import msgspec

from app.core.errors import NotFound
from app.core.newsletter import SubscriptionState
from app.core.profile import Preferences, can_be_born_on
from app.core.throttle import PICTURE_BY
from app.ports.clock import Clock
from app.ports.files import Files, PictureTools
from app.ports.identity import SignedIn
from app.ports.newsletter import Newsletter
from app.ports.profile import Profile, Profiles
from app.ports.transactions import Transactions
from app.services.throttle import ThrottleService

WIDTH = 320
"""Pixels: a profile picture is kept once, no wider than this."""


@dataclass(frozen=True)
class ProfileService:
    profiles: Profiles
    newsletter: Newsletter
    files: Files
    tools: PictureTools
    throttle: ThrottleService
    transactions: Transactions
    clock: Clock

    async def show(self, user_id: int) -> Profile:
        """As it stands; whether the newsletter comes is what its own list says. Raises NotFound."""
        profile = await self.profiles.find(user_id)
        if profile is None:
            raise NotFound("account")
        subscription = await self.newsletter.find_for(profile.email)
        wanted = subscription is not None and subscription.state is not SubscriptionState.UNSUBSCRIBED
        liked = profile.preferences
        notifications = msgspec.structs.replace(liked.notifications, newsletter=wanted)
        return replace(profile, preferences=msgspec.structs.replace(liked, notifications=notifications))

    async def preferences(self, user_id: int) -> Preferences:
        """What the person likes; nothing where nothing is known."""
        profile = await self.profiles.find(user_id)
        return Preferences() if profile is None else profile.preferences

    def can_be_born_on(self, day: date) -> bool:
        return can_be_born_on(day, self.clock.now().date())

    async def save(
        self, user_id: int, *, first_name: str, last_name: str, date_of_birth: date | None, links: Mapping[str, str]
    ) -> None:
        async with self.transactions.begin(actor=user_id):
            await self.profiles.save(
                user_id, first_name=first_name, last_name=last_name, date_of_birth=date_of_birth, links=links
            )

    async def save_preferences(self, who: SignedIn, preferences: Preferences, *, locale: str, wording: str) -> None:
        """The newsletter begins or ends with it. `wording` is what was agreed to, `locale` the language of the mails.

        The address of an account was proven; of one that was not, the newsletter waits until it is asked for there.
        """
        async with self.transactions.begin(actor=who.user_id):
            await self.profiles.save_preferences(who.user_id, preferences)
            subscription = await self.newsletter.find_for(who.email)
            if preferences.notifications.newsletter and who.is_verified:
                asked = await self.newsletter.ask(email=who.email, locale=locale, wording=wording)
                await self.newsletter.confirm(asked.id)
            elif not preferences.notifications.newsletter and subscription is not None:
                await self.newsletter.end(subscription.id)

    async def set_picture(self, user_id: int, body: bytes) -> None:
        """Redrawn, and put in the place of the one before, whose file is deleted.

        Raises PictureRefused, TooOften, FilesUnreachable.
        """
        await self.throttle.require((PICTURE_BY, str(user_id)))
        prepared = await self.tools.prepare(body)
        narrow = max((width for width in prepared.bodies if width <= WIDTH), default=min(prepared.bodies))
        key = f"people/{secrets.token_hex(16)}.webp"
        await self.files.put(key, prepared.bodies[narrow])
        async with self.transactions.begin(actor=user_id) as transaction:
            before = await self.profiles.change_picture(user_id, key)
            if before:
                transaction.after_commit(partial(self.files.delete, before))

    async def remove_picture(self, user_id: int) -> None:
        async with self.transactions.begin(actor=user_id) as transaction:
            before = await self.profiles.change_picture(user_id, "")
            if before:
                transaction.after_commit(partial(self.files.delete, before))

    async def picture(self, user_id: int) -> bytes:
        """A WebP file. Raises NotFound, FilesUnreachable."""
        key = await self.profiles.find_picture(user_id)
        body = await self.files.find(key) if key else None
        if body is None:
            raise NotFound("picture")
        return body
