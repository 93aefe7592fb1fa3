"""Where somebody wants something delivered, before there is an address."""

from collections.abc import Mapping, Sequence

from app.web.forms.address import postal_code_problem
from app.web.pages.checkout import FieldError
from app.web.render import Renderer

LONGEST = 20


def check(values: Mapping[str, str], *, countries: Sequence[str], render: Renderer) -> tuple[FieldError, ...]:
    """What is wrong with `country` and `postal_code`. A country without postcodes needs none."""
    country, postal_code = values.get("country", ""), values.get("postal_code", "")
    if country not in countries:
        return (FieldError("country", render.say("Choose a country we deliver to.")),)
    if len(postal_code) > LONGEST:
        message = render.say("Use at most %(count)s characters.", count=LONGEST)
    else:
        message = postal_code_problem(country, postal_code, render)
    return (FieldError("postal_code", message),) if message else ()
