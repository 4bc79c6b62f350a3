"""When a process of the lab ends, and when it starts anew.

Honcho ends its processes on Ctrl-C, but leaves them behind when its terminal is closed. A stage of a scenario has
settings of its own, which are read when a process starts, as code is; and a start makes a database that is missing.
Knows nothing of Django, which a server loads later: what is wrong there must not end it.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from lab import runs
from lab.runs import Run
from lab.state import ROOT

PAUSE = 0.5  # seconds from one look to the next; a stage begins that much later
QUIET = 250  # milliseconds without a change, after which an edit is over
SAYS_STARTED_BY = "LAB_STARTED_BY"  # the variable in which a process is told the number of the one that starts it
# The process that started this one. If it ended while this one started, or starts anew, the system would name another,
# which does not end.
STARTED_BY = int(os.environ.pop(SAYS_STARTED_BY, os.getppid()))


def wait_for_helpers() -> None:
    """Where this process has started anew, the programs that it had started are about to end, and have ports still."""
    with suppress(ChildProcessError):  # none is left, or there was none
        while True:
            os.wait()


def end_with_honcho() -> None:
    """From now on, end this process and those it started once the honcho that started it is gone."""
    if "HONCHO_PROCESS_NAME" in os.environ:
        threading.Thread(target=wait_for_the_end_of, args=(STARTED_BY,), daemon=True).start()


def wait_for_the_end_of(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os.killpg(0, signal.SIGTERM)  # honcho gave each process a group of its own


def start_anew_with_each_run(run: Run, name: str, database: Path | None = None) -> None:
    """From now on, start this process again when the run is another than that one, which it is for, or when it is asked
    to, by its name, or when its database was deleted: the start makes a new one."""
    with_each_run(start_anew, run, name, database)


def with_each_run(then: Callable[[], None], run: Run, name: str, database: Path | None = None) -> None:
    """From now on, do that when this process is to start again."""
    threading.Thread(target=wait_for_another_run, args=(then, run, name, database), daemon=True).start()


def wait_for_another_run(then: Callable[[], None], run: Run, name: str, database: Path | None = None) -> None:
    known = number_of_file(database)
    while runs.current() == run:
        time.sleep(PAUSE)
        if runs.is_asked_to_start_anew(name):
            time.sleep(1)  # until whoever asked has the answer
            break
        before, known = known, number_of_file(database)
        if before and known != before:  # who has it open still writes into the file that nobody else finds
            break
    then()


def number_of_file(path: Path | None) -> int | None:
    """Which file a path leads to now; None if to none, or to an empty one, in which no database is."""
    try:
        found = os.stat(path) if path else None
    except OSError:
        return None
    return found.st_ino if found and found.st_size else None


def start_anew_with_each_edit() -> None:
    """From now on, start this process again when a file that it has read may have changed: Python, or a template."""
    threading.Thread(target=wait_for_an_edit, daemon=True).start()


def wait_for_an_edit() -> None:
    for _ in edits():
        start_anew()


def edits() -> Iterator[set]:
    """The changes of files that are read once, as the system notes them, or, where it does not, as they are found."""
    from watchfiles import watch  # not above: only servers wait for edits

    changes = partial(watch, *folders_of_code(), watch_filter=is_read_once, step=QUIET)
    try:
        yield from changes()
    except (OSError, RuntimeError) as error:  # inotify has no watch, or no instance, left for this user
        print(f"This server looks for edits by itself, as the system watches no more files: {error}", flush=True)
        yield from changes(force_polling=True)


def is_read_once(change: int, path: str) -> bool:
    return path.endswith((".py", ".html"))


def folders_of_code() -> list[Path]:
    """Those of the projects, and what they share."""
    return [*(manage.parent for manage in ROOT.glob("*/manage.py")), ROOT / "shared"]


def start_anew() -> None:
    """The same command, from its beginning. What asked for a scenario at the start has been heard."""
    sys.stdout.flush()
    os.environ.pop("LAB_SCENARIO", None)
    os.environ[SAYS_STARTED_BY] = str(STARTED_BY)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
