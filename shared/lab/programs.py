"""Programs that pip does not install. Debian keeps two of them out of the ordinary PATH.

Reads no variable of the lab: ``make scale`` sets these first.
"""

import os
import shutil
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")  # with a folder for each version
SYSTEM = "/usr/sbin"  # on the PATH of root only


def nginx() -> Path | None:
    return found(shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SYSTEM}"))


def postgresql() -> Path | None:
    """The folder of its programs, of the newest version."""
    if initdb := found(shutil.which("initdb")):
        return initdb.parent
    return max(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)


def redis_server() -> Path | None:
    return found(shutil.which("redis-server"))


def found(path: str | None) -> Path | None:
    return Path(path) if path else None
