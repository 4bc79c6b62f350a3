"""A whole lab for one test: the processes of the Procfile, on free ports, with a state folder of their own."""

import contextlib
import http.client
import os
import random
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent


def procfile_of(root: Path) -> dict[str, str]:
    """The command of each process, by its name."""
    return dict(line.split(": ", 1) for line in (root / "Procfile").read_text().splitlines())


PROCFILE = procfile_of(ROOT)
SERVERS = {"identity": 0, "site_a": 1, "site_b": 2, "inspector": 3}
PROJECTS = {name: name for name in SERVERS} | {"inspector": "shared/lab/inspector"}  # the folders of their manage.py
WAIT_TIMEOUT = 60


class Lab:
    """The servers as a person starts them. ``output`` is what all of them printed."""

    def __init__(
        self,
        state: Path,
        port: int | None = None,
        domain: str = "localhost",
        root: Path = ROOT,
        servers: Mapping[str, int] = SERVERS,
    ):
        """``root`` is the folder of the code, and ``servers`` what it has, with their ports counted from the first."""
        self.state = state
        self.root = root
        self.servers = servers
        self.port = port or free_ports()
        self.domain = domain
        self.settings: dict[str, str] = {}  # further LAB_ variables
        self.processes: dict[str, subprocess.Popen] = {}
        self.noted: list[str] = []  # the processes that run when it is rewound
        state.mkdir(exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        venv = str(Path(sys.executable).parent)
        return {
            "PATH": f"{venv}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "error",
            "LAB_PORT": str(self.port),
            "LAB_DOMAIN": self.domain,
            "LAB_STATE": str(self.state / "var"),
            **self.settings,
        }

    def origin(self, server: str) -> str:
        return f"{self.scheme}://{self.host(server)}:{self.port + self.servers[server]}"

    def host(self, server: str) -> str:
        return f"{server.replace('_', '-')}.{self.settings.get('LAB_DOMAIN', self.domain)}"

    @property
    def address(self) -> str:
        """Where they listen."""
        return self.settings.get("LAB_ADDRESS", "127.0.0.1")

    @property
    def scheme(self) -> str:
        return "https" if self.settings.get("LAB_HTTPS") == "1" else "http"

    @property
    def authority(self) -> str:
        """The certificate that whoever asks it over https has to trust."""
        return str(self.state / "var" / "https" / "authority.pem")

    def cookie(self, name: str) -> str:
        """What the cookie of that name is called: over https it has a prefix."""
        return f"__Host-{name}" if self.scheme == "https" else name

    def start(self, *names: str) -> None:
        """Start these processes of the Procfile, all servers if none is named, and wait until the servers answer.

        They do not watch their files: nobody edits them here.
        """
        names = names or tuple(self.servers)
        commands = procfile_of(self.root)
        for name in names:
            command = f"{commands[name]} --noreload" if name in self.servers else commands[name]
            self.processes[name] = self.run(command, name)
        for name in names:
            if name in self.servers:  # a worker answers nobody; what it has done, the pages say
                self.wait_for(name)

    def note(self) -> None:
        """Note which processes run now, and what is in the databases: ``rewind`` leads back here."""
        self.noted = list(self.processes)
        self.wait_until_quiet()
        (self.state / "noted").mkdir(exist_ok=True)
        for database in (self.state / "var").glob("*.sqlite3"):
            copy_database(database, self.state / "noted" / database.name)

    def rewind(self) -> None:
        """Let databases and logs be as they were noted, and the same processes run. Those that still do go on."""
        for name in self.processes.keys() - self.noted:
            self.stop(name)
        self.wait_until_quiet()
        for database in (self.state / "noted").glob("*.sqlite3"):
            copy_database(database, self.state / "var" / database.name)
        for log in self.state.glob("*.log"):
            os.truncate(log, 0)
        for name in self.noted:
            if name not in self.processes:
                self.start(name)

    def wait_until_quiet(self) -> None:
        """Until no server that is recorded works for a browser that has left: it would write of it."""
        deadline = time.monotonic() + WAIT_TIMEOUT
        while any(map(works_in_vain, (process for name, process in self.processes.items() if name != "inspector"))):
            assert time.monotonic() < deadline, self.output
            time.sleep(0.01)

    def run(self, command: str, log: str = "command") -> subprocess.Popen:
        """Start one shell command in the environment of this lab, in a process group of its own."""
        with open(self.state / f"{log}.log", "ab") as output:
            return subprocess.Popen(
                command,
                shell=True,
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def manage(self, server: str, *arguments: str) -> str:
        """What one management command of one server prints."""
        command = [sys.executable, f"{PROJECTS[server]}/manage.py", *arguments]
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_for(self, name: str) -> None:
        deadline = time.monotonic() + WAIT_TIMEOUT
        while not self.answers(name):
            ended = self.processes[name].poll()
            assert ended is None, f"{name} ended with {ended}\n{self.output}"
            assert time.monotonic() < deadline, f"{name} did not answer\n{self.output}"
            time.sleep(0.05)

    def answers(self, name: str) -> bool:
        port = self.port + self.servers[name]
        connection = self.connection_to(port, timeout=5)
        try:
            connection.request("HEAD", "/", headers={"Host": f"{self.host(name)}:{port}"})
            return connection.getresponse().status in (200, 403)  # the inspector of a class answers nobody
        except OSError:
            return False
        finally:
            connection.close()

    def connection_to(self, port: int, timeout: float) -> http.client.HTTPConnection:
        if self.scheme == "http":
            return http.client.HTTPConnection(self.address, port, timeout=timeout)
        untrusted = ssl._create_unverified_context()  # whether it is trusted is tried elsewhere
        return http.client.HTTPSConnection(self.address, port, timeout=timeout, context=untrusted)

    def stop(self, *names: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End these processes (all if none is named) with everything that they started."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            with contextlib.suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, how)
            process.wait(timeout=WAIT_TIMEOUT)

    @property
    def output(self) -> str:
        logs = sorted(self.state.glob("*.log"))
        return "\n".join(f"--- {log.stem}\n{log.read_text(errors='replace')}" for log in logs)


def copy_database(source: Path, target: Path) -> None:
    """Also where a server has the target open: it finds other rows from then on."""
    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(target)) as other:
        one.backup(other)


def works_in_vain(process: subprocess.Popen) -> bool:
    """Whether a connection is still open here which the other side has closed."""
    return any(one.status == psutil.CONN_CLOSE_WAIT for one in psutil.Process(process.pid).net_connections())


def free_ports() -> int:
    """The first of ten neighbouring ports that nobody uses; of several workers of pytest, each has ports of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    while True:
        first = random.randrange(20000 + 10 * worker, 30000, 10 * workers)
        if all(is_free(port) for port in range(first, first + 10)):
            return first


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
