"""Which run of the lab is under way: the usual one, or one for a stage of a scenario, with databases of its own.

``run.json`` in the state folder says it. All processes of the lab read it when they start, and those that have the
lab's settings start anew when it names another run (``launch.supervision``). Knows nothing of Django.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lab.state import STATE, database_path, folder, one_at_a_time
from session_inspector import private_file

KEPT = 2  # runs whose databases stay, the present one among them: a process may be about to leave the one before


@dataclass(frozen=True)
class Run:
    """``number`` counts the runs of a state folder. ``hosts`` are the host names that differ from the usual ones, by
    the name of the server. ``provider`` is the mode of the provider that misbehaves; empty where nobody signs in there.
    ``is_by_variable``: ``LAB_SCENARIO`` asked for it, and nobody has chosen since."""

    number: int = 0
    scenario: str = ""
    stage: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    is_by_variable: bool = False

    @property
    def is_usual(self) -> bool:
        return not self.scenario

    @property
    def mark(self) -> str:
        """By what the journal tells its entries from those of other runs; the usual run has none."""
        return "" if self.is_usual else str(self.number)


USUAL = Run()


def path() -> Path:
    return STATE / "run.json"


def folder_of(run: Run) -> Path:
    return STATE / "runs" / str(run.number)


def fresh_database(name: str) -> Path:
    """What a server has before anybody comes: each run begins with a copy, which is quicker than to make it."""
    return folder(STATE / "runs" / "fresh") / f"{name}.sqlite3"


def database_of(name: str, run: Run) -> Path:
    """The SQLite file of one server in that run."""
    return database_path(name) if run.is_usual else folder_of(run) / f"{name}.sqlite3"


@dataclass
class LastRead:
    """The run as the file said it, and what the file was then."""

    stamp: tuple[int, int] = (0, 0)
    run: Run = USUAL


last_read = LastRead()


def current() -> Run:
    """The run under way. A file that is missing, out of reach or no run is the usual run."""
    try:
        found = path().stat()
    except OSError:
        return USUAL
    stamp = (found.st_mtime_ns, found.st_ino)
    if stamp != last_read.stamp:
        last_read.stamp, last_read.run = stamp, read()
    return last_read.run


def read() -> Run:
    try:
        said = json.loads(path().read_text())
        run = Run(**said)
    except (OSError, ValueError, TypeError, RecursionError):
        return USUAL
    hosts = (*run.hosts, *run.hosts.values()) if isinstance(run.hosts, dict) else (None,)
    names = (run.scenario, run.stage, run.provider, *hosts)
    return run if isinstance(run.number, int) and all(isinstance(name, str) for name in names) else USUAL


def begin(scenario: str, stage: str, hosts: Mapping[str, str], provider: str = "", is_by_variable: bool = False) -> Run:
    """Begin a run for that stage. It is begun whole or not at all."""
    with one_at_a_time():
        run = Run(next_number(), scenario, stage, dict(hosts), provider, is_by_variable)
        begun = folder(folder_of(run))
        for fresh in fresh_database("").parent.glob("*.sqlite3"):
            shutil.copy(fresh, begun / fresh.name)  # with its mode
        write(run)
        forget_before(run)
    return run


def end() -> Run:
    """Back to the usual run."""
    with one_at_a_time():
        run = Run(next_number())
        write(run)
        forget_before(run)
    return run


def write(run: Run) -> None:
    private_file.replace(path(), json.dumps(asdict(run)))


def next_number() -> int:
    """Above all that there were, also where the file that counts them is damaged."""
    numbers = [int(one.name) for one in folder(STATE / "runs").iterdir() if one.name.isdecimal()]
    return max([current().number, *numbers]) + 1


def forget_before(run: Run) -> None:
    for old in folder(STATE / "runs").iterdir():
        if old.name.isdecimal() and int(old.name) <= run.number - KEPT:
            shutil.rmtree(old, ignore_errors=True)


def note_ready(name: str, run: Run) -> None:
    """That server answers in the run for which it has started: another may be under way by now."""
    (folder(folder_of(run)) / f"{name}.ready").touch(mode=0o600)


def is_ready(name: str) -> bool:
    """Whether that server answers in the run under way."""
    return (folder_of(current()) / f"{name}.ready").exists()


def ask_to_start_anew(name: str) -> None:
    """Let that server start again, in the run under way."""
    (folder(folder_of(current())) / f"{name}.anew").touch(mode=0o600)


def is_asked_to_start_anew(name: str) -> bool:
    """Whether somebody has asked that; it is told once, so what cannot be taken away is none."""
    try:
        (folder_of(current()) / f"{name}.anew").unlink()
    except OSError:
        return False
    return True
