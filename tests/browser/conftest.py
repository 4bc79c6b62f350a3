import pytest

from tests.browser import chromium
from tests.browser.browsing import Browsing
from tests.browser.engines.installed import FIND, browser_of, installed_engines
from tests.browser.sitting import Sitting
from tests.browser.watching import Watching


def pytest_addoption(parser):
    parser.addoption(
        "--engine",
        action="append",
        choices=FIND,
        help="where the tests of both engines run; may be given twice (default: all that are installed)",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "engines(*names): the test needs no others")


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        engines = metafunc.config.getoption("engine") or installed_engines()
        mark = metafunc.definition.get_closest_marker("engines")
        metafunc.parametrize("engine", [one for one in engines if not mark or one in mark.args], scope="module")


@pytest.fixture
def browser_of_each(engine, playwright, tmp_path):
    """A new browser of each engine."""
    browser = browser_of(engine, tmp_path / "browser", playwright)
    browser.open()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def running_browser(engine, playwright, tmp_path_factory):
    """One of each engine for all tests of a module."""
    browser = browser_of(engine, tmp_path_factory.mktemp("browser"), playwright)
    browser.open()
    yield browser
    browser.close()


@pytest.fixture
def emptied_browser(running_browser):
    """That of the module, without a tab and without a cookie: for tests that leave nothing else behind in it."""
    running_browser.forget()
    return running_browser


@pytest.fixture
def sitting(browser_of_each, lab):
    return Sitting(browser_of_each, lab)


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


@pytest.fixture
def stopped_afterwards(lab):
    """For a test that leaves something in the memory of the servers: the next one has new processes."""
    yield
    lab.stop()


@pytest.fixture
def restarted_sites(lab):
    """They remember nothing, so they ask Identity for its keys at the next sign-in."""
    lab.stop("site_a", "site_b")
    lab.start("site_a", "site_b")


@pytest.fixture
def signed_in(alice):
    """At site B, too."""
    alice.visit("site_b", "/orders/")
    alice.expect_known_as("alice")
    return alice


@pytest.fixture
def watching(page, lab):
    """The inspector, in another tab of the same browser."""
    return Watching(page.context.new_page(), lab)
