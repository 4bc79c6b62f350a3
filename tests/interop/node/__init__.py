"""Programs on libraries from npm: a client, and a provider. ``make slow`` fetches what they need into this folder."""

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def missing() -> str:
    """What these programs lack here; an empty text if nothing."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return f"{program} is missing"
    if not (FOLDER / "node_modules/installed").exists():
        return "the libraries from npm are missing, which make slow fetches"
    return ""


needed = pytest.mark.skipif(bool(missing()), reason=missing())


def command(program: str, *arguments: str) -> str:
    """For a shell. The process is that of node."""
    return " ".join(["exec node", str(FOLDER / program), *(f"'{argument}'" for argument in arguments)])
