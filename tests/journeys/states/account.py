from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import ADDRESS, Shopper
from tests.journeys.states.state import State, Way, let_ask_again

PATHS = (
    "/account",
    "/account/orders",
    "/account/profile",
    "/account/addresses",
    "/account/addresses/new",
    "/account/security",
    "/account/security/password",
    "/account/security/email",
    "/account/security/two-factor",
    "/account/sessions",
    "/account/export",
    "/account/deletion",
)


def enter(shopper: Shopper, shop: RunningShop) -> None:
    """Signed in to an account of one's own."""
    let_ask_again(shop)
    shopper.sign_up()
    shopper.verify()


def at(path: str) -> Way:
    def way(shopper: Shopper, shop: RunningShop) -> None:
        enter(shopper, shop)
        shopper.open(path)

    return way


def add_address(shopper: Shopper, **other: str) -> None:
    shopper.open("/account/addresses/new")
    for name, value in (ADDRESS | other).items():
        shopper.field(name).fill(value)
    shopper.button("Save the address").click()
    shopper.page.wait_for_url("**/account/addresses")


def order(shopper: Shopper) -> None:
    """The checkout knows a member's address for mails."""
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    for name, value in ADDRESS.items():
        shopper.field(name).fill(value)
    shopper.place()


def with_orders(path: str) -> Way:
    def way(shopper: Shopper, shop: RunningShop) -> None:
        enter(shopper, shop)
        order(shopper)
        shopper.open(path)
        shopper.sees("Folio pocket notebook")

    return way


def own_order(shopper: Shopper, shop: RunningShop) -> None:
    with_orders("/account/orders")(shopper, shop)
    shopper.page.locator(".orders a").first.click()
    shopper.page.wait_for_url("**/account/orders/*")


def with_addresses(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    add_address(shopper)
    add_address(shopper, line1="5 Second Street")


def address_deleted(shopper: Shopper, shop: RunningShop) -> None:
    with_addresses(shopper, shop)
    shopper.button("Delete").click()
    expect(shopper.button("Undo")).to_be_visible()


def address_refused(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    shopper.open("/account/addresses/new")
    shopper.button("Save the address").click()
    expect(shopper.page.get_by_role("alert")).to_be_focused()


def profile_refused(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    shopper.open("/account/profile")
    shopper.page.locator("#about summary").click()
    shopper.field("link_github").fill("https://github.com.evil.example/a")
    shopper.button("Save the profile").click()
    expect(shopper.page.get_by_role("alert")).to_be_focused()


def picture_refused(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    shopper.open("/account/profile")
    shopper.field("picture").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": b"GIF89a"})
    shopper.button("Save the picture").click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("not a JPEG, PNG or WebP picture")


def checkout_with_book(shopper: Shopper, shop: RunningShop) -> None:
    with_addresses(shopper, shop)
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.sees("Another address")


def copy_ready(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    shopper.open("/account/export")
    shopper.button("Make a copy").click()
    wait_for_copy(shopper)


def wait_for_copy(shopper: Shopper) -> None:
    """It shows by itself where scripts run, else by looking again."""
    ready = shopper.page.get_by_role("heading", name="Your copy is ready")
    if shopper.scripts:
        expect(ready).to_be_visible(timeout=20_000)
        return
    for _ in range(40):
        if ready.count():
            return
        shopper.page.wait_for_timeout(500)
        shopper.open("/account/export")
    expect(ready).to_be_visible()


def deletion_asked(shopper: Shopper, shop: RunningShop) -> None:
    enter(shopper, shop)
    shopper.open("/account/deletion")
    shopper.button("Delete my account").click()
    shopper.sees("Keep my account")


STATES = [
    State("account, new", at("/account"), alike=True),
    State("account with an order", with_orders("/account"), alike=True),
    State("own orders", with_orders("/account/orders"), alike=True),
    State("own order", own_order, alike=True),
    State("profile", at("/account/profile"), alike=True),
    State("profile refused", profile_refused, {422}),
    State("picture refused", picture_refused, {422}),
    State("addresses, none", at("/account/addresses"), alike=True),
    State("addresses", with_addresses, alike=True),
    State("address deleted", address_deleted),
    State("address refused", address_refused, {422}),
    State("checkout with an address book", checkout_with_book),
    State("copy of one's data", copy_ready),
    State("deletion", at("/account/deletion"), alike=True),
    State("deletion asked for", deletion_asked),
]
