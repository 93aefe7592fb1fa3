"""JSON logs on standard output: one object a line, without bodies, secrets or addresses."""

import logging
import sys
import traceback

import structlog

from app.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Call once per process, before the first log line."""
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if settings.debug else describe_error,
    ]
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if settings.debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def describe_error(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Kinds and places in place of an error's text, which may quote what people typed, as a failing statement does.

    `error` names it and its causes, the first cause last; `where` is the way to that one, the innermost frame last.
    """
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else sys.exc_info()[1] if info is True else info
    kinds = []
    while isinstance(error, BaseException):
        kinds.append(type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {**event, "error": " from ".join(kinds)} if kinds else event
