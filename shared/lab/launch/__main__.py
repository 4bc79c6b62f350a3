"""``python -m lab.launch``: start everything, or say in one line why not. Ctrl-C ends it, and that is no failure."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from lab.launch.ports import port_in_use, said_of
from lab.staging.catalogue import asked_for
from lab.state import IN_USE, ROOT, is_in_use


def refusal() -> str:
    """Why nothing can be started; empty if it can. Changes nothing. Ends the process with one line if ``LAB_SCENARIO``
    names no scenario."""
    if words := os.environ.get("LAB_SCENARIO"):
        asked_for(words)
    if is_in_use():
        return IN_USE
    port = port_in_use()
    return said_of(port) if port else ""


INTERRUPTED = 128 + signal.SIGINT  # the status with which honcho ends after Ctrl-C


def start() -> int:
    """Run honcho until it ends; the status that it ends with, and 0 after Ctrl-C.

    Ctrl-C reaches honcho by itself. What ends only this process, as ``kill`` does or an editor's Stop, is passed on.
    """
    bin_folder = Path(sys.executable).parent  # for the processes of the Procfile: the virtual environment's python
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    honcho = subprocess.Popen([bin_folder / "honcho", "start"], cwd=ROOT, env={**os.environ, "PATH": path})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: honcho.send_signal(number))
    status = honcho.wait()
    return 0 if status == INTERRUPTED else status


if __name__ == "__main__":
    sys.exit(refusal() or start())
