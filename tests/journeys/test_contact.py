"""The contact form: what is wrong is said at its field and nothing typed is lost, and what is right arrives once."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper, value_of
from tests.journeys.states.state import let_ask_again

pytestmark = pytest.mark.journey

MESSAGE = "Can I still change the address?"


def test_a_message_is_checked_sent_and_mailed(shopper: Shopper, running_shop: RunningShop) -> None:
    let_ask_again(running_shop)
    shopper.expected.add(422)
    page = shopper.page
    shopper.open("/contact?topic=order&order=4F7K2MQ")
    form = page.locator("#contact")
    assert value_of(form.locator("#topic")) == "order"
    form.locator("#email").fill("ada at shop")
    form.locator("#message").fill(MESSAGE)
    shopper.button("Send message").click()
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(problems.get_by_role("link")).to_have_text(["Enter your name.", re.compile("^Enter an email address")])
    expect(page).to_have_title(re.compile("^Error: Contact"))
    problems.get_by_role("link").last.click()
    expect(form.locator("#email")).to_be_focused()
    expect(form.locator("#email")).to_have_attribute("aria-invalid", "true")
    assert value_of(form.locator("#order_number")) == "4F7K2MQ"
    assert value_of(form.locator("#message")) == MESSAGE

    form.locator("#name").fill("Ada Lovelace")
    form.locator("#email").fill(shopper.email)
    shopper.button("Send message").click()
    shopper.sees("on its way")
    if shopper.scripts:
        expect(page.locator("#contact .sent")).to_be_focused()
        expect(page).to_have_title(re.compile("^Contact"))
        assert len(shopper.documents) == 1
    else:
        page.reload()  # repeats a GET and sends nothing
    assert mails_by(shopper, running_shop) == 1
    let_ask_again(running_shop)


def mails_by(shopper: Shopper, shop: RunningShop) -> int:
    found = shop.fetch("SELECT FROM email WHERE kind = 'contact_message' AND data::text LIKE $1", f"%{shopper.email}%")
    return len(found)
