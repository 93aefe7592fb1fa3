"""How long a mail is tried."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.emails import (
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    has_hidden,
    hide,
    job_id,
    show,
    wait_before_retry,
)

MINUTE = timedelta(minutes=1)


def waits(first: timedelta) -> list[timedelta]:
    """The waits of a mail that fails whenever it is tried, each attempt taking no time."""
    found: list[timedelta] = []
    while (wait := wait_before_retry(len(found) + 1, first=first, age=sum(found, timedelta()))) is not None:
        found.append(wait)
    return found


def test_waits_double_from_a_minute_to_six_hours_and_end_after_a_day() -> None:
    minutes = [wait / MINUTE for wait in waits(MINUTE)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 209]
    assert sum(minutes) == 24 * 60


@given(st.timedeltas(timedelta(milliseconds=1), timedelta(days=2)))
def test_the_last_attempt_is_a_day_after_the_first(first: timedelta) -> None:
    found = waits(first)
    assert all(timedelta(0) < wait <= LONGEST_WAIT for wait in found)
    assert len(found) < MOST_ATTEMPTS
    assert sum(found, timedelta()) == GIVE_UP_AFTER or len(found) == MOST_ATTEMPTS - 1


@given(st.integers(1, 10_000), st.timedeltas(GIVE_UP_AFTER, timedelta(days=400)))
def test_a_mail_older_than_a_day_is_given_up(attempt: int, age: timedelta) -> None:
    assert wait_before_retry(attempt, first=MINUTE, age=age) is None


@given(st.integers(MOST_ATTEMPTS, 10_000))
def test_attempts_are_bounded(attempt: int) -> None:
    assert wait_before_retry(attempt, first=MINUTE, age=timedelta()) is None


def test_each_attempt_is_a_job_of_its_own() -> None:
    assert job_id(7, 1) == "email:7:1"
    assert job_id(7, 2) != job_id(7, 1)


@given(st.text(), st.text(), st.lists(st.from_regex(r"[0-9a-f]{40}", fullmatch=True), max_size=9, unique=True))
def test_what_is_hidden_can_be_shown_again(before: str, after: str, keys: list[str]) -> None:
    before, after = (text.translate({0x27E6: None}) for text in (before, after))
    text = before + "".join(f"?key={key}&x " for key in keys) + after
    hidden = hide(text, keys)
    assert has_hidden(hidden) == bool(keys)
    assert not any(key in hidden for key in keys)
    assert show(hidden, keys) == text


def test_a_reader_who_types_such_a_place_gets_it_back() -> None:
    assert show(hide("⟦3⟧ and ⟦0⟧", []), []) == "⟦3⟧ and ⟦0⟧"
