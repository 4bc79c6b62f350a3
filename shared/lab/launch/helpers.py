"""Programs that a server starts beside itself for a stage. They end with it, also where it starts anew or is killed."""

import subprocess
import sys
from collections.abc import Sequence

from lab.launch import until_left

started: list[subprocess.Popen] = []  # each holds the pipe whose end ends the program


def start(command: Sequence[str], sockets: Sequence[int] = ()) -> None:
    """``sockets`` are open ones, by their numbers, which the program has too."""
    waiting = [sys.executable, "-I", "-S", until_left.__file__, *command]
    started.append(subprocess.Popen(waiting, stdin=subprocess.PIPE, pass_fds=sockets))
