"""Static files, which a browser keeps until one of them changes.

The address of each names the version of all of them, before its own name: a script finds those that it imports beside
itself, in the same version. Nobody has to say whether files are edited here, nor to collect them: a page that is loaded
after an edit names another version.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

LOOK_INTERVAL = 0.5  # seconds, within which one page with all that it needs is loaded
VERSION = re.compile("^[0-9a-f]{12}/")


@dataclass
class Looked:
    """What the last look at the files has found, and when that was."""

    version: str = ""
    at: float = -LOOK_INTERVAL


looked = Looked()


def version() -> str:
    """Twelve digits that are others as soon as a file is edited, added or removed."""
    if time.monotonic() - looked.at >= LOOK_INTERVAL:
        looked.version, looked.at = version_now(), time.monotonic()
    return looked.version


def version_now() -> str:
    files = sorted(storage.path(name) for finder in finders.get_finders() for name, storage in finder.list(None))
    return hashlib.sha256(repr([(path, state_of(path)) for path in files]).encode()).hexdigest()[:12]


def state_of(path: str) -> tuple[int, int] | None:
    """Its size and when it was written; None where an editor is just replacing it."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


class VersionedStorage(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        return super().url(f"{version()}/{name}")


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Answers under every version with the file as it is now; only under the present one it may be kept for ever."""

    def candidate_paths_for_url(self, url: str) -> Iterator[str]:
        if url.startswith(self.static_prefix):
            url = self.static_prefix + VERSION.sub("", url.removeprefix(self.static_prefix))
        return super().candidate_paths_for_url(url)

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url.startswith(f"{self.static_prefix}{version()}/")
