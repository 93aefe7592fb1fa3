from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import PASSWORD, Shopper
from tests.journeys.states.state import State, Way, let_ask_again


def refused(path: str) -> Way:
    """The form sent as it is."""

    def way(shopper: Shopper, shop: RunningShop) -> None:
        let_ask_again(shop)
        shopper.open(path)
        shopper.submit.click()
        expect(shopper.page.get_by_role("alert")).to_be_focused()

    return way


def waiting(shopper: Shopper, shop: RunningShop) -> None:
    let_ask_again(shop)
    shopper.sign_up()


def wrong_code(shopper: Shopper, shop: RunningShop) -> None:
    waiting(shopper, shop)
    shopper.field("code").fill("0000 0000")
    shopper.submit.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("That is not the code")


def too_soon(shopper: Shopper, shop: RunningShop) -> None:
    waiting(shopper, shop)
    for _ in range(2):
        shopper.button("Send another mail").click()
        shopper.page.wait_for_load_state("networkidle")
    expect(shopper.page.get_by_role("alert")).to_contain_text("Wait 1 minute")


def locked(shopper: Shopper, shop: RunningShop) -> None:
    let_ask_again(shop)
    shopper.open("/sign-in")
    for _ in range(11):
        shopper.page.locator("#email").fill(shopper.email)
        shopper.page.locator("#password").fill(PASSWORD)
        with shopper.page.expect_response("**/sign-in"):
            shopper.submit.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("Wait 5 minutes")
    let_ask_again(shop)


def mailed(path: str) -> Way:
    def way(shopper: Shopper, shop: RunningShop) -> None:
        let_ask_again(shop)
        shopper.open(path)
        shopper.page.locator("#email").fill(shopper.email)
        shopper.submit.click()
        expect(shopper.page.locator("#code")).to_be_visible()

    return way


def inside(shopper: Shopper, shop: RunningShop) -> None:
    waiting(shopper, shop)
    shopper.verify()


def menu(shopper: Shopper, shop: RunningShop) -> None:
    inside(shopper, shop)
    shopper.open("/terms")
    shopper.page.locator(".mine summary").click()
    expect(shopper.button("Sign out")).to_be_visible()


def leaving(shopper: Shopper, shop: RunningShop) -> None:
    inside(shopper, shop)
    shopper.open("/sign-out")


def to_pay(shopper: Shopper, shop: RunningShop) -> None:
    inside(shopper, shop)
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.sees(shopper.email)


STATES = [
    State("sign up", "/sign-up"),
    State("sign up with errors", refused("/sign-up"), {422}),
    State("sign up, waiting for the code", waiting),
    State("sign up, wrong code", wrong_code, {422}),
    State("sign up, another mail too soon", too_soon, {429}),
    State("verify in another browser", "/verify", alike=True),
    State("sign in", "/sign-in"),
    State("sign in with errors", refused("/sign-in"), {422}),
    State("sign in too often", locked, {422, 429}),
    State("sign in by a code", "/sign-in/code", alike=True),
    State("sign in by a code that was mailed", mailed("/sign-in/code")),
    State("new password", "/password/reset", alike=True),
    State("new password by a code", mailed("/password/reset")),
    State("new password by a link", "/password/reset?token=1.x", alike=True),
    State("sign out", leaving, alike=True),
    State("sign out, nobody signed in", "/sign-out", alike=True),
    State("menu of the account", menu),
    State("checkout of somebody signed in", to_pay, alike=True),
]
