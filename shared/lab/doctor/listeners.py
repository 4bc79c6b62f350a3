"""Who listens at a port, as Linux tells it in ``/proc``."""

import os
from collections.abc import Iterator
from pathlib import Path

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
LISTENING = "0A"  # the state of a socket, as the tables have it
NOBODY_KNOWN = "another program"


def program_at(port: int) -> str:
    """Name and process id of one that listens there. In general words where the system does not tell: on macOS, or of
    the processes of somebody else."""
    sockets = {f"socket:[{inode}]" for table in TABLES for inode in inodes_in(table, port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets.intersection(opened_by(process)):
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return NOBODY_KNOWN


def inodes_in(table: str, port: int) -> Iterator[str]:
    try:
        lines = Path(table).read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        _, address, _, state, *_ = columns = line.split()
        if state == LISTENING and int(address.rpartition(":")[2], 16) == port:
            yield columns[9]


def opened_by(process: Path) -> Iterator[str]:
    """What each of its descriptors leads to; nothing if it has ended, or is somebody else's."""
    try:
        yield from (os.readlink(descriptor) for descriptor in (process / "fd").iterdir())
    except OSError:
        return
