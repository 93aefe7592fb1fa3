"""A person at a browser, with or without JavaScript, and a list of everything the browser complained about."""

import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

MAIL_SECONDS = 5
PASSWORD = "seven quiet lamps in june"
ADDRESS = {
    "full_name": "Ada Lovelace",
    "line1": "12 Analytical Way",
    "city": "Austin",
    "region": "TX",
    "postal_code": "73301",
}
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`securitypolicyviolation: ${event.effectiveDirective} ${event.blockedURI}`), true)"""
_SCROLL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo({ top: y, behavior: "instant" });
    await frame(); await frame();
  }
  scrollTo({ top: 0, behavior: "instant" });
}"""
_ALL_PICTURES = """() => {
  for (const image of document.images) image.loading = "eager";
  return [...document.images].every((image) => image.complete);
}"""
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


class Shopper:
    """`scripts` says whether the browser runs JavaScript; `expected` holds the refusals (statuses) a journey provokes,
    which browsers report on their console as if they were faults; `known` what somebody else's page is known to say."""

    def __init__(self, context: BrowserContext, address: str, *, scripts: bool) -> None:
        self.scripts = scripts
        self.address = address
        self.email = f"ada-{uuid.uuid4().hex[:8]}@shop.example"
        self.expected: set[int] = set()
        self.known: re.Pattern[str] | None = None
        self._heard_all: list[str] = []
        self.responses: list[Response] = []
        self.documents: list[Response] = []
        context.add_init_script(VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._heard_all.append(f"error: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)

    @property
    def complaints(self) -> list[str]:
        return [said for said in self._heard_all if not (self.known and self.known.search(said))]

    def forgive(self) -> None:
        self._heard_all.clear()

    def open(self, path: str) -> Response:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def button(self, name: str) -> Locator:
        """The first button whose name begins with `name`."""
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first

    def choose(self, option: str) -> None:
        """Pick an option on a product's page and see the page follow."""
        self.page.locator("#buy label").filter(has_text=re.compile(f"^{re.escape(option)}")).click()
        if not self.scripts:
            self.button("Choose").click()
        expect(self.page.locator("#buy legend .chosen").filter(has_text=option)).to_be_visible()

    def add(self) -> None:
        """Press the first "Add to cart" of the page and go to the cart."""
        self.button("Add to cart").click()
        if self.scripts:
            expect(self.page.locator("#toasts")).to_contain_text("Added to your cart")
            self.page.locator("#cart-link").click()
        else:
            expect(self.page.locator(".flash")).to_contain_text("Added to your cart")
        self.page.wait_for_url("**/cart")

    def fill_cart(self, path: str = "/p/folio-pocket-notebook") -> None:
        self.open(path)
        self.add()

    def put(self, slug: str, *, quantity: str = "1", **options: str) -> None:
        """Into the cart past the pages, where the journey is not about that."""
        chosen = {f"option.{name}": value for name, value in options.items()}
        answer = self.page.request.post(
            f"{self.address}/cart/items",
            form={"product": slug, "quantity": quantity, **chosen},
            headers={"origin": self.address},
        )
        assert answer.ok, answer.text()

    def to_checkout(self) -> None:
        self.link("Go to checkout").click()
        self.page.wait_for_url("**/checkout")

    def fill_in(self, **typed: str) -> None:
        for name, value in ({"email": self.email} | ADDRESS | typed).items():
            self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]")

    @property
    def place_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("[Pp]lace order"))

    def place(self) -> None:
        """Press the last button and arrive at the order's page."""
        self.place_button.click()
        self.page.wait_for_url("**/orders/*")

    def order(self, path: str = "/p/folio-pocket-notebook") -> None:
        """A whole order by the shortest way."""
        self.fill_cart(path)
        self.to_checkout()
        self.fill_in()
        self.place()

    @property
    def submit(self) -> Locator:
        """The button of the form, past the one that is there for the Enter key only."""
        return self.page.locator("#entry form button.big")

    def sign_up(self) -> None:
        """Up to the page that asks for the code."""
        self.open("/sign-up")
        for name, value in (("name", "Ada Lovelace"), ("email", self.email), ("password", PASSWORD)):
            self.page.locator(f"#{name}").fill(value)
        self.submit.click()
        self.page.wait_for_url("**/verify")

    def verify(self) -> None:
        """Read the mail and type its code."""
        code = self.mailed_code()
        self.open("/verify")
        self.field("code").fill(code)
        self.submit.click()
        self.page.wait_for_url(re.compile(r"^(?!.*/verify)"))

    def sign_in(self) -> None:
        self.open("/sign-in")
        self.page.locator("#email").fill(self.email)
        self.page.locator("#password").fill(PASSWORD)
        self.submit.click()
        self.page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))

    def mailed_code(self) -> str:
        """The code of this shopper's newest mail; that of an order may come before it or after it."""
        for _ in range(20):
            self.read_mail()
            if found := re.search(r"\b\d{4} \d{4}\b", self.page.locator("main").inner_text()):
                return found[0]
            self.page.wait_for_timeout(250)
        raise AssertionError("no mail with a code came")

    @property
    def order_number(self) -> str:
        return urlsplit(self.page.url).path.rpartition("/")[2]

    def read_mail(self) -> None:
        """Open this shopper's newest mail, which has to come within five seconds."""
        end = time.monotonic() + MAIL_SECONDS
        while True:
            self.open("/mailbox")
            mail = self.page.locator("main li a").filter(has_text=self.email).first
            if mail.count():
                mail.click()
                self.page.wait_for_url("**/mailbox/*")
                return
            assert time.monotonic() < end, f"no mail for {self.email} after {MAIL_SECONDS} s"
            time.sleep(0.1)

    def see_everything(self) -> None:
        """Down to the end and up again, until what waits for that has come."""
        if self.scripts:
            self.page.evaluate(_SCROLL)
        self.page.wait_for_load_state("networkidle")

    def bring_every_picture(self) -> None:
        """Those, too, that only further scrolling would bring."""
        self.see_everything()
        while not self.page.evaluate(_ALL_PICTURES):
            self.page.wait_for_timeout(50)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def _heard(self, message: ConsoleMessage) -> None:
        refused = REFUSED.match(message.text)
        if not (refused and int(refused[1]) in self.expected):
            self._heard_all.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self._heard_all.append(f"a request to another party: {request.url}")

    def _answered(self, response: Response) -> None:
        self.responses.append(response)
        if response.request.resource_type == "document":
            self.documents.append(response)
        if response.status >= 400 and response.status not in self.expected:
            self._heard_all.append(f"{response.status}: {response.url}")


def value_of(locator: Locator) -> Any:
    return locator.evaluate("element => element.value")
