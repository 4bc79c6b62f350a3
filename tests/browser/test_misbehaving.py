"""A provider that misbehaves is chosen with one click, the site signs in there, and one goes back to normal."""

import pytest

from tests.browser.acting import expect_another_page, go_back_to_normal, mark
from tests.browser.browsing import Browsing, sign_out
from tests.browser.engines.chromium import ChromiumTab
from tests.browser.looking import Looking
from tests.processes import SERVERS

pytestmark = pytest.mark.slow

THERE = "Sign in at the other provider"


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once(*SERVERS, "provider")


def choose(tab, lab, title):
    """By its button in the list; the page of the mode comes by itself."""
    tab.goto(f"{lab.origin('inspector')}/scenarios/")
    mark(tab)
    tab.click("button", title)
    expect_another_page(tab)
    tab.part("h1", having=title).expect_count(1)
    tab.part(".steps li a").expect_count(1)


@pytest.mark.engines("chromium")
@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("It does everything right.", "Welcome to the shop, carol."),
        (
            "It signs with a key that it has not published.",
            "Sign-in not finished: the provider’s token was refused because of its “kid”",
        ),
        ("It sends you back with an error instead of a code.", "Sign-in not finished: the provider answered with an"),
    ],
)
def test_site_b_signs_in_there_and_says_what_is_wrong(rewound_lab, emptied_browser, title, heading):
    tab = emptied_browser.tab()
    choose(tab, rewound_lab, title)
    site = emptied_browser.tab()
    site.goto(rewound_lab.origin("site_b"))
    site.click("link", THERE)
    site.part("h1", having=heading).expect_count(1)
    go_back_to_normal(tab, rewound_lab)
    site.goto(rewound_lab.origin("site_b"))
    site.part("a", having="Sign in at Identity").expect_count(1)


def test_a_key_that_changed_under_its_name_is_fetched_at_the_second_sign_in_and_each_page_can_be_read(
    rewound_lab, browser
):
    looking = Looking(rewound_lab, browser)
    tab = ChromiumTab(looking.page)
    looking.look("inspector", "/scenarios/misbehaving/same_kid/")
    tab.click("button", "Start this provider")
    tab.part("#then").expect_count(1)
    looking.said.clear()  # Chromium says what Clear-Site-Data did
    looking.check("a mode in force")
    person = Browsing(looking.page.context.new_page(), rewound_lab)
    person.visit("site_b")
    person.page.get_by_role("link", name=THERE).click()
    person.expect_known_as("carol")
    sign_out(person.page, "Sign out here and at the other provider")
    person.page.wait_for_url("**/signed-out/?state=*")
    site = ChromiumTab(person.page)
    site.part("h1", having="As far as this site knows, the other provider still knows you.").expect_count(1)
    site.part("dt", having="Access token").expect_count(0)  # what the page says of it is true of Identity's
    site.click("link", THERE)
    person.expect_known_as("carol")
    go_back_to_normal(tab, rewound_lab)
