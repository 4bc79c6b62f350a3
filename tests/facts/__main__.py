"""Measure every row in every engine that is installed: ``make facts``."""

import sys
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tests.browser.engines.installed import browser_of, installed_engines
from tests.facts import table
from tests.facts.measure import Difference, measure
from tests.facts.table import Measured


def main() -> str | None:
    with sync_playwright() as playwright:
        differences = [found for engine in installed_engines() for found in measure_all(engine, playwright)]
    return "\n".join(map(str, differences)) or None


def measure_all(engine: str, playwright: Playwright) -> list[Difference]:
    """The rows that differ; all others are confirmed in the table."""
    facts = table.read()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(browser_of(engine, Path(folder) / "profile", playwright), facts)
    print(f"{engine} {result.version}: {len(facts)} rows measured", flush=True)
    differences = result.differences(engine, facts)
    differing = {difference.fact.id for difference in differences}
    now = Measured(result.version, date.today())
    table.write([fact if fact.id in differing else fact.confirmed(engine, now) for fact in facts])
    return differences


if __name__ == "__main__":
    sys.exit(main())
