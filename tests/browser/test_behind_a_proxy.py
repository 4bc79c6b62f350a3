"""The stages that need nginx and https, in a browser: the verdict is the right one."""

import pytest
from playwright.sync_api import Error

from lab.programs import nginx
from lab.scenarios.behind_a_proxy import SCENARIO
from tests import distribution
from tests.browser.acting import begin, play
from tests.browser.engines.chromium import Chromium
from tests.processes import SERVERS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running_lab(start_once):
    if not nginx():
        distribution.install("nginx-light")
    return start_once(*SERVERS, "worker", LAB_HTTPS="1") if nginx() else pytest.skip("there is no nginx")


@pytest.fixture(scope="module")
def running_browser(playwright, tmp_path_factory):
    """Whether it trusts the lab's certificates is tried elsewhere."""
    browser = Chromium(tmp_path_factory.mktemp("browser"), playwright.chromium, trusts_all=True)
    browser.open()
    yield browser
    browser.close()


@pytest.mark.parametrize("stage", SCENARIO.stages, ids=lambda one: one.name)
def test_what_is_done_shows_the_right_option(stage, rewound_lab, emptied_browser):
    tab = begin(emptied_browser, rewound_lab, SCENARIO.name, stage.name)
    play(stage, tab, emptied_browser, "chromium")


def test_a_browser_keeps_nothing_of_the_loop(rewound_lab, emptied_browser):
    """A redirect for good may be kept: the next stage would still look as if it did not work."""
    tab = begin(emptied_browser, rewound_lab, SCENARIO.name, "loop")
    with pytest.raises(Error, match="ERR_TOO_MANY_REDIRECTS"):
        tab.goto(rewound_lab.origin("site_b"))
    tab = begin(emptied_browser, rewound_lab, SCENARIO.name, "told")
    tab.goto(rewound_lab.origin("site_b"))
    tab.part("main").expect_count(1)
