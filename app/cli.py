"""The `shop` command. Heavy modules are imported by the command that needs them, so that help is instant."""

import argparse
import asyncio
import getpass
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.adapters.embedded import postgres, valkey
from app.adapters.embedded.processes import EmbeddedError
from app.adapters.embedded.supervisor import SIGN_INS, Plan, kept_secrets

if TYPE_CHECKING:
    from app.bootstrap import Shop
    from app.services.vault import Rotation
    from app.settings import Settings

Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parents[1]
CONNECT_SECONDS = 5

EXAMPLES = """
examples:
  shop up                             the whole shop on this machine, its own database and queue included
  PORT=9000 DATA_DIR=/srv/shop shop up
  DATABASE_URL=postgresql://shop:secret@db/shop shop migrate
  shop create-admin owner@shop.example
  shop doctor && echo all books agree

Settings are environment variables; docs/operations lists them. What is wrong with them is said in one line
each, with exit code 1.
"""


class Unusable(Exception):
    """Something outside of the shop has to be put right; the text is one readable line without a secret."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ["TZ"] = "UTC"  # Piccolo Admin keeps naive times in its session table
    time.tzset()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (Unusable, EmbeddedError) as error:
        for line in str(error).splitlines():
            print(f"shop: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shop",
        description="Exclusive, an online shop.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    up = commands.add_parser(
        "up",
        help="run everything on this machine until Ctrl-C",
        description="Starts PostgreSQL and Valkey below DATA_DIR (unless DATABASE_URL or REDIS_URL name others), "
        "migrates, seeds the demo shop on first start, and runs the web and worker processes of the Procfile. "
        "Ctrl-C stops all of it; the data stays.",
    )
    up.add_argument("--end-with-parent", action="store_true", help="stop, too, when the process that started this ends")
    up.set_defaults(run=_up)

    migrate = commands.add_parser(
        "migrate",
        help="bring the database schema up to date",
        description="Applies the migrations that are missing; any number of runners may start at once.",
    )
    migrate.set_defaults(run=_migrate)

    demo = commands.add_parser(
        "demo",
        help="fill a development database with the demo shop",
        description="Deterministic products, stock and accounts; the passwords are random and kept in DATA_DIR.",
    )
    demo.set_defaults(run=_demo)

    code = commands.add_parser(
        "code",
        help="print the present codes of the demo's staff",
        description="What an authenticator app would show for the demo accounts whose keys are kept in DATA_DIR. "
        "Each code works once.",
    )
    code.set_defaults(run=_code)

    create_admin = commands.add_parser(
        "create-admin",
        help="make an account that may enter /admin/",
        description="Asks for the password on the terminal; it is never an argument, where others could read it.",
        epilog="example:\n  pass show shop/owner | shop create-admin owner@shop.example --password-stdin",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    create_admin.add_argument("email", metavar="EMAIL")
    create_admin.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create_admin.set_defaults(run=_create_admin)

    doctor = commands.add_parser(
        "doctor",
        help="add up the books again and print every difference",
        description="Re-adds stock against the ledger, reserved units against open orders and order totals against "
        "their lines. Exit code 0 when all agree, 1 when it found something.",
    )
    doctor.set_defaults(run=_doctor)

    new_keys = commands.add_parser(
        "new-keys",
        help="print fresh ENCRYPTION_KEYS and JWT_KEYS",
        description="To change a key, put the new one first and keep the old ones behind it: the first writes, all "
        "read. After that, `shop rotate-keys` seals what is stored anew, and the old key may go.",
    )
    new_keys.set_defaults(run=_new_keys)

    rotate = commands.add_parser(
        "rotate-keys",
        help="encrypt everything stored under the first of ENCRYPTION_KEYS",
        description="Runs beside the serving shop, may be stopped at any point and begun again. Exit code 1 when "
        "something could not be read; that is left as it is.",
    )
    rotate.set_defaults(run=_rotate_keys)

    web = commands.add_parser(
        "web",
        help="answer HTTP on HOST:PORT (the web process of the Procfile)",
        description="Serves with WEB_PROCESSES processes. On SIGTERM /ready says no for DRAIN_SECONDS, then requests "
        "in flight have 20 s to finish.",
    )
    web.set_defaults(run=_web)
    return parser


def _up(options: argparse.Namespace) -> int:
    """Checks everything here, then becomes the supervisor, which needs none of the modules that checking took."""
    settings = _settings()
    if settings.database_url.get_secret_value():
        _run(_require_database(settings))
    if settings.redis_url.get_secret_value() and (problem := _run(_redis_problem(settings))):
        raise Unusable(problem)
    plan = Plan(
        root=str(ROOT),
        data_dir=str(settings.data_dir.resolve()),
        host=settings.host,
        port=settings.port,
        origin=settings.origin,
        keeps_secrets=not settings.production and not os.environ.get("SECRET_KEYS"),
        demo=["shop", "demo"] if settings.demo and not settings.production else [],
        shows_mailbox=settings.mailbox_dir is not None,
        web_stop_seconds=settings.drain_seconds + 25,
        worker_stop_seconds=settings.job_seconds + 5,
        parent=os.getppid() if options.end_with_parent else None,
    )
    os.chdir(ROOT)
    sys.stdout.flush()
    # Held back until the supervisor listens for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    os.execve(sys.executable, [sys.executable, "-m", "app.adapters.embedded.supervisor"], plan.into(os.environ))


def _migrate(_: argparse.Namespace) -> int:
    settings = _settings_here()
    from app.adapters.db.migrate import migrate

    _run(migrate(settings.database_url.get_secret_value(), progress=_say))
    return 0


def _demo(_: argparse.Namespace) -> int:
    settings = _settings_here()
    if settings.production:
        raise Unusable("SHOP_ENV: the demo shop is for development; it would mix with real products")

    async def seed() -> None:
        async with _opened_shop(settings) as shop:
            made = await shop.demo.seed(_say)
        lines = [f"{one.role:<9} {one.email:<29} {one.password}  {one.key}".rstrip() for one in made]
        if lines:
            lines += [
                "",
                "The last word of staff is the key of their authenticator; `shop code` tells what it shows now.",
            ]
        _keep_private(settings.data_dir / SIGN_INS, lines or ["(no demo accounts: the shop had products already)"])

    _run(seed())
    return 0


def _code(_: argparse.Namespace) -> int:
    from app.adapters.identity.totp import PyotpAuthenticator
    from app.core.two_factor import STEP_SECONDS

    kept = _settings().data_dir / SIGN_INS
    lines = kept.read_text().splitlines() if kept.exists() else []
    staff = [words for words in map(str.split, lines) if len(words) == 4]
    if not staff:
        raise Unusable(
            f"no keys of demo accounts in {kept}; an app that was set up on the page about security has its own"
        )
    step, passed = divmod(int(time.time()), STEP_SECONDS)
    for role, email, _password, key in staff:
        code = PyotpAuthenticator().code(key, step)
        _say(f"{role:<9} {email:<29} {code[:3]} {code[3:]}   for {STEP_SECONDS - passed} s")
    return 0


def _create_admin(options: argparse.Namespace) -> int:
    settings = _settings_here()
    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else _ask_password()
    from app.core.errors import EmailTaken, InvalidEmail, PasswordTooCommon, PasswordTooLong, PasswordTooShort

    async def create() -> str:
        async with _opened_shop(settings) as shop:
            return await shop.accounts.create_admin(options.email, password)

    try:
        email = _run(create())
    except InvalidEmail:
        raise Unusable(f"{options.email!r} is not an email address") from None
    except EmailTaken:
        raise Unusable(f"{options.email} has an account already") from None
    except PasswordTooShort as error:
        raise Unusable(f"the password needs at least {error.shortest} characters") from None
    except PasswordTooCommon:
        raise Unusable("the password is one that everybody tries first; choose another") from None
    except PasswordTooLong as error:
        raise Unusable(f"the password may have at most {error.longest} characters") from None
    _say(f"{email} may now sign in at {settings.origin}/sign-in?next=/admin/ and set up the second factor there")
    return 0


def _doctor(_: argparse.Namespace) -> int:
    settings = _settings_here()

    async def examine() -> list[str]:
        async with _opened_shop(settings) as shop:
            return [str(finding) for finding in await shop.doctor.examine()]

    findings = _run(examine())
    for finding in findings:
        _say(finding)
    _say(f"Findings: {len(findings)}" if findings else "All books agree.")
    return 1 if findings else 0


def _new_keys(_: argparse.Namespace) -> int:
    import base64
    import secrets

    def fresh() -> str:
        return f"k{secrets.token_hex(3)}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip('=')}"

    _say(f"ENCRYPTION_KEYS={fresh()}")
    _say(f"JWT_KEYS={fresh()},{fresh()}")
    return 0


def _rotate_keys(_: argparse.Namespace) -> int:
    settings = _settings_here()
    shown = sys.stdout.isatty()

    def progress(column: str, done: int, total: int) -> None:
        if shown:
            filled = 30 * done // max(total, 1)
            print(f"\r{column:<32} [{'#' * filled}{'.' * (30 - filled)}] {done} of {total}", end="", flush=True)
        if not shown or done >= total:
            _say("" if shown else f"{column}: {done} of {total}")

    async def rotate() -> "Rotation":
        async with _opened_shop(settings) as shop:
            return await shop.vault.rotate(progress)

    rotation = _run(rotate())
    for reason in rotation.unreadable:
        print(f"shop: {reason}", file=sys.stderr)
    _say(f"Sealed anew: {rotation.resealed}. Unreadable: {len(rotation.unreadable)}.")
    return 1 if rotation.unreadable else 0


def _web(_: argparse.Namespace) -> int:
    settings = _settings_here()
    _run(_require_database(settings))
    # A restart while the queue is away must not close the shop, which sells without it.
    if problem := _run(_redis_problem(settings)):
        print(f"shop: {problem}; serving without the queue", file=sys.stderr)
    from app.logs import configure_logs
    from app.serve import serve

    configure_logs(settings)
    serve(settings)
    return 0


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Wait for `work`; Unusable when there is no database to do it on."""
    from app.adapters.db.engine import DatabaseUnreachable

    try:
        return asyncio.run(work)
    except DatabaseUnreachable as error:
        raise Unusable(f"DATABASE_URL: {error}") from None


@asynccontextmanager
async def _opened_shop(settings: "Settings") -> "AsyncIterator[Shop]":
    from app.adapters.db.schema import schema_is_current
    from app.bootstrap import open_shop

    async with open_shop(settings) as shop:
        if not await schema_is_current(shop.engine):
            raise Unusable("the database schema is not this release's; run: shop migrate")
        yield shop


def _settings() -> "Settings":
    from app.settings import Settings, UnsafeSettings

    try:
        return Settings.from_environment(os.environ)
    except UnsafeSettings as error:
        raise Unusable("\n".join(error.problems)) from None


def _settings_here() -> "Settings":
    """The same, but beside a running `shop up` its servers and secrets need not be named."""
    settings = _settings()
    if settings.database_url.get_secret_value():
        return settings
    here = settings.data_dir.resolve()
    for name, value in _beside(here).items():
        if value and not os.environ.get(name):
            os.environ[name] = value
    if not os.environ.get("DATABASE_URL"):
        raise Unusable(f"DATABASE_URL: not set, and no `shop up` is running on {here}; start it, or name a database")
    return _settings()


def _beside(data_dir: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres.running_url(data_dir),
        "REDIS_URL": valkey.running_url(data_dir),
        "SECRET_KEYS": kept_secrets(data_dir),
    }


async def _require_database(settings: "Settings") -> None:
    import asyncpg

    from app.adapters.db.engine import CONNECT_ERRORS, unreachable

    url = settings.database_url.get_secret_value()
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        await connection.close()
    except CONNECT_ERRORS as error:
        raise unreachable(url, error) from None


async def _redis_problem(settings: "Settings") -> str:
    """Why the Redis server cannot be used, or nothing."""
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    url = settings.redis_url.get_secret_value()
    if not url:
        return "REDIS_URL: not set"
    try:
        async with Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        ) as client:
            await client.ping()
    except (OSError, ValueError, RedisError) as error:
        return f"REDIS_URL: no queue server at {_where(url)}: {_reason(error)}"
    return ""


def _where(url: str) -> str:
    """Where `url` leads, cut without parsing, since a password may hold anything."""
    return url.partition("://")[2].partition("?")[0].rpartition("@")[2] or "the default address"


def _reason(error: Exception) -> str:
    if isinstance(error, ValueError):  # its text may quote the address, and with it the password
        return "the address cannot be read; percent-encode special characters in user and password"
    return " ".join(str(error).split()) or type(error).__name__


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise Unusable("there is no terminal to ask for the password on; use --password-stdin")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise Unusable("the two passwords differ")
    return password


def _keep_private(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("".join(f"{line}\n" for line in lines))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
