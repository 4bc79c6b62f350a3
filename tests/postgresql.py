"""Find a PostgreSQL for the tests, or get one. ``python -m tests.postgresql`` does so and says which."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from lab.programs import postgresql as find
from tests import distribution

ACCOUNT = "postgres"  # PostgreSQL does not run as root


def get() -> Path | None:
    print("No PostgreSQL found: installing the distribution's package.", flush=True)
    distribution.install("postgresql")
    return find()


@contextmanager
def cluster(programs: Path) -> Iterator[dict[str, str]]:
    """A new cluster while this lasts: what Django's ``DATABASES`` say of it. Reached by a socket in its own folder."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        here = partial(run, programs, folder)
        here("initdb", "--no-sync", "--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        here("pg_ctl", "start", "--wait", "--silent", "--log", f"{folder}/log", "--options", options)
        try:
            yield {"ENGINE": "django.db.backends.postgresql", "NAME": ACCOUNT, "USER": ACCOUNT, "HOST": folder}
        finally:
            here("pg_ctl", "stop", "--silent", "--mode=immediate")


def restart(programs: Path, about: dict[str, str]) -> None:
    """End the cluster, and with it every connection, and start it again."""
    log = f"{about['HOST']}/log"
    run(programs, about["HOST"], "pg_ctl", "restart", "--wait", "--silent", "--mode=fast", "--log", log)


def run(programs: Path, folder: str, program: str, *arguments: str) -> None:
    account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": ()} if os.geteuid() == 0 else {}
    command = [programs / program, *arguments, "--pgdata", f"{folder}/data"]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)


@contextmanager
def new_schema(about: dict[str, str]) -> Iterator[str]:
    """The address of the cluster's database, as libpq has it: whoever connects finds an empty schema of its own."""
    import psycopg

    schema = f"s{secrets.token_hex(4)}"
    address = f"postgresql://{about['USER']}@/{about['NAME']}?host={quote(about['HOST'], '')}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    yield f"{address}&options=-csearch_path%3D{schema}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


if __name__ == "__main__":
    path = find() or get()
    print(f"Tests use the PostgreSQL in {path}" if path else "No PostgreSQL: tests of both engines run on SQLite only")
