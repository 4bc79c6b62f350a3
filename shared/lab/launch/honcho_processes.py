"""Honcho, which ends what it has started however it ends itself: also while it starts, and when it is killed.

Each process of the Procfile is the child of one of honcho's, which ignores what ends honcho.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import suppress

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from lab.launch.supervision import PAUSE, SAYS_STARTED_BY


class EndingProcess(Process):
    """One of the Procfile, with what honcho does in the process that waits for its end."""

    def run(self, *args, **kwargs) -> None:
        threading.Thread(target=self.end_with_honcho, daemon=True).start()
        self.env[SAYS_STARTED_BY] = str(os.getpid())
        super().run(*args, **kwargs)

    def end_with_honcho(self) -> None:
        honcho = multiprocessing.parent_process()
        assert honcho
        honcho.join()
        while not self._child:
            time.sleep(PAUSE)
        with suppress(ProcessLookupError):  # it has ended already
            os.killpg(self._child.pid, signal.SIGTERM)


class LastingPrinter(Printer):
    """Drops a line that cannot be printed, as where the disk of a log is full: honcho would break off because of it,
    and wait without end for what it has started."""

    def write(self, message) -> None:
        with suppress(OSError):
            super().write(message)


class EndingManager(Manager):
    def __init__(self):
        super().__init__(LastingPrinter(sys.stdout))
        self._process_ctor = EndingProcess

    def terminate(self) -> None:
        """As soon as all have started: honcho does not know the numbers of the others, and breaks off."""
        if self._all_started():
            super().terminate()
        elif not multiprocessing.parent_process():  # whatever honcho has just forked still hears what honcho hears
            signal.signal(signal.SIGALRM, lambda number, frame: self.terminate())
            signal.setitimer(signal.ITIMER_REAL, PAUSE)
