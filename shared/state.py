"""The state folder: every file that the lab writes lies in it (``LAB_STATE``, default ``var/``).

Owns the names of those files and makes the secrets. Knows nothing of Django.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

STATE = Path(os.environ.get("LAB_STATE") or Path(__file__).parent.parent / "var").resolve()


def database_path(name: str) -> Path:
    """The SQLite file of one server."""
    return folder(STATE) / f"{name}.sqlite3"


def secret(name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
    """The secret of that name, made at the first call (256 random bits unless ``make`` says otherwise).

    Processes that ask at the same instant get the same answer: a file is written whole under another name, then
    linked, and a link fails where the name is taken.
    """
    path = secret_path(name)
    if not path.exists():
        draft = written_beside(path, make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its secret holds
        finally:
            os.unlink(draft)
    return path.read_text()


def secret_path(name: str) -> Path:
    return folder(STATE / "secrets") / name


def replace_secret(name: str, text: str) -> None:
    """Let the secret of that name be another. Who reads it meanwhile gets the old one or the new one, whole."""
    path = secret_path(name)
    os.replace(written_beside(path, text), path)


def written_beside(path: Path, text: str) -> str:
    """A new file in the same folder, for the name of that path to be given to."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600: readable by the owner only
    with open(descriptor, "w") as file:
        file.write(text)
    return draft


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process prepares this state folder or changes it as a whole."""
    with open(folder(STATE) / "preparing.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def in_use() -> Iterator[None]:
    """Tell ``reset`` that a server works with this state folder."""
    with open(folder(STATE) / "running.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def reset() -> None:
    """Remove what the lab has made, and nothing else. Ends the process with one line while a server is running."""
    with open(folder(STATE) / "running.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("The lab is running: end it first (Ctrl-C), then make reset.") from None
        shutil.rmtree(STATE / "secrets", ignore_errors=True)
        for pattern in ("*.sqlite3", "*.sqlite3-*", "*.lock", "*.unreadable"):
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
