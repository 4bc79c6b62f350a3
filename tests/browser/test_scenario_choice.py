"""A scenario is chosen and left: what starts again, what is kept, and what is said of it."""

import re
import sys
import time

import pytest
import requests
from playwright.sync_api import expect

from lab.servers import SITE_A, SITE_B
from lab.staging.acts import Press, SignIn
from lab.staging.catalogue import scenario_named
from tests.browser.acting import CHOOSE, LINKS, Acting, begin, go_back_to_normal
from tests.browser.browsing import Browsing, follow, go_to, press
from tests.browser.engines.chromium import ChromiumTab
from tests.browser.looking import Looking
from tests.processes import WAIT_TIMEOUT

pytestmark = pytest.mark.slow

STRICT = ("same_site_strict", "with_password")


def test_back_to_normal_brings_back_who_was_signed_in_and_what_was_kept(rewound_lab, emptied_browser):
    person, cart = Acting(emptied_browser), rewound_lab.origin("site_b") + "/cart/"
    person.do(Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black"), cart)
    kept = emptied_browser.cookies(cart)
    tab = begin(emptied_browser, rewound_lab, "cookie_clash", "both_renamed")
    go_back_to_normal(tab, rewound_lab)
    assert emptied_browser.cookies(cart) == kept
    tab.goto(cart)
    tab.part("tbody th", having="Ink, black").expect_count(2)  # among the goods, and in the cart


def test_back_to_normal_the_inspector_knows_that_the_browser_has_lost_its_cookies(rewound_lab, emptied_browser):
    Acting(emptied_browser).do(SignIn(SITE_A), f"{rewound_lab.origin('site_a')}/oidc/authenticate/")
    tab = emptied_browser.tab()
    tab.goto(rewound_lab.origin("inspector"))
    tab.part("h1").expect("Identity and site A say you are alice; of site B nothing is recorded.")
    tab = begin(emptied_browser, rewound_lab, "leaving", "site_only")
    go_back_to_normal(tab, rewound_lab)
    tab.goto(rewound_lab.origin("inspector"))
    tab.part("h1").expect("Identity and site A do not know you")


def test_a_run_begins_with_a_browser_that_has_no_cookie_of_another_run(rewound_lab, emptied_browser):
    begin(emptied_browser, rewound_lab, "cookie_clash", "default_names")
    person = Acting(emptied_browser)
    person.tab.goto(f"http://localhost:{rewound_lab.port}/accounts/login/")
    assert "csrftoken" in emptied_browser.cookies(f"http://localhost:{rewound_lab.port}")
    tab = begin(emptied_browser, rewound_lab, "cookie_clash", "path")
    assert emptied_browser.cookies(f"http://localhost:{rewound_lab.port}") == {}
    go_back_to_normal(tab, rewound_lab)


class OneContext:
    """The window that is looked at, as a browser that acts."""

    def __init__(self, context):
        self.context = context

    def tab(self):
        return ChromiumTab(self.context.new_page())


@pytest.mark.parametrize("name", STRICT[:1])
def test_each_page_of_a_stage_can_be_read_at_every_size(name, rewound_lab, browser):
    stage = scenario_named(name).stages[0]
    (question,) = stage.questions
    looking = Looking(rewound_lab, browser)
    tab = ChromiumTab(looking.page)
    tab.goto(f"{rewound_lab.origin('inspector')}/scenarios/{name}/{stage.name}/")
    tab.click("button", "Start this stage")
    tab.part("#predict").expect_count(1)
    assert {text.split(" on ")[0] for text in looking.said} == {"Clear-Site-Data header"}  # Chromium says what it did
    looking.said.clear()
    looking.check("the question")
    tab.evaluate(CHOOSE, question.name, question.options[0].name)
    tab.evaluate(CHOOSE, "sure", "guess")
    tab.click("button", "Lock my prediction")
    tab.part("#doing").expect_count(1)
    looking.check("the steps")
    acting = Acting(OneContext(looking.page.context))
    for act, link in zip(stage.steps, tab.evaluate(LINKS), strict=True):
        acting.do(act, link)
    tab.part("#look").expect_count(1)
    looking.check("what did you see")
    tab.evaluate(CHOOSE, question.name, question.options[0].outcome)
    tab.click("button", "Show the verdict")
    tab.part(".said").expect_count(1)
    looking.check("the verdict")
    looking.look("inspector", "/scenarios/")
    go_back_to_normal(tab, rewound_lab)


def test_by_keyboard_alone_one_predicts_leaves_and_reads_the_verdict(rewound_lab, page):
    Browsing(page, rewound_lab).visit("inspector", "/scenarios/leaving/site_only/")
    press(page, "main form .main", "Start this stage")
    page.wait_for_selector("#predict")  # the servers start again
    for name in ("identity", "site_a", "site_b", "sure"):
        go_to(page, f"#predict input[name={name}]")
        page.keyboard.press("Space")
    press(page, "#predict .main", "Lock my prediction")
    site = follow(page, ".ticks li:nth-child(1) a", "site A")
    for name in ("login", "password"):
        go_to(site, f"input[name={name}]")
        site.keyboard.type("alice")
    site.keyboard.press("Enter")
    expect(page.locator(".ticks .done")).to_have_count(1)
    follow(page, ".ticks li:nth-child(2) a", "site B")
    expect(page.locator(".ticks .done")).to_have_count(2)
    follow(page, ".ticks li:nth-child(3) a", "site A")
    go_to(site, ".leave > summary")
    site.keyboard.press("Enter")
    press(site, "button", "Sign out of this site")
    for number, title in ((4, "Identity"), (5, "site A"), (6, "site B")):
        expect(page.locator(".ticks .done")).to_have_count(number - 1)
        follow(page, f".ticks li:nth-child({number}) a", title)
    for name in ("identity", "site_a", "site_b"):
        go_to(page, f"#look input[name={name}]")
        page.keyboard.press("Space")
    press(page, "#look .main", "Show the verdict")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Identity knows you. Site A does not know you. Site B knows you."
    )


@pytest.fixture
def honcho(cold_lab):
    """Start everything with that scenario, as a person does; a way to wait until a line was printed so often."""

    def start(words):
        cold_lab.settings["LAB_SCENARIO"] = words
        cold_lab.processes["honcho"] = cold_lab.run("exec honcho start", "honcho")

    return start


def wait_for(lab, line, times=1):
    deadline = time.monotonic() + WAIT_TIMEOUT
    while len(re.findall(line, lab.output)) < times:
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)


def test_the_variable_begins_a_scenario_and_every_process_follows_there_and_back(cold_lab, honcho):
    honcho("cookie_clash")
    for server, number in (("Identity", 0), ("site A", 1), ("site B", 2)):
        wait_for(cold_lab, f"{server} answers at http://localhost:{cold_lab.port + number}")
    inspector, host = f"http://127.0.0.1:{cold_lab.port + 3}", f"inspector.localhost:{cold_lab.port + 3}"
    wait_for(cold_lab, f"inspector answers at http://{host}")
    wait_for(cold_lab, f"A scenario is on: cookie_clash, default_names. Back to normal: http://{host}/scenarios/")
    before = cold_lab.output.count("Identity answers at http://identity.localhost")
    answer = requests.post(
        f"{inspector}/run/end/", headers={"Host": host, "Origin": f"http://{host}"}, timeout=60, allow_redirects=False
    )
    assert answer.status_code == 302
    for server in ("identity", "site_a", "site_b"):
        title = {"identity": "Identity", "site_a": "site A", "site_b": "site B"}[server]
        wait_for(cold_lab, f"{title} answers at {cold_lab.origin(server)}", before + 1)
    assert cold_lab.processes["honcho"].poll() is None
    assert "Traceback" not in cold_lab.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("nothing", "LAB_SCENARIO names no scenario: 'nothing'. There are: "),
        ("cookie_clash:nothing", "The scenario cookie_clash has no stage 'nothing'. It has: "),
    ],
)
def test_a_scenario_that_there_is_not_is_refused_in_one_line_and_nothing_starts(cold_lab, words, says):
    cold_lab.settings["LAB_SCENARIO"] = words
    assert cold_lab.run(f"{sys.executable} -m lab.launch").wait(timeout=60) == 1
    (line,) = cold_lab.output.splitlines()[1:]
    assert line.startswith(says)
    assert not (cold_lab.state / "var" / "run.json").exists()


def test_a_lab_that_was_killed_while_a_scenario_was_on_goes_on_with_it(started_before):
    lab = started_before
    begun = f"from lab import runs; runs.begin({STRICT[0]!r}, {STRICT[1]!r}, {{}})"
    assert lab.run(f'{sys.executable} -c "{begun}"').wait(timeout=60) == 0
    lab.start()
    host = lab.origin("inspector").removeprefix("http://")
    page = requests.get(f"http://127.0.0.1:{lab.port + 3}/scenarios/", headers={"Host": host}, timeout=60).text
    assert "A scenario is on" in page
    set_cookie = requests.get(
        f"http://127.0.0.1:{lab.port + 1}/begin/value/",
        headers={"Host": lab.origin("site_a").removeprefix("http://")},
        timeout=60,
    ).headers["Set-Cookie"]
    assert "SameSite=Strict" in set_cookie
