"""End with honcho. It ends its processes on Ctrl-C, but leaves them behind when its terminal is closed."""

import os
import signal
import threading
import time


def end_with_honcho() -> None:
    """From now on, end this process and those it started once the honcho that started it is gone."""
    if "HONCHO_PROCESS_NAME" in os.environ:
        threading.Thread(target=wait_for_the_end_of, args=(os.getppid(),), daemon=True).start()


def wait_for_the_end_of(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)  # honcho gave each process a group of its own
