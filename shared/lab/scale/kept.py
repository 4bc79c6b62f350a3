"""``python -m lab.scale.kept FILE ARGUMENTS``: run this Python program, and again each time a signal has killed it.

Half of everything may be killed, and honcho ends the other half when one process ends.
"""

import os
import signal
import subprocess
import sys
import threading
import time

from lab.launch.supervision import end_with_honcho

PAUSE = 0.2  # seconds, for one that is killed again and again


def keep(arguments: list[str]) -> int:
    """The status of the first one that ended by itself, or with this process: what ends this one ends both, since they
    are of one group."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ending.set())
    while (status := subprocess.call([sys.executable, *arguments])) < 0 and not ending.is_set():
        os.environ.pop("LAB_SCENARIO", None)  # it has been heard: another run may have been chosen since
        print(f"{' '.join(arguments)} was killed by signal {-status}: it starts again", flush=True)
        time.sleep(PAUSE)
    return status


if __name__ == "__main__":
    end_with_honcho()
    sys.exit(keep(sys.argv[1:]))
