"""What each scenario has to have, whoever wrote it."""

from itertools import pairwise

import pytest

from lab.misbehaving.modes import mode_named
from lab.staging.acts import Open, Press
from lab.staging.catalogue import scenarios

STAGES = [pytest.param(stage, id=f"{one.name}-{stage.name}") for one in scenarios() for stage in one.stages]
QUESTIONS = [
    pytest.param(question, id=f"{one.name}-{stage.name}-{question.name}")
    for one in scenarios()
    for stage in one.stages
    for question in stage.questions
]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: one.name)
def test_a_scenario_has_minutes_a_title_and_stages_with_names_of_their_own(scenario):
    assert scenario.minutes > 0
    assert scenario.title
    assert scenario.happens.endswith(".")
    names = [stage.name for stage in scenario.stages]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: one.name)
def test_each_stage_but_the_last_says_what_the_next_one_changes(scenario):
    assert [bool(stage.repair) for stage in scenario.stages] == [True] * (len(scenario.stages) - 1) + [False]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_asks_and_has_something_to_do(stage):
    assert stage.title
    assert stage.steps
    names = [question.name for question in stage.questions]
    assert len(names) == len(set(names)) > 0
    assert "sure" not in names  # the page asks that itself


@pytest.mark.parametrize("stage", [one for one in STAGES if one.values[0].provider])
def test_a_provider_that_misbehaves_does_it_in_a_way_that_there_is(stage):
    assert mode_named(stage.provider)


@pytest.mark.parametrize("stage", STAGES)
def test_each_step_says_once_where_it_is_done(stage):
    assert all(step.text.count("{place}") == 1 for step in stage.steps)


@pytest.mark.parametrize("stage", STAGES)
def test_a_page_that_is_still_open_was_opened_before(stage):
    opened = []
    for step in stage.steps:
        if isinstance(step, Press) and step.is_open:
            assert (step.server, step.path) in opened
        opened.append((step.server, step.path))


@pytest.mark.parametrize("stage", STAGES)
def test_a_cookie_is_deleted_on_a_page_of_its_server(stage):
    """The developer tools show the cookies of the page that is open."""
    for before, step in pairwise(stage.steps):
        if isinstance(step, Open) and step.deleted:
            assert isinstance(before, Open)
            assert (before.server, before.path) == (step.server, step.path)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_two_to_four_options_and_one_of_them_is_right_in_each_engine(question):
    names = [option.name for option in question.options]
    assert 2 <= len(names) <= 4
    assert len(names) == len(set(names))
    for engine in ("chromium", "firefox"):
        assert question.right_in(engine) in names


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_wrong_option_has_a_reason_of_its_own_and_each_right_one_an_explanation(question):
    reasons = [option.why_not for option in question.options if option.why_not]
    assert len(reasons) == len(set(reasons))
    is_right = {question.right_in("chromium"), question.right_in("firefox")}
    for option in question.options:
        assert bool(option.explain) == (option.name in is_right), option.name
        if is_right != {option.name}:
            assert option.why_not, option.name


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_two_options_say_the_same(question):
    texts = [option.text for option in question.options]
    assert len(texts) == len(set(texts))
