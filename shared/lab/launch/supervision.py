"""When a process of the lab ends, and when it starts anew.

Honcho ends its processes on Ctrl-C, but leaves them behind when its terminal is closed. A stage of a scenario has
settings of its own, which are read when a process starts.
"""

import os
import signal
import sys
import threading
import time

from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from lab import runs
from lab.runs import Run

EXIT_TO_RELOAD = 3  # with this, Django's autoreload starts its process again


def end_with_honcho() -> None:
    """From now on, end this process and those it started once the honcho that started it is gone."""
    if "HONCHO_PROCESS_NAME" in os.environ:
        threading.Thread(target=wait_for_the_end_of, args=(os.getppid(),), daemon=True).start()


def wait_for_the_end_of(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)  # honcho gave each process a group of its own


def start_anew_with_each_run(run: Run, name: str) -> None:
    """From now on, start this process again when the run is another than that one, which it is for, or when it is asked
    to, by its name."""
    threading.Thread(target=wait_for_another_run, args=(run, name), daemon=True).start()


def wait_for_another_run(run: Run, name: str) -> None:
    while runs.current() == run:
        time.sleep(0.1)
        if runs.is_asked_to_start_anew(name):
            time.sleep(1)  # until whoever asked has the answer
            break
    start_anew()


def start_anew() -> None:
    """The same command, from its beginning. What asked for a scenario at the start has been heard."""
    sys.stdout.flush()
    if os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
        os._exit(EXIT_TO_RELOAD)  # from any thread; the process that watches the files starts it again
    os.environ.pop("LAB_SCENARIO", None)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
