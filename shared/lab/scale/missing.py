"""What ``make scale`` needs and is not here."""

from lab import programs

MISSING = "make scale needs {}, not found here. On Debian: apt-get install {}"


def said_of_missing(*, without_postgresql: bool = False) -> str:
    """The one line that helps; empty if nothing is missing."""
    wanted = {"nginx": programs.nginx()}
    if not without_postgresql:
        wanted["postgresql"] = programs.postgresql()
    missing = [name for name, path in wanted.items() if not path]
    return MISSING.format(" and ".join(missing), " ".join(missing)) if missing else ""
