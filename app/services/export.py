"""The copy of all the shop keeps about a person: asked for, made by a job, fetched by its owner, deleted again."""

import csv
import io
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import msgspec
import structlog

from app.core.errors import NotFound, StepUpRequired
from app.core.export import KEPT, MOST_ATTEMPTS, job_id
from app.core.jobs import Job
from app.core.throttle import EXPORT_BY
from app.ports.export import ClaimedExport, Exports, ExportView, PersonalData
from app.ports.files import Files
from app.ports.identity import SignedIn
from app.ports.jobs import Jobs
from app.ports.profile import Profiles
from app.ports.transactions import Transactions
from app.services.accounts import AccountService
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService

AT_ONCE = 5
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
"""How a cell begins that a spreadsheet would calculate."""

log = structlog.get_logger()


@dataclass(frozen=True)
class ExportService:
    exports: Exports
    accounts: AccountService
    personal: PersonalData
    profiles: Profiles
    files: Files
    jobs: Jobs
    notices: Notices
    throttle: ThrottleService
    transactions: Transactions
    lease: timedelta

    async def latest(self, user_id: int) -> ExportView | None:
        return await self.exports.find_latest(user_id)

    async def ask(self, user_id: int, *, locale: str) -> None:
        """Have a copy made; where one is being made, that one it is. Raises TooOften."""
        await self.throttle.require((EXPORT_BY, str(user_id)))
        async with self.transactions.begin(actor=user_id) as transaction:
            export_id, attempt = await self.exports.ask(user_id, locale=locale)
            transaction.after_commit(
                partial(self.jobs.enqueue, Job.MAKE_EXPORT, export_id, job_id=job_id(export_id, attempt))
            )

    async def hand_over(self, who: SignedIn) -> bytes:
        """The file, for its owner alone, who has just proven to be it. Raises StepUpRequired, NotFound."""
        if not who.is_fresh:
            raise StepUpRequired
        key = await self.exports.find_file(who.user_id)
        body = await self.files.find(key) if key else None
        if body is None:
            raise NotFound("export")
        log.info("export_fetched", user_id=who.user_id)
        return body

    async def make(self, export_id: int) -> bool:
        """Make one copy. False where there is nothing to do. Ended at any point, it is begun again after its lease."""
        async with self.transactions.begin():
            export = await self.exports.claim(export_id, lease=self.lease)
            if export is not None and export.attempt > MOST_ATTEMPTS:
                await self.exports.fail(export)
                export = None
        if export is None:
            return False
        await self.accounts.gather_orders(export.user_id)
        body = await self._zipped(export)
        # The name is drawn anew: a file of an attempt that came too late is nobody's, and deleted at once.
        key = f"exports/{secrets.token_hex(16)}.zip"
        await self.files.put(key, body)
        async with self.transactions.begin() as transaction:
            finished = await self.exports.finish(export, key=key, size=len(body), kept=KEPT)
            if finished:
                await self.notices.queue(transaction, export.user_id, What.EXPORT_READY, locale=export.locale)
        if not finished:
            await self.files.delete(key)
        log.info("export_made", export_id=export.id, attempt=export.attempt, finished=finished)
        return finished

    async def sweep(self) -> int:
        """Make what the queue has lost, and delete what has lain long enough; returns how many were deleted."""
        for export_id in await self.exports.find_due(AT_ONCE):
            await self.make(export_id)
        async with self.transactions.begin():
            keys = await self.exports.take_expired(AT_ONCE)
        for key in keys:
            await self.files.delete(key)
        return len(keys)

    async def _zipped(self, export: ClaimedExport) -> bytes:
        """Each part twice: as JSON, and as a table for spreadsheets."""
        file, parts = io.BytesIO(), self.personal.parts
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, part in enumerate(parts):
                async with self.transactions.begin():
                    await self.exports.note_progress(export, done=done, parts=len(parts))
                rows = await self.personal.read(part, export.user_id)
                archive.writestr(f"{part}.json", msgspec.json.format(msgspec.json.encode(rows), indent=2))
                if rows:
                    archive.writestr(f"{part}.csv", _table(rows))
            if (key := await self.profiles.find_picture(export.user_id)) and (picture := await self.files.find(key)):
                archive.writestr("picture.webp", picture)
        return file.getvalue()


def _table(rows: Sequence[Mapping[str, object]]) -> bytes:
    """RFC 4180, with a mark that spreadsheets know UTF-8 by."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(_cell(value) for value in row.values())
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
