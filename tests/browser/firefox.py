"""Find a Firefox for the browser tests, or get one. ``python -m tests.browser.firefox`` does so and says which."""

import shutil

from tests import distribution

NAMES = ("firefox-esr", "firefox")


def find() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def get() -> str | None:
    print("No Firefox found: installing the distribution's package.", flush=True)
    distribution.install(*NAMES)
    return find()


if __name__ == "__main__":
    path = find() or get()
    print(
        f"Browser tests use {path}" if path else "No Firefox: what is to be true in both engines runs in Chromium only"
    )
