"""A server of the lab under gunicorn, and what its processes have used of the CPU and of the memory."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
THREADS = 4


class Served:
    """One process with threads. ``settings`` names a settings module, ``environment`` adds to the process's own."""

    def __init__(self, settings: str, port: int, environment: dict[str, str], threads: int = THREADS):
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", str(threads)]
        # A connection waits while others have their turn: one that is closed meanwhile would count as an error.
        command += ["--keep-alive", "600", "--log-level", "warning", "lab.web.wsgi:application"]
        self.port = port
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings, **environment},
            start_new_session=True,
        )

    def wait(self, host: str, path: str = "/static/lab.css") -> None:
        """Until it answers under that host. Raises ``TimeoutError`` after 30 seconds."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path, headers={"Host": host})
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(f"nothing answers on port {self.port}")

    def cpu(self) -> float:
        """Seconds of CPU, user and system, that its processes have used so far."""
        master = psutil.Process(self.process.pid)
        return sum(sum(process.cpu_times()[:2]) for process in [master, *master.children(recursive=True)])

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)


def memory(pid: int) -> float:
    """Megabytes of that process and all that it started; what several share counts in parts (PSS)."""
    first = psutil.Process(pid)
    return sum(one.memory_full_info().pss for one in [first, *first.children(recursive=True)]) / 1e6
