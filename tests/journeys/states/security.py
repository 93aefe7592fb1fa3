import hashlib

import pyotp
from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import PASSWORD, Shopper
from tests.journeys.states.state import State, Way, let_ask_again

SECURITY = "/account/security"
ANOTHER = """
WITH s AS (
    INSERT INTO user_session (user_id, device, place, amr, expires_at)
    SELECT id, 'Safari, iPhone', '203.0.113.0/24', 'pwd', now() + interval '1 day' FROM users WHERE email = $1
    RETURNING id, user_id
)
INSERT INTO refresh_token (user_id, session_id, token, expires_at)
SELECT user_id, id, md5($1) || md5('other' || $1), now() + interval '1 day' FROM s
"""


UNDO = """
INSERT INTO email_undo (user_id, email, token_hash, expires_at)
SELECT id, 'was.' || email, $2, now() + interval '7 days' FROM users WHERE email = $1
"""


def member(shopper: Shopper, shop: RunningShop) -> None:
    let_ask_again(shop)
    shopper.sign_up()
    shopper.verify()


def undoing(shopper: Shopper, shop: RunningShop) -> None:
    """The page that a former address is mailed a link to."""
    let_ask_again(shop)
    shopper.sign_up()
    token_hash = hashlib.sha256(b"email_undo|key").hexdigest()
    shop.fetch(UNDO, shopper.email, token_hash)
    shopper.open(f"/email/undo?key={shop.fetch('SELECT max(id) FROM email_undo')[0][0]}.key")


def at(path: str) -> Way:
    def way(shopper: Shopper, shop: RunningShop) -> None:
        member(shopper, shop)
        shopper.open(path)

    return way


def code(shop: RunningShop, key: str) -> str:
    """What the app shows, good for another time."""
    shop.fetch("UPDATE users SET two_factor_step = NULL")
    let_ask_again(shop)
    return pyotp.TOTP(key).now()


def begun(shopper: Shopper, shop: RunningShop) -> str:
    """Returns the key that the page shows."""
    at(f"{SECURITY}/two-factor")(shopper, shop)
    shopper.button("Set up second factor").click()
    return shopper.page.locator(".key").inner_text().replace(" ", "")


def finished(shopper: Shopper, shop: RunningShop) -> str:
    key = begun(shopper, shop)
    shopper.page.get_by_label("Code of the app").fill(code(shop, key))
    shopper.button("Switch on").click()
    shopper.sees("Your recovery codes")
    return key


def refused(shopper: Shopper, shop: RunningShop) -> None:
    begun(shopper, shop)
    shopper.page.get_by_label("Code of the app").fill("12")
    shopper.button("Switch on").click()
    shopper.sees("That is not the code")


def on(shopper: Shopper, shop: RunningShop) -> None:
    finished(shopper, shop)
    shopper.open(f"{SECURITY}/two-factor")


def half_in(shopper: Shopper, shop: RunningShop) -> str:
    """After the password, before the code; returns the key."""
    key = finished(shopper, shop)
    shopper.page.context.clear_cookies()
    shopper.open("/sign-in?next=/account/sessions")
    shopper.page.locator("#email").fill(shopper.email)
    shopper.page.locator("#password").fill(PASSWORD)
    shopper.submit.click()
    shopper.page.wait_for_url("**/sign-in/two-factor**")
    return key


def wrong_code(shopper: Shopper, shop: RunningShop) -> None:
    half_in(shopper, shop)
    let_ask_again(shop)
    shopper.page.get_by_label("Code of your app").fill("12")
    shopper.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    shopper.sees("That is not the code")


def short_password(shopper: Shopper, shop: RunningShop) -> None:
    at(f"{SECURITY}/password")(shopper, shop)
    shopper.field("current_password").fill(PASSWORD)
    shopper.field("new_password").fill("short")
    shopper.button("Save new password").click()
    shopper.sees("Use at least 15 characters")


def pending(shopper: Shopper, shop: RunningShop) -> None:
    at(f"{SECURITY}/email")(shopper, shop)
    shopper.page.get_by_label("New email address").fill(f"new-{shopper.email}")
    shopper.button("Send the codes").click()
    shopper.sees("Code sent to the new address")


def two_browsers(shopper: Shopper, shop: RunningShop) -> None:
    member(shopper, shop)
    shop.fetch(ANOTHER, shopper.email)
    shopper.open("/account/sessions")
    expect(shopper.page.get_by_text("Safari, iPhone").first).to_be_visible()


def grow_stale(shopper: Shopper, shop: RunningShop) -> None:
    shop.fetch(
        "UPDATE user_session SET auth_time = now() - interval '1 hour'"
        " WHERE user_id = (SELECT id FROM users WHERE email = $1)",
        shopper.email,
    )


def question(shopper: Shopper, shop: RunningShop) -> None:
    member(shopper, shop)
    grow_stale(shopper, shop)
    shopper.open(f"{SECURITY}/email")
    shopper.sees("Confirm that it is you")


STATES = [
    State("security", at(SECURITY), alike=True),
    State("another password", at(f"{SECURITY}/password"), alike=True),
    State("another password too short", short_password, {422}, alike=True),
    State("another address of the account", at(f"{SECURITY}/email"), alike=True),
    State("another address to be confirmed", pending, alike=True),
    State("former address put back", undoing, alike=True),
    State("former address link over", "/email/undo?key=1.x", {404}, alike=True),
    State("second factor off", at(f"{SECURITY}/two-factor"), alike=True),
    State("second factor half set up", begun, alike=True),
    State("second factor refused", refused, {422}, alike=True),
    State("recovery codes", finished, alike=True),
    State("second factor on", on, alike=True),
    State("second step of a sign-in", half_in, alike=True),
    State("second step refused", wrong_code, {422}),
    State("one browser", at("/account/sessions"), alike=True),
    State("two browsers", two_browsers, alike=True),
    State("confirm that it is you", question, alike=True),
]
