"""One real shop and one real browser for all journeys; each journey has its own cookies.

They run in a process of their own (`make test` does that): playwright's loop does not share one with the other tests'.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.chromium import QUIET, executable
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper

WIDE = {"width": 1280, "height": 900}

TROUBLE = re.compile(r"unexpected_error|Traceback|\berror\b|\bcritical\b")

NewShopper = Callable[..., Shopper]


@pytest.fixture(scope="session")
def running_shop() -> Iterator[RunningShop]:
    shop = RunningShop()
    yield shop
    trouble = [line for line in shop.stop().splitlines() if TROUBLE.search(line)]
    assert not trouble, "\n".join(trouble)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": executable(), "args": list(QUIET)}


@pytest.fixture(params=["htmx", "no script"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """A test that uses this, or `shopper`, runs once with JavaScript and once without."""
    return bool(request.param == "htmx")


@pytest.fixture
def new_shopper(new_context: Any, running_shop: RunningShop) -> Iterator[NewShopper]:
    """`new_shopper(scripts=False)` for another person. At the end nobody's browser may have complained."""
    shoppers: list[Shopper] = []

    def arrive(*, scripts: bool = True) -> Shopper:
        context = new_context(java_script_enabled=scripts, viewport=WIDE, locale="en-US", reduced_motion="reduce")
        shoppers.append(Shopper(context, running_shop.address, scripts=scripts))
        return shoppers[-1]

    yield arrive
    complaints = [complaint for shopper in shoppers for complaint in shopper.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def shopper(new_shopper: NewShopper, scripts: bool) -> Shopper:
    return new_shopper(scripts=scripts)
