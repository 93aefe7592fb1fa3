"""Contexts of the newsletter's templates."""

from dataclasses import dataclass

from app.web.pages.frame import Frame, NewsletterForm


@dataclass(frozen=True, slots=True)
class NewsletterPage:
    """templates/newsletter/show.html: the form on a page of its own, after it was refused."""

    frame: Frame
    newsletter: NewsletterForm


@dataclass(frozen=True, slots=True)
class NewsletterReply:
    """templates/newsletter/answered.hx.html: the form again, or the words that take its place."""

    frame: Frame
    newsletter: NewsletterForm


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """templates/newsletter/edit.html: where the links of the mails lead. Nothing happens before the button.

    `step` is confirmation or unsubscription; `key` and `id` come from the link; `is_done` once it has been done.
    """

    frame: Frame
    step: str
    id: str
    key: str
    email: str
    is_done: bool = False
