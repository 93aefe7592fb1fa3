"""Who asks for what is not theirs is written down, and raises an alarm once it goes on."""

from typing import Any

from structlog.testing import capture_logs

from app.bootstrap import Shop
from app.core.throttle import DENIED
from tests.web.conftest import Visitor
from tests.web.signing_in import sign_in
from tests.web.test_account import make_order


def denials(said: list[Any], event: str = "denied") -> list[tuple[str, str, str]]:
    return [(line["actor"], line["object"], line["rule"]) for line in said if line["event"] == event]


async def test_somebody_elses_order_names_actor_object_and_rule(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await make_order(None, "T1")
    user_id = await sign_in(visitor, shop)
    with capture_logs() as said:
        assert (await visitor.get("/account/orders/T1")).status == 404
    assert denials(said) == [(f"user:{user_id}", "/account/orders/T1", "not for: signed in")]


async def test_a_guest_is_told_apart_and_not_named(visitor: Visitor, engine: Any) -> None:
    await make_order(None, "T1")
    with capture_logs() as said:
        assert (await visitor.get("/orders/T1?key=guessed")).status == 404
    ((actor, thing, _),) = denials(said)
    assert actor.startswith("guest:") and thing == "/orders/T1" and "guessed" not in str(said)
    assert "127.0.0.1" not in str(said)


async def test_a_page_that_is_not_there_and_a_way_to_the_sign_in_are_no_denials(visitor: Visitor, engine: Any) -> None:
    with capture_logs() as said:
        for path in ("/nowhere", "/p/nothing", "/account", "/account/security"):
            await visitor.get(path)
    assert denials(said) == []


async def test_a_form_from_elsewhere_is_one(visitor: Visitor, engine: Any) -> None:
    with capture_logs() as said:
        answer = await visitor.post("/theme", {"theme": "dark"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status == 403
    assert [rule for _, _, rule in denials(said)] == ["ForgedRequest"]


async def test_twenty_in_five_minutes_raise_one_alarm(
    visitor: Visitor, new_visitor: Any, shop: Shop, engine: Any
) -> None:
    assert DENIED.most + 1 == 20 and DENIED.seconds == 300
    user_id, other = await sign_in(visitor, shop), new_visitor()
    await sign_in(other, shop, email="other@shop.example")
    with capture_logs() as said:
        for number in range(25):
            await visitor.get(f"/account/orders/X{number}")
            if number == 18:
                assert denials(said, "denied_often") == []
                assert (await other.get("/account/orders/X1")).status == 404
    assert denials(said, "denied_often") == [(f"user:{user_id}", "/account/orders/X19", "not for: signed in")]
    assert len(denials(said)) == 26
