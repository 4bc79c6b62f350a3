"""Each stage in a real browser: chosen by its button, predicted, done, and the verdict is the right one."""

import pytest

from lab.servers import SITE_B
from lab.staging.acts import Press
from lab.staging.catalogue import scenarios
from tests.browser.acting import Acting

STAGES = [pytest.param(one, stage, id=f"{one.name}-{stage.name}") for one in scenarios() for stage in one.stages]
LINKS = "() => [...document.querySelectorAll('.ticks li')].map(step => step.querySelector('a').href)"


@pytest.fixture
def watching(rewound_lab, emptied_browser):
    """The inspector, in a tab of its own; afterwards all servers run as usual."""
    tab = emptied_browser.tab()
    yield tab
    tab.goto(rewound_lab.origin("inspector") + "/scenarios/")
    tab.click("button", "Back to normal")
    tab.part("h1").expect("Make it fail on purpose")
    tab.part("button", "Back to normal").expect_count(0)


def choose(tab, name, value):
    tab.evaluate(
        "(name, value) => document.querySelector(`input[name='${name}'][value='${value}']`).click()", name, value
    )


@pytest.mark.parametrize(("scenario", "stage"), STAGES)
def test_what_is_done_shows_the_right_option(scenario, stage, watching, rewound_lab, emptied_browser, engine):
    watching.goto(f"{rewound_lab.origin('inspector')}/scenarios/{scenario.name}/{stage.name}/")
    watching.click("button", "Start this stage")
    watching.part("#predict").expect_count(1)
    for question in stage.questions:
        choose(watching, question.name, question.options[0].name)
    choose(watching, "sure", "guess")
    watching.click("button", "Lock my prediction")
    watching.part("#doing").expect_count(1)
    acting = Acting(emptied_browser)
    for number, (act, link) in enumerate(zip(stage.steps, watching.evaluate(LINKS), strict=True), 1):
        acting.do(act, link)
        watching.part(f".ticks li:nth-child({number}).done").expect_count(1)
    for question in stage.questions:
        choose(watching, question.name, question.options[0].outcome)
    watching.click("button", "Show the verdict")
    for question in stage.questions:
        right = question.option(question.right_in(engine))
        watching.part(".said", having=right.text).expect_count(1)


def test_back_to_normal_brings_back_who_was_signed_in_and_what_was_kept(rewound_lab, emptied_browser):
    person = Acting(emptied_browser)
    person.do(
        Press(SITE_B, "/cart/", "Your cart", "Add Ink, black", "/cart/add/"), rewound_lab.origin("site_b") + "/cart/"
    )
    kept = emptied_browser.cookies(rewound_lab.origin("site_b"))
    inspector = rewound_lab.origin("inspector")
    tab = emptied_browser.tab()
    tab.goto(f"{inspector}/scenarios/cookie_clash/both_renamed/")
    tab.click("button", "Start this stage")
    tab.part("#predict").expect_count(1)
    assert emptied_browser.cookies(rewound_lab.origin("site_b")) == kept  # another host: nobody asked it to forget
    tab.click("button", "Back to normal")
    tab.part("h1").expect("Make it fail on purpose")
    assert emptied_browser.cookies(rewound_lab.origin("site_b")) == kept
    tab.goto(rewound_lab.origin("site_b") + "/cart/")
    tab.part("tbody th", having="Ink, black").expect_count(2)  # among the goods, and in the cart
