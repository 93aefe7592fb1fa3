from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State


def placed(shopper: Shopper, shop: RunningShop, *, pay: str = "Cash on delivery") -> None:
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.fill_in(phone="+1 512 555 0100")
    shopper.page.get_by_label(pay).check()
    shopper.place()


def by_transfer(shopper: Shopper, shop: RunningShop) -> None:
    placed(shopper, shop, pay="Bank transfer")


def lapsed(shopper: Shopper, shop: RunningShop) -> None:
    by_transfer(shopper, shop)
    shop.fetch("UPDATE orders SET status = 'lapsed' WHERE email = $1", shopper.email)
    shopper.page.reload()
    shopper.sees("Closed unpaid")


def mail(shopper: Shopper, shop: RunningShop) -> None:
    by_transfer(shopper, shop)
    shopper.read_mail()


def mailbox(shopper: Shopper, shop: RunningShop) -> None:
    mail(shopper, shop)
    shopper.open("/mailbox")


STATES = [
    State("order paid in cash", placed, alike=True),
    State("order paid by transfer", by_transfer, alike=True),
    State("order that lapsed", lapsed, alike=True),
    State("mailbox", mailbox, alike=True),
    State("mail", mail, alike=True),
]
