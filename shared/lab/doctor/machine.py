"""What the lab needs of this machine: its ports, and host names that lead to it."""

import socket
from collections.abc import Iterator

from lab.doctor.finding import Finding
from lab.doctor.listeners import program_at
from lab.launch.ports import can_bind, is_free, other_ports
from lab.launch.ready import answers
from lab.servers import ALL, HERE, IS_CLASS
from lab.state import in_terminal
from loopback import is_loopback


def check_ports() -> Iterator[Finding]:
    for server in ALL:
        if not is_free(server.port) and not answers(server):
            yield Finding(
                f"Port {server.port}, for {server.title}, is in use by {program_at(server.port)}.",
                "Only one program can listen at a port. If it is a server of this lab, it does not answer.",
                in_terminal(f"LAB_PORT={other_ports()} make run"),
            )


def check_hosts() -> Iterator[Finding]:
    hosts = dict.fromkeys(server.host for server in ALL)
    if lost := [host for host in hosts if not leads_here(host)]:
        yield Finding(
            f"The system does not know these names as this machine: {', '.join(lost)}.",
            "A browser does not find the servers under them.",
            f"echo {HERE} {' '.join(lost)} | sudo tee -a /etc/hosts",
        )


def leads_here(host: str) -> bool:
    """Whether a browser finds this machine under that name. It asks nobody for names that end with ``.localhost``."""
    if is_loopback(host):
        return True
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(is_here(str(address[0])) for *_, address in found)


def is_here(address: str) -> bool:
    return can_bind(address, 0) if IS_CLASS else is_loopback(address)
