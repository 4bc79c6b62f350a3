import pytest

from tests.browser import chromium
from tests.browser.browsing import Browsing


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    assert path, "no browser: run python -m tests.browser.chromium"
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.arguments()}


@pytest.fixture(scope="session")
def base_url():
    """None: each lab has its own. The plugin's fixture of this name is deprecated by pytest itself."""


@pytest.fixture
def person(page, lab):
    return Browsing(page, lab)


@pytest.fixture
def alice(person):
    """Signed in at site A."""
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    return person
