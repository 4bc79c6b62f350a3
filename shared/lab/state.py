"""The state folder: every file that the lab writes lies in it (``LAB_STATE``, default ``var/``).

Owns the names of those files and makes the secrets. Knows nothing of Django.
"""

import fcntl
import os
import secrets
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from session_inspector import private_file

ROOT = Path(__file__).resolve().parents[2]  # the lab's own folder
DEFAULT = ROOT / "var"
STATE = Path(os.environ.get("LAB_STATE") or DEFAULT).resolve()
IN_USE = f"A lab is running with {STATE} already. End it first, or give this one a folder of its own: LAB_STATE=..."
LOCK_TIMEOUT = 0.5  # seconds: whoever asks who is running holds the lock for an instant


def in_terminal(command: str) -> str:
    """The command as one has to type it, for it to work with this state folder."""
    return command if STATE == DEFAULT else f"LAB_STATE={shlex.quote(str(STATE))} {command}"


def database_path(name: str) -> Path:
    """The SQLite file of one server."""
    return STATE / f"{name}.sqlite3"


def journal_path() -> Path:
    """The file that all servers report to."""
    return database_path("journal")


def secret(name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
    """The secret of that name, made at the first call (256 random bits unless ``make`` says otherwise)."""
    folder(secret_path(name).parent)
    return private_file.read_or_make(secret_path(name), make)


def secret_path(name: str) -> Path:
    return STATE / "secrets" / name


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process prepares this state folder or changes it as a whole."""
    with open(folder(STATE) / "preparing.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lock_of(name: str) -> Path:
    return STATE / f"{name}.lock"


@contextmanager
def running(name: str) -> Iterator[None]:
    """Be the one process of that name that works with this state folder. Ends the process with one line if another
    does."""
    folder(STATE)
    with open(lock_of(name), "w") as file:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while not is_free(file):
            if time.monotonic() > deadline:
                raise SystemExit(IN_USE)
            time.sleep(0.01)
        yield


def is_free(file: IO) -> bool:
    """Take the lock of that file, until it is closed, if nobody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_running(name: str) -> bool:
    """Whether a process of that name works with this state folder."""
    if not lock_of(name).exists():
        return False
    with open(lock_of(name)) as file:
        return not is_free(file)


def is_in_use() -> bool:
    """Whether any process works with this state folder."""
    return any(is_running(path.stem) for path in folder(STATE).glob("*.lock"))


def reset() -> None:
    """Remove what the lab has made, and nothing else. Ends the process with one line while a server is running."""
    if is_in_use():
        raise SystemExit("The lab is running: end it first (Ctrl-C), then make reset.")
    for folder_made in ("secrets", "https", "runs"):
        shutil.rmtree(STATE / folder_made, ignore_errors=True)
    for pattern in ("run.json", "*.sqlite3", "*.sqlite3-*", "*.lock", "*.unreadable", "*.fingerprint_key"):
        for path in STATE.glob(pattern):
            path.unlink()


def folder(path: Path) -> Path:
    """That folder, the state folder or one inside it: made where missing, readable by the owner only."""
    if path != STATE:
        folder(path.parent)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(f"The state folder cannot be used (LAB_STATE): {path}: {error.strerror}.") from None
    return path


if __name__ == "__main__":
    reset()
