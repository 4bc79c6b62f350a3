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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from lab.secret_faults import fault_of_secret, unusable
from session_inspector import private_file

ROOT = Path(__file__).resolve().parents[2]  # the lab's own folder
DEFAULT = ROOT / "var"
STATE = Path(os.environ.get("LAB_STATE") or DEFAULT).resolve()
IN_USE = f"A lab is running with {STATE} already. End it first, or give this one a folder of its own: LAB_STATE=..."
# What the lab makes there.
FOLDERS = ("secrets", "https", "runs", "postgresql", "postgresql.draft", "nginx", "sockets")
FILES = ("run.json*", "*.sqlite3", "*.sqlite3-*", "*.lock", "*.unreadable", "*.fingerprint_key*", "postgresql.password")
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
    """The secret of that name, made at the first call (256 random bits unless ``make`` says otherwise).

    Ends the process with one line if the file that is there cannot be used.
    """
    folder(secret_path(name).parent)
    check_secret(secret_path(name))
    return private_file.read_or_make(secret_path(name), make)


def teacher_key() -> str:
    """What a teacher enters to see the whole class: 80 bits, in groups that one can type."""
    digits = secret("teacher_key")[:20]
    return "-".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def check_secret(path: Path) -> None:
    """End the process with one line if that file is there and cannot be used."""
    if path.exists() and (fault := fault_of_secret(path)):
        raise SystemExit(said_of_secret(path, fault))


def said_of_secret(path: Path, fault: str) -> str:
    return unusable(path, fault, in_terminal("make run"))


def fingerprint_key_path() -> Path:
    """Of the journal, which makes it itself, beside its file."""
    return journal_path().with_suffix(".fingerprint_key")


def certificate_of_authority() -> Path:
    """What whoever asks over https has to trust. ``certificates`` makes it."""
    return STATE / "https" / "authority.pem"


def secret_path(name: str) -> Path:
    return STATE / "secrets" / name


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process prepares this state folder or changes it as a whole."""
    with lock_file("preparing") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lock_of(name: str) -> Path:
    return STATE / f"{name}.lock"


@contextmanager
def running(name: str) -> Iterator[IO]:
    """Be the one process of that name that works with this state folder. Ends the process with one line if another
    does. Processes that it forks are that, too, until they close the file."""
    with lock_file(name) as file:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while not is_free(file):
            if time.monotonic() > deadline:
                raise SystemExit(IN_USE)
            time.sleep(0.01)
        yield file


def lock_file(name: str) -> IO:
    """That file, open. Ends the process with one line if the state folder cannot be written."""
    folder(STATE)
    try:
        return open(lock_of(name), "w", opener=private_file.opener)
    except OSError as error:
        raise SystemExit(said_of_folder(lock_of(name), error)) from None


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


def refuse_while_running() -> None:
    """End the process with one line while a server is running."""
    if is_in_use():
        raise SystemExit("The lab is running: end it first (Ctrl-C), then make reset.")


def reset() -> None:
    """Remove what the lab has made, and nothing else. Of PostgreSQL's data no half stays, nor all without its password,
    where this is killed: they are a draft from the first step on."""
    shutil.rmtree(STATE / "postgresql.draft", ignore_errors=True)
    with suppress(OSError):  # there is none, or it is somebody else's
        (STATE / "postgresql").rename(STATE / "postgresql.draft")
    for folder_made in FOLDERS:
        shutil.rmtree(STATE / folder_made, ignore_errors=True)
    for path in files_made():
        path.unlink()


def close_to_others() -> None:
    """Let only the owner use what the lab has made, also before with other modes. Whose folder this is, is not its
    business: it may hold more."""
    for path in (*files_made(), *(found for made in FOLDERS for found in all_of(STATE / made))):
        with suppress(OSError):  # it is somebody else's, or gone by now
            path.chmod(0o700 if path.is_dir() else 0o600)


def all_of(top: Path) -> Iterator[Path]:
    """That folder with all that is in it. One that is gone by now is none: PostgreSQL removes its databases itself."""
    for here, _, files in os.walk(top):
        yield from (Path(here), *(Path(here, name) for name in files))


def files_made() -> list[Path]:
    """Those of the lab that lie in the state folder itself."""
    return [path for pattern in FILES for path in STATE.glob(pattern)]


def folder(path: Path) -> Path:
    """That folder, the state folder or one inside it: made where missing, readable by the owner only."""
    if path != STATE:
        folder(path.parent)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(said_of_folder(path, error)) from None
    return path


def said_of_folder(path: Path | str, error: OSError) -> str:
    return f"The state folder cannot be used (LAB_STATE): {path}: {error.strerror}."
