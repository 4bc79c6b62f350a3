"""nginx before a server: it speaks https with browsers, and http with the server."""

import time
from collections.abc import Iterable
from pathlib import Path
from string import Template

from lab import programs, runs
from lab.certificates import CERTIFICATE, CERTIFICATE_KEY
from lab.launch import helpers
from lab.launch.ports import addresses_of, is_free
from lab.servers import INSPECTOR, LOOPBACK, Server
from lab.staging.serving import PROXY, Header
from lab.state import folder
from session_inspector import private_file

START_TIMEOUT = 5.0  # seconds


class Configuration(Template):
    delimiter = "%"  # nginx has variables of its own, with a dollar


CONFIGURATION = Path(__file__).with_name("behind_nginx.conf")


def start(server: Server, port: int, headers: Iterable[Header]) -> bool:
    """Before that server, which itself listens at ``port``; whether it answers."""
    own = folder(runs.folder_of(runs.current()) / f"{server.name}.nginx")
    configuration = Configuration(CONFIGURATION.read_text()).substitute(
        folder=own,
        listen=" ".join(f"listen {address} ssl;" for address in addresses_of(server)),
        certificate=CERTIFICATE,
        key=CERTIFICATE_KEY,
        proxy=PROXY,
        headers=" ".join(directive(one) for one in headers),
        behind=f"{LOOPBACK}:{port}",
        onward=f"{INSPECTOR.origin}/start-over/?forgotten=yes&then=scenario",
    )
    private_file.replace(own / "nginx.conf", configuration)
    helpers.start([str(programs.nginx() or "nginx"), "-c", str(own / "nginx.conf"), "-e", "stderr"])
    return answers(server)


def directive(header: Header) -> str:
    return f"proxy_set_header {header.name} {header.value};"


def answers(server: Server) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    while is_free(server.port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
