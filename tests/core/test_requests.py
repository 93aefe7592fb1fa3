"""Who may wait for what."""

from dataclasses import replace

import pytest

from app.core.errors import InStock, NotForSale
from app.core.requests import require_sold_out
from tests.core.test_cart import OFFER


def test_one_waits_for_what_is_sold_out():
    require_sold_out(replace(OFFER, available=0))


def test_nobody_waits_for_what_can_be_had():
    with pytest.raises(InStock):
        require_sold_out(replace(OFFER, available=1))


@pytest.mark.parametrize("available", [0, 1])
def test_nobody_waits_for_what_is_no_longer_sold(available):
    with pytest.raises(NotForSale):
        require_sold_out(replace(OFFER, available=available, is_for_sale=False))
