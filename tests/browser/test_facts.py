"""What the project's table says of Chromium is so in the one that is installed."""

from tests.browser.engines.installed import browser_of
from tests.facts import table
from tests.facts.measure import measure

OF_THIS_MACHINE = {
    "none_to_another_site",  # some distributions block third-party cookies, others do not
    "localhost_and_ipv6",  # not every container has an IPv6 address
}


def test_each_row_is_measured_as_it_is_written(playwright, tmp_path):
    facts = [fact for fact in table.read() if fact.id not in OF_THIS_MACHINE]
    result = measure(browser_of("chromium", tmp_path / "profile", playwright), facts)
    assert [str(found) for found in result.differences("chromium", facts)] == []
