"""Whether the servers' ports are free, at the address where they listen."""

import errno
import socket

from lab.servers import ADDRESS, ALL, EVERYWHERE, IS_CLASS, PORT, Server

IPV6 = "::1"


def addresses_of(server: Server) -> list[str]:
    """Where browsers come to it: "localhost" is an address of IPv6, too, where the machine has one."""
    address, port = server.bind_address
    is_both = not IS_CLASS and can_bind(IPV6, port)
    return [f"{address}:{port}", *([f"[{IPV6}]:{port}"] if is_both else [])]


def port_in_use() -> int | None:
    """The first of the lab's ports that somebody else has."""
    return next((port for port in ports_of_servers() if not is_free(port)), None)


def ports_of_servers() -> list[int]:
    return [server.port for server in ALL]


def is_free(port: int) -> bool:
    return can_bind(ADDRESS, port) and (IS_CLASS or not is_taken(IPV6, port))


def said_of(port: int) -> str:
    """The one line that helps: the same for each of the servers."""
    return f"Port {port} is in use. End what uses it, or choose other ports: LAB_PORT={other_ports()} make run"


def other_ports() -> int:
    """A ``LAB_PORT`` to try instead."""
    return PORT + 1000 if PORT + 1000 <= 65_000 else PORT - 1000


def fault_of_address() -> str:
    """The line that helps where this machine does not have the address; empty where it does."""
    if bind_error(ADDRESS, 0) != errno.EADDRNOTAVAIL:
        return ""
    return f"This machine does not have the address LAB_ADDRESS={ADDRESS}. {EVERYWHERE} stands for all that it has."


def can_bind(address: str, port: int) -> bool:
    return bind_error(address, port) is None


def is_taken(address: str, port: int) -> bool:
    """Whether somebody else listens there; a machine without that address is not "taken"."""
    return bind_error(address, port) == errno.EADDRINUSE


def bind_error(address: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error.errno
    return None
