"""``python -m lab.launch``: start everything, or say in one line why not. Ctrl-C ends it, and that is no failure."""

import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path

from lab.launch.ports import fault_of_address, port_in_use, said_of
from lab.state import IN_USE, ROOT, is_in_use


def refusal() -> str:
    """Why nothing can be started; empty if it can. Changes nothing. Ends the process with one line if ``LAB_SCENARIO``
    names no scenario."""
    if words := os.environ.get("LAB_SCENARIO"):
        from lab.staging.catalogue import asked_for  # not above: it takes longer than all the rest

        asked_for(words)
    if is_in_use():
        return IN_USE
    if fault := fault_of_address():
        return fault
    port = port_in_use()
    return said_of(port) if port else ""


INTERRUPTED = 128 + signal.SIGINT  # the status with which honcho ends after Ctrl-C


def start(procfile: Path = ROOT / "Procfile", without: Collection[str] = ()) -> int:
    """Start what that file lists, as ``honcho start`` does, ``without`` some, and wait until it has ended; the status
    of what ended first, and 0 after Ctrl-C."""
    from honcho.environ import expand_processes, parse_procfile  # not above: who is refused does without

    from lab.launch.honcho_processes import EndingManager

    bin_folder = Path(sys.executable).parent  # for the processes of the Procfile: the virtual environment's python
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    manager = EndingManager()
    processes = parse_procfile(procfile.read_text()).processes
    for process in expand_processes({name: command for name, command in processes.items() if name not in without}):
        manager.add_process(process.name, process.cmd, env={**os.environ, **process.env, "PATH": path}, cwd=ROOT)
    manager.loop()
    return 0 if manager.returncode == INTERRUPTED else manager.returncode


if __name__ == "__main__":
    sys.exit(refusal() or start())
