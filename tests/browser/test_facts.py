"""What the project's table says of Chromium is so in the one that is installed."""

from tests.browser.engines.installed import browser_of
from tests.facts import table
from tests.facts.measure import measure

OF_THE_BUILD = {"none_to_another_site"}  # distributions differ: some block third-party cookies


def test_each_row_is_measured_as_it_is_written(playwright, tmp_path):
    facts = [fact for fact in table.read() if fact.id not in OF_THE_BUILD]
    result = measure(browser_of("chromium", tmp_path / "profile", playwright), facts)
    assert [str(found) for found in result.differences("chromium", facts)] == []
