"""A project fresh from ``django-admin startproject``, and a section of the README to be done to it, word for word."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import requests

from tests.browser.person import Person
from tests.processes import PATIENCE, ROOT, free_ports


class Section:
    """Its blocks: ``commands`` are those of shell, ``files`` the others, by the file named in the first line."""

    def __init__(self, heading: str):
        readme = (ROOT / "README.md").read_text()
        text = re.search(rf"^## {heading}$.*?(?=^## )", readme, re.DOTALL | re.MULTILINE)[0]
        self.commands = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        self.files = dict(
            re.findall(r"^```(?:python|html)\n\S+ ([\w/.]+).*?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        )


class Project:
    """Called ``mine``. ``processes`` are those that run."""

    def __init__(self, folder: Path):
        self.port = free_ports()
        self.origin = f"http://localhost:{self.port}"
        self.folder = folder
        self.log = folder.parent / "lifted.log"
        self.processes: list[subprocess.Popen] = []
        venv = str(Path(sys.executable).parent)
        self.environment = {
            "PATH": f"{venv}{os.pathsep}{os.environ['PATH']}",
            "PYTHONWARNINGS": "error",
            "LAB": str(ROOT),
        }
        folder.mkdir()
        self.run("django-admin startproject mine .")

    def write(self, files: dict[str, str]) -> None:
        """``settings.py`` goes on where it ended; the others are new, or take the place of what was there."""
        for name, content in files.items():
            path = self.folder / ("mine" if name in ("settings.py", "urls.py") else "") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if name == "settings.py" else "w") as file:
                file.write(content)

    def run(self, command: str) -> None:
        """Commands of the shell, all of which succeed."""
        shell = ["sh", "-e", "-c", command]
        done = subprocess.run(shell, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *command: str) -> subprocess.Popen:
        """Start a command of ``manage.py`` that goes on until ``stop``."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def serve(self) -> None:
        process = self.start("runserver", "--noreload", str(self.port))
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                Person(None, "nobody").get(self.origin)
                return
            except requests.ConnectionError:
                assert process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def stop(self) -> None:
        while self.processes:
            process = self.processes.pop()
            process.terminate()
            process.wait(timeout=PATIENCE)
