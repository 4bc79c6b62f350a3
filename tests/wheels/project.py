"""A virtual environment without the lab, a project fresh from ``django-admin startproject``, and a document to be done
to it, word for word."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session_inspector.configuration import origin_of_inspector
from tests.processes import ROOT, WAIT_TIMEOUT, free_ports, is_free

# What the lab's own tests run with, so that a new release of somebody else fails those first.
FREEZE = [sys.executable, "-m", "pip", "freeze", "--exclude-editable", "--disable-pip-version-check"]


class Document:
    """Its blocks: ``commands`` are those of shell, ``files`` the others, by the file named in the first line.

    ``manage`` are the commands of ``manage.py`` that stand in its sentences.
    """

    def __init__(self, name: str, folder: str = "docs"):
        self.text = (ROOT / folder / name).read_text()
        self.commands = re.findall(r"^```sh\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)
        self.files = dict(
            re.findall(r"^```(?:python|html)\n\S+ ([\w/.]+).*?\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)
        )
        self.manage = re.findall(r"`(python manage\.py [^`]+)`", self.text)


EXAMPLE = Document("README.md", "example")


class Environment:
    """A virtual environment; ``variables`` are those of its commands."""

    def __init__(self, folder: Path):
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        constraints = folder / "constraints.txt"
        constraints.write_text(subprocess.check_output(FREEZE, text=True))
        kept = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "HOME", "XDG_", "SSL_"))}
        self.variables = {
            **kept,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PIP_CONSTRAINT": str(constraints),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "LAB": str(ROOT),
        }

    def run(self, command: str, folder: Path | None = None, **variables: str) -> str:
        """What commands of the shell print, all of which succeed."""
        done = self.attempt(command, folder, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def attempt(self, command: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-e", "-c", command],
            cwd=folder or self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, *requirements: str) -> None:
        self.run("pip install --quiet " + " ".join(f"'{one}'" for one in requirements))


class Project:
    """Of that name, in that folder of the environment: a new one, or that of ``example/``. ``processes`` are those that
    run."""

    def __init__(
        self,
        environment: Environment,
        folder: str = "project",
        name: str = "mine",
        is_example: bool = False,
        port: int = 0,
    ):
        self.environment = environment
        self.name = name
        self.port = port or free_ports()
        self.origin = f"http://localhost:{self.port}"
        self.folder = environment.folder / folder
        self.log = environment.folder / f"{folder}.log"
        self.processes: list[subprocess.Popen] = []
        self.variables = {"PYTHONWARNINGS": "error"}
        if is_example:
            shutil.copytree(ROOT / "example" / name, self.folder, ignore=shutil.ignore_patterns("db.sqlite3"))
        else:
            self.folder.mkdir()
            self.run(f"django-admin startproject {name} .")

    def write(self, files: dict[str, str]) -> None:
        """``settings.py`` goes on where it ended; the others are new, or take the place of what was there."""
        for name, content in files.items():
            path = self.folder / (self.name if name in ("settings.py", "urls.py") else "") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if name == "settings.py" else "w") as file:
                file.write(content)

    def run(self, command: str) -> str:
        return self.environment.run(command, self.folder, **self.variables)

    def start(self, *command: str) -> subprocess.Popen:
        """Start a command of ``manage.py`` that goes on until ``stop``."""
        return self.start_python("manage.py", *command)

    def start_python(self, *command: str) -> subprocess.Popen:
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [self.environment.folder / "bin" / "python", *command],
                cwd=self.folder,
                env={**self.environment.variables, **self.variables},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def serve(self, *server: str) -> None:
        """By what Python is to run, whose last argument is the port."""
        process = self.start_python(*server, str(self.port))
        deadline = time.monotonic() + WAIT_TIMEOUT
        while is_free(self.port):  # a request would be recorded
            assert process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    @contextmanager
    def served(self, *server: str) -> Iterator[None]:
        """For as long as the tests of it run."""
        try:
            self.serve(*(server or ("manage.py", "runserver", "--noreload")))
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        while self.processes:
            process = self.processes.pop()
            process.terminate()
            process.wait(timeout=WAIT_TIMEOUT)


def example_of(environment: Environment, folder: Path, *ports: int) -> list[Project]:
    """Both projects of ``example/``, in that folder, prepared as its README says; at free ports, if none are named."""
    names = ("shop", "blog")
    projects = [
        Project(environment, str(folder / name), name, is_example=True, port=port)
        for name, port in zip(names, ports or (0, 0), strict=True)
    ]
    preparation, done, _ = EXAMPLE.commands[0].partition("done\n")
    environment.run(preparation + done, folder)
    return projects


@contextmanager
def inspector_of(environment: Environment, port: int) -> Iterator[str]:
    """``python -m session_inspector``, which belongs to no project: its origin."""
    origin = origin_of_inspector(port)
    command = [environment.folder / "bin" / "python", "-m", "session_inspector", "--port", str(port)]
    with subprocess.Popen(command, env=environment.variables, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout.readline() == f"The session inspector is at {origin}/. Ctrl-C ends it.\n"
        try:
            yield origin
        finally:
            started.terminate()
