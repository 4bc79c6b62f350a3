"""The server that ``make run`` starts."""

import socket
from contextlib import ExitStack

from lab.launch.http_server import HTTPServer


def test_who_comes_in_a_crowd_is_not_turned_away():
    with HTTPServer(("127.0.0.1", 0), None) as server, ExitStack() as waiting:
        for _ in range(100):  # nobody is let in meanwhile
            waiting.enter_context(socket.create_connection(server.server_address, timeout=0.5))
