"""``python -m lab.launch``: start everything, or say in one line why not. Ctrl-C ends it, and that is no failure."""

import os
import signal
import sys
from pathlib import Path

from lab.launch.ports import port_in_use, said_of
from lab.state import IN_USE, ROOT, is_in_use


def refusal() -> str:
    """Why nothing can be started; empty if it can. Changes nothing. Ends the process with one line if ``LAB_SCENARIO``
    names no scenario."""
    if words := os.environ.get("LAB_SCENARIO"):
        from lab.staging.catalogue import asked_for  # not above: it takes longer than all the rest

        asked_for(words)
    if is_in_use():
        return IN_USE
    port = port_in_use()
    return said_of(port) if port else ""


INTERRUPTED = 128 + signal.SIGINT  # the status with which honcho ends after Ctrl-C


def start() -> int:
    """Start what the Procfile lists, as ``honcho start`` does, and wait until it has ended; the status of what ended
    first, and 0 after Ctrl-C."""
    from honcho.environ import expand_processes, parse_procfile  # not above: who is refused does without

    from lab.launch.honcho_processes import EndingManager

    bin_folder = Path(sys.executable).parent  # for the processes of the Procfile: the virtual environment's python
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    manager = EndingManager()
    for process in expand_processes(parse_procfile((ROOT / "Procfile").read_text()).processes):
        manager.add_process(process.name, process.cmd, env={**os.environ, **process.env, "PATH": path}, cwd=ROOT)
    manager.loop()
    return 0 if manager.returncode == INTERRUPTED else manager.returncode


if __name__ == "__main__":
    sys.exit(refusal() or start())
