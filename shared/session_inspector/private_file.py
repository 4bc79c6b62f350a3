"""Small files that only their owner may read, and that are whole whenever somebody reads them."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def in_state_folder(name: str) -> Path:
    """Where a file of that name lies that outlasts a restart (XDG Base Directory Specification). The folder is made
    here. Raises ``OSError``, and ``RuntimeError`` for who has no home."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = (Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state") / "session_inspector"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def opener(path: str, flags: int) -> int:
    """For ``open``: a file that it makes is one that only its owner may read."""
    return os.open(path, flags, 0o600)


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The text of that file, which is made at the first call.

    Processes that ask at the same instant get the same answer: a file is written whole under another name, then
    linked, and a link fails where the name is taken. Raises ``OSError`` where the folder cannot be written.
    """
    if not path.exists():
        draft = written_beside(path, make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its text holds
        finally:
            os.unlink(draft)
    return path.read_text()


def replace(path: Path, text: str) -> None:
    """Let the file have another text. Whoever reads it meanwhile gets the old one or the new one, whole."""
    os.replace(written_beside(path, text), path)


def written_beside(path: Path, text: str) -> str:
    """A new file in the same folder, for the name of that path to be given to. None stays where the disk is full."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 0600: for the owner only
    try:
        with open(descriptor, "w") as file:
            file.write(text)
    except OSError:
        os.unlink(draft)
        raise
    return draft
