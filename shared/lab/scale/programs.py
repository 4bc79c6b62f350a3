"""Programs that pip does not install. Debian keeps both out of the ordinary PATH."""

import os
import shutil
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")  # with a folder for each version
SYSTEM = "/usr/sbin"  # on the PATH of root only
MISSING = "make scale needs {}, not found here. On Debian: apt-get install {}"


def nginx() -> Path | None:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SYSTEM}")
    return Path(found) if found else None


def postgresql() -> Path | None:
    """The folder of its programs, of the newest version."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)


def said_of_missing(*, without_postgresql: bool = False) -> str:
    """The one line that helps; empty if nothing is missing."""
    wanted = {"nginx": nginx()} if without_postgresql else {"nginx": nginx(), "postgresql": postgresql()}
    missing = [name for name, found in wanted.items() if not found]
    return MISSING.format(" and ".join(missing), " ".join(missing)) if missing else ""
