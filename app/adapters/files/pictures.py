"""Pictures redrawn in a process of their own, which may use little memory, little time and no file."""

import asyncio
import json
import sys
from pathlib import Path

from app.core.pictures import (
    LONGEST_SIDE,
    MOST_PIXELS,
    SHORTEST_SIDE,
    WIDTHS,
    PictureFault,
    PictureRefused,
    require_picture,
)
from app.ports.files import PreparedPicture

REDRAW = Path(__file__).with_name("redraw.py")
SECONDS = 5.0
ARGUMENTS = (str(MOST_PIXELS), str(LONGEST_SIDE), str(SHORTEST_SIDE), ",".join(map(str, WIDTHS)))
# Nothing of the shop's environment: no secret may be where a decoder can be led astray.
ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}


class LimitedPictureTools:
    """`at_once` pictures are decoded side by side; the others wait."""

    def __init__(self, *, at_once: int = 1, seconds: float = SECONDS) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._seconds = seconds

    async def prepare(self, body: bytes) -> PreparedPicture:
        require_picture(body)
        async with self._slots:
            answer = await self._redraw(body)
        header, _, files = answer.partition(b"\n")
        try:
            said = json.loads(header)
        except ValueError:
            # Stopped by a limit, in the middle of a word.
            raise PictureRefused(PictureFault.DAMAGED) from None
        if "fault" in said:
            raise PictureRefused(PictureFault(said["fault"]))
        bodies, place = {}, 0
        for width, length in said["sizes"]:
            bodies[width] = files[place : place + length]
            place += length
        return PreparedPicture(said["width"], said["height"], bodies)

    async def _redraw(self, body: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(REDRAW),
            *ARGUMENTS,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        try:
            async with asyncio.timeout(self._seconds):
                answer, _ = await process.communicate(body)
        except TimeoutError:
            raise PictureRefused(PictureFault.TOO_SLOW) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return answer
