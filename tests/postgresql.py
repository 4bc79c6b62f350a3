"""Find a PostgreSQL for the tests, or get one. ``python -m tests.postgresql`` does so and says which."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.scale.programs import postgresql as find
from tests import distribution

ACCOUNT = "postgres"  # PostgreSQL does not run as root


def get() -> Path | None:
    print("No PostgreSQL found: installing the distribution's package.", flush=True)
    distribution.install("postgresql")
    return find()


@contextmanager
def cluster(programs: Path) -> Iterator[dict[str, str]]:
    """A new cluster while this lasts: what Django's ``DATABASES`` say of it. Reached by a socket in its own folder."""
    account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": ()} if os.geteuid() == 0 else {}

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)

    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if account:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        data = f"{folder}/data"
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("initdb", "--no-sync", "--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8", "--pgdata", data)
        run("pg_ctl", "start", "--wait", "--silent", "--pgdata", data, "--log", f"{folder}/log", "--options", options)
        try:
            yield {"ENGINE": "django.db.backends.postgresql", "NAME": ACCOUNT, "USER": ACCOUNT, "HOST": folder}
        finally:
            run("pg_ctl", "stop", "--silent", "--mode=immediate", "--pgdata", data)


if __name__ == "__main__":
    path = find() or get()
    print(f"Tests use the PostgreSQL in {path}" if path else "No PostgreSQL: tests of both engines run on SQLite only")
