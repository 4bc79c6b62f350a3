"""The provider that Identity is measured against. Its libraries are fetched once, into ``node_modules``."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import requests

from bench.client import Registration, expect
from bench.figures import NotMeasured
from bench.served import Served

FOLDER = Path(__file__).parent
NEEDED = ("node", "npm")
NAME = "oidc-provider"
MAX_SHOWN = 200  # characters


def install() -> None:
    """Raises ``NotMeasured`` where that cannot be done."""
    for program in NEEDED:
        if not shutil.which(program):
            raise NotMeasured(f"{program} is missing")
    if is_installed():
        return
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--fetch-retries=1"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"npm install ended with {done.returncode}: {done.stderr[:MAX_SHOWN]!r}")


def is_installed() -> bool:
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"][NAME]
    package = FOLDER / "node_modules" / NAME / "package.json"
    return package.exists() and json.loads(package.read_text())["version"] == wanted


def registration(port: int) -> Registration:
    """The one client that it knows."""
    return Registration(
        f"http://127.0.0.1:{port}", port, "bench", 5 * "for-measuring-only", "http://127.0.0.1:9999/callback"
    )


def start(log: Path, client: Registration) -> Served:
    command = ["node", str(FOLDER / "provider.mjs"), str(client.port), client.id, client.secret, client.redirect_uri]
    return Served(command, {}, log, client.port)


def sign_in(browser: requests.Session, address: str) -> None:
    """Answer its two forms, which come before the first code; afterwards, the same browser gets codes without them."""
    for typed in ({"prompt": "login", "login": "alice", "password": "alice"}, {"prompt": "consent"}):
        page = expect(200, browser.get(address))
        (form,) = re.findall(r'action="([^"]+)"', page.text)
        address = browser.post(form, data=typed, allow_redirects=False).headers["Location"]
    browser.get(address, allow_redirects=False)
