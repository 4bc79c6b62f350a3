"""A lab in which nobody edits files, and a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from bench.figures import NotMeasured
from tests.browser import chromium
from tests.processes import Lab


@contextmanager
def lab_and_browser() -> Iterator[tuple[Lab, Browser]]:
    """Raises ``NotMeasured`` where there is no Chromium."""
    if not (path := chromium.find()):
        raise NotMeasured("Chromium is missing")
    with TemporaryDirectory(prefix="lab-bench-") as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder) / "lab")
        try:
            lab.start()
            yield lab, playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        finally:
            lab.stop()
