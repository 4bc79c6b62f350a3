"""Where the processes of a server listen: on a socket in the state folder, which nobody else can open."""

from pathlib import Path

from lab.servers import Server
from lab.state import STATE, folder

LONGEST = 107  # bytes of a socket's path (unix(7))


def socket_of(server: Server) -> Path:
    """Ends the process with one line if the path is too long for one."""
    path = folder(STATE / "sockets") / f"{server.name}.sock"
    if len(bytes(path)) > LONGEST:
        raise SystemExit(f"The path of the state folder is too long for make scale (LAB_STATE): {STATE}")
    return path
