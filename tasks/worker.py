"""The worker process: runs queued jobs, and beside them what is due by the clock.

The queue may come and go. While it is away the sweeper sends the mail itself, so nothing is lost but speed.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from app.adapters.db.engine import DatabaseUnreachable
from app.adapters.jobs.arq import serve_queue
from app.bootstrap import Shop, open_shop
from app.core.jobs import Job
from app.logs import configure_logs
from app.settings import Settings, UnsafeSettings
from tasks.emails import deliver_email
from tasks.export import make_export
from tasks.providers import see_to_provider_token

log = structlog.get_logger()

RUNNERS = {
    Job.DELIVER_EMAIL: deliver_email,
    Job.MAKE_EXPORT: make_export,
    Job.RENEW_PROVIDER_TOKEN: see_to_provider_token,
    Job.REVOKE_PROVIDER_TOKEN: see_to_provider_token,
}
SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
"""Seconds between two tries to reach a lost queue."""
LISTS_EVERY = 5.0
"""Seconds by which lists may be late where time changes them: a sale's price in filters and orders, what is new."""
THROTTLE_EVERY = 300.0
"""Seconds between two clearings of limits that have ended, and of what was typed a day ago."""
ACCOUNTS_EVERY = 3600.0
"""Seconds between two clearings of sessions, tokens and codes that are long over."""
WORDS_EVERY = 600.0
"""Seconds between two readings of the words that search corrects to."""

FORGET_EVERY = 3600.0
"""Seconds between two looks at addresses that are of no more use."""
ERASE_EVERY = 60.0
"""Seconds between two looks for accounts whose time to think it over is up."""
UNPROVEN_EVERY = 86_400.0
"""Seconds between two looks for accounts that nobody has ever proven."""

COUNT_EVERY = 60.0
"""Seconds between two looks at what was sold: best sellers may be late by that, and pages stay cached as long."""


def main() -> int:
    """Work until SIGTERM or SIGINT; 0 after a clean stop, 1 where the worker could not start."""
    try:
        settings = Settings.from_environment(os.environ)
        configure_logs(settings)
        asyncio.run(_work_until_told(settings))
    except (UnsafeSettings, DatabaseUnreachable) as error:
        print(f"worker: {error}", file=sys.stderr)
        return 1
    return 0


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`, then finish what is under way, within a job's time limit. Raises DatabaseUnreachable."""
    async with open_shop(settings, worker=True) as shop:
        chores = [
            _repeat("sweep_emails", shop.services.emails.sweep, settings, stop),
            _repeat("lapse_unpaid_orders", shop.services.orders.lapse_unpaid, settings, stop),
            _repeat("answer_requests", shop.services.requests.answer, settings, stop),
            _repeat("forget_requests", shop.services.requests.forget, settings, stop, FORGET_EVERY),
            _repeat("count_sold", shop.services.orders.count_sold, settings, stop, COUNT_EVERY),
            _repeat("tend_lists", shop.services.search.tend_lists, settings, stop, LISTS_EVERY),
            _repeat("sweep_throttle", shop.services.throttle.sweep, settings, stop, THROTTLE_EVERY),
            _repeat("sweep_accounts", shop.services.accounts.sweep, settings, stop, ACCOUNTS_EVERY),
            _repeat("sweep_email_undos", shop.services.email_undo.sweep, settings, stop, ACCOUNTS_EVERY),
            _repeat("forget_drafts", shop.services.cart.forget_drafts, settings, stop, THROTTLE_EVERY),
            _repeat("sweep_provider_tokens", shop.services.provider_tokens.sweep, settings, stop),
            _repeat("sweep_sign_ins", shop.services.providers.sweep, settings, stop, THROTTLE_EVERY),
            _repeat("learn_words", shop.services.search.learn_words, settings, stop, WORDS_EVERY),
            _repeat("sweep_exports", shop.services.exports.sweep, settings, stop),
            _repeat("erase_accounts", shop.services.deletions.erase_next, settings, stop, ERASE_EVERY),
            _repeat("erase_unproven", shop.services.deletions.erase_unproven, settings, stop, UNPROVEN_EVERY),
            _repeat("sum_up_changes", shop.services.catalog.sum_up_changes, settings, stop),
            _repeat(
                "prepare_pictures", shop.services.pictures.prepare_next, settings, stop, settings.picture_sweep_seconds
            ),
        ]
        if settings.redis_url.get_secret_value():
            chores.append(_serve_queue(shop, settings, stop))
        log.info("worker_started")
        await asyncio.gather(*chores)
        log.info("worker_stopped")


async def _work_until_told(settings: Settings) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    await work(settings, stop)


async def _serve_queue(shop: Shop, settings: Settings, stop: asyncio.Event) -> None:
    """Run jobs, and try again, ever more slowly, whenever the queue goes away."""
    loop = asyncio.get_running_loop()
    url, context = (
        settings.redis_url.get_secret_value(),
        {
            "emails": shop.services.emails,
            "exports": shop.services.exports,
            "provider_tokens": shop.services.provider_tokens,
        },
    )
    pause = SHORTEST_PAUSE
    while not stop.is_set():
        began = loop.time()
        try:
            await serve_queue(url, RUNNERS, context=context, seconds=settings.job_seconds, stop=stop)
        except Exception as error:
            pause = SHORTEST_PAUSE if loop.time() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            log.warning("queue_lost", error=type(error).__name__, next_try_in=pause)
            await _sleep(pause, stop)


async def _repeat(
    name: str,
    chore: Callable[[], Awaitable[int]],
    settings: Settings,
    stop: asyncio.Event,
    seconds: float | None = None,
) -> None:
    """Do `chore` now and every so many `seconds` (else every sweep), and again at once while it did something."""
    while not stop.is_set():
        # A task for each round: what a broken connection may leave behind in its context is gone with it.
        if not await asyncio.create_task(_do(name, chore, settings.job_seconds)):
            await _sleep(seconds or settings.sweep_seconds, stop)


async def _do(name: str, chore: Callable[[], Awaitable[int]], seconds: float) -> int:
    try:
        async with asyncio.timeout(seconds):
            return await chore()
    except Exception as error:
        log.error("chore_failed", chore=name, exc_info=error)
        return 0


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


if __name__ == "__main__":
    sys.exit(main())
