"""A program that a server starts beside itself ends with it, however that is."""

import subprocess
import sys

import pytest

from tests.processes import ROOT

PROGRAM = """
import signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("ended")))
connection, _ = socket.socket(fileno=int(sys.argv[1])).accept()
connection.close()
signal.pause()
"""
STARTING = """
import os, socket, sys
from lab.launch import helpers
with socket.create_server(("127.0.0.1", 0)) as listening:
    helpers.start([sys.executable, "-c", sys.argv[1], str(listening.fileno())], [listening.fileno()])
    address = listening.getsockname()
with socket.create_connection(address) as connection:
    connection.recv(1)  # until the program has begun
"""
ENDS = {
    "ends": "",
    "is killed": "os.kill(os.getpid(), 9)",
    "becomes another program": "os.execv(sys.executable, [sys.executable, '-c', ''])",
}


@pytest.mark.parametrize("how", ENDS)
def test_it_ends_when_who_started_it(how):
    command = [sys.executable, "-c", STARTING + ENDS[how], PROGRAM]
    # Until all that could still write to it have ended.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.stdout == "ended\n"
