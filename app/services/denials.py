"""Who asked for what is not theirs: each time is written down, and an alarm raised where somebody keeps trying."""

import hashlib
import hmac
from dataclasses import dataclass

import structlog

from app.core.throttle import DENIED, DENIED_ALARM
from app.services.throttle import ThrottleService

log = structlog.get_logger()


@dataclass(frozen=True)
class DenialService:
    throttle: ThrottleService
    secret: bytes

    async def note(self, *, user_id: int | None, address: str, thing: str, rule: str) -> None:
        """`thing` is the path that was asked for, `rule` what refused it. Who has no account is told apart by network
        address, of which the log gets a mark only. Never raises: the answer has been decided.
        """
        actor = f"user:{user_id}" if user_id is not None else f"guest:{self._mark(address)}"
        log.warning("denied", actor=actor, object=thing, rule=rule)
        try:
            is_often = not await self.throttle.is_left(DENIED, actor)
            if is_often and await self.throttle.is_left(DENIED_ALARM, actor):
                log.error("denied_often", actor=actor, object=thing, rule=rule, alarm=True)
        except Exception as error:
            log.warning("denial_not_counted", kind=type(error).__name__)

    def _mark(self, address: str) -> str:
        return hmac.new(self.secret, f"denied:{address}".encode(), hashlib.sha256).hexdigest()[:12]
