"""``make scale`` as a person runs it. ``python -m tests.scale`` gets what it needs, or says what is missing."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from lab.scale.missing import said_of_missing
from tests import distribution
from tests.processes import Lab

START_TIMEOUT = 120


@contextmanager
def scaled() -> Iterator[Lab]:
    """A lab that runs so until the context ends, and has left nothing running then."""
    # Not pytest's folder: as root, PostgreSQL runs under another account, which must be able to come to its data.
    folder = Path(tempfile.mkdtemp(prefix="lab-scale-"))
    folder.chmod(0o711)
    lab = Lab(folder)
    lab.settings["LAB_HTTPS"] = "1"  # as it says itself, for those who ask it
    process = lab.processes["scale"] = lab.run("exec python -u -m lab.scale", "scale")
    started: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while "Ready." not in lab.output:
            assert process.poll() is None, lab.output
            assert time.monotonic() < deadline, lab.output
            time.sleep(0.05)
        password = (folder / "var" / "secrets" / "postgresql.cluster_password").read_text()
        lab.settings["LAB_PROXIES"] = "1"
        lab.settings["LAB_DATABASE_URL"] = f"postgresql://lab:{password}@127.0.0.1:{lab.port + 5}/postgres"
        yield lab
    finally:
        if process.poll() is None:
            started = psutil.Process(process.pid).children(recursive=True)
        lab.stop("scale", how=signal.SIGINT)
        left = [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        shutil.rmtree(folder)
        assert not left, left


def processes_of(lab: Lab, what: str) -> list[psutil.Process]:
    """Those that serve or do that: ``identity`` has two of gunicorn's, ``worker_1`` one."""
    end = f"--name {what}" if what.startswith("worker") else f"{what}/manage.py serve"
    found = [one for one, said in family_of(lab) if end in said and "lab.scale.kept" not in said]
    numbers = {one.pid for one in found}
    return [one for one in found if what.startswith("worker") or one.ppid() in numbers]


def family_of(lab: Lab) -> Iterator[tuple[psutil.Process, str]]:
    """All processes of the lab, with their command lines."""
    for one in psutil.Process(lab.processes["scale"].pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            yield one, " ".join(one.cmdline())


def master_of(lab: Lab, server: str) -> psutil.Process:
    """Which starts those of that server."""
    return processes_of(lab, server)[0].parent()


def rows(lab: Lab, server: str, sql: str) -> list[tuple]:
    """What that statement answers in the database of that server."""
    secrets = lab.state / "var" / "secrets"
    name = f"lab_{(secrets / 'database_names').read_text()[:8]}_{server}"
    password = (secrets / f"{server}.database_password").read_text()
    where = {"host": "127.0.0.1", "port": lab.port + 5, "user": name, "dbname": name, "password": password}
    with closing(psycopg.connect(**where)) as database:
        return database.execute(sql).fetchall()


if __name__ == "__main__":
    if said_of_missing():
        print("Installing the distribution's packages of nginx and PostgreSQL.", flush=True)
        for package in ("nginx", "postgresql"):
            distribution.install(package)
    print(said_of_missing() or "make scale can be tried")
