"""Runs a command, its arguments, until the process that started it has ended or has become another program: then nobody
holds the other end of its standard input any more. A bare Python, without the modules of the lab."""

import signal
import subprocess
import sys

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, close_fds=False) as command:
        sys.stdin.buffer.read()
        command.terminate()
