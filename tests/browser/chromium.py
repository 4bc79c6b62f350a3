"""Find a Chromium for the browser tests, or get one. ``python -m tests.browser.chromium`` does so and says which."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import distribution

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def arguments() -> list[str]:
    """No connection but those of the pages; as root, no sandbox either, which Chromium then refuses."""
    return [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS


def find() -> str | None:
    """The browser on the PATH, else the one that Playwright has downloaded."""
    return next(filter(None, map(shutil.which, NAMES)), None) or downloaded()


def downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def get() -> str | None:
    """Let Playwright download one; where it can't, take the distribution's package."""
    print("No Chromium or Chrome found: asking Playwright for its own.", flush=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=300)
    if not find():
        print("Playwright has none: installing the distribution's package.", flush=True)
        distribution.install("chromium", "chromium-browser")
    return find()


if __name__ == "__main__":
    if path := find() or get():
        print(f"Browser tests use {path}")
    else:
        sys.exit("The browser tests need Chromium or Chrome: install one of them so that it is on the PATH.")
