"""Mails from templates/emails/<kind>/: one subject line, a text body and an HTML body that say the same."""

from dataclasses import dataclass

from jinja2 import Environment

from app.adapters.jinja.environment import use_locale
from app.core.emails import EmailKind
from app.ports.emails import RenderedEmail


@dataclass(frozen=True)
class JinjaMailRenderer:
    """MailRenderer on the shop's one Jinja environment. Templates see `mail`."""

    environment: Environment

    def render(self, kind: EmailKind, *, locale: str, context: object) -> RenderedEmail:
        with use_locale(locale):
            subject, text, html = (
                self.environment.get_template(f"emails/{kind}/{part}").render(mail=context, locale=locale)
                for part in ("subject.txt", "body.txt", "body.html")
            )
        # A name with a line break in it must not start a header of its own.
        return RenderedEmail(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html.strip() + "\n")
