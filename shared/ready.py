"""Say what to open, once every server answers. ``python -m shared.ready``, a line of the Procfile."""

import http.client
import signal
import sys
import time

from shared.honcho import end_with_honcho
from shared.servers import INSPECTOR, SERVERS, Server

PATIENCE = 90  # seconds; a slow machine makes keys and databases on its first start


def answers(server: Server) -> bool:
    """Whether that server answers a request. Asks for a static file: nothing that a lesson would show."""
    connection = http.client.HTTPConnection(server.address, timeout=2)
    try:
        connection.request("HEAD", "/static/lab.css", headers={"Host": server.netloc})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait() -> list[Server]:
    """Wait until all answer, for ``PATIENCE`` seconds at most; return those that do not."""
    silent = [*SERVERS, INSPECTOR]
    deadline = time.monotonic() + PATIENCE
    while silent and time.monotonic() < deadline:
        time.sleep(0.1)
        silent = [server for server in silent if not answers(server)]
    return silent


if __name__ == "__main__":
    end_with_honcho()
    if silent := wait():
        sys.exit(f"No answer after {PATIENCE} s from " + ", ".join(server.origin for server in silent))
    print(f"Ready. Open {INSPECTOR.origin} (who lives here: alice, password alice, and bob, password bob).", flush=True)
    signal.pause()  # a process that ended would end the others
