"""The scenarios are found by themselves, and ``LAB_SCENARIO`` names one with a stage."""

import pytest

from lab.runs import Run
from lab.staging.catalogue import asked_for, in_order_for, scenario_named, scenarios, stage_of
from lab.staging.parts import Reader


def test_each_module_is_found_and_is_called_as_its_scenario():
    assert {"cookie_clash", "where_does_it_live", "single_sign_on", "same_site_strict"} <= {
        one.name for one in scenarios()
    }
    for one in scenarios():
        assert scenario_named(one.name) is one


@pytest.mark.parametrize("reader", Reader)
def test_each_kind_of_reader_has_an_order_without_two_at_one_place(reader):
    places = [one.places[reader] for one in in_order_for(reader)]
    assert places == sorted(set(places))


def test_everybody_finds_each_scenario_in_one_of_the_lists():
    listed = {one.name for reader in Reader for one in in_order_for(reader)}
    assert listed == {one.name for one in scenarios()}


def test_a_name_alone_is_the_first_stage():
    scenario, stage = asked_for("cookie_clash")
    assert (scenario.name, stage) == ("cookie_clash", scenario.stages[0])
    assert asked_for("cookie_clash:path")[1].name == "path"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("no_such", "LAB_SCENARIO names no scenario: 'no_such'. There are: "),
        (":path", "LAB_SCENARIO names no scenario: ''."),
        ("cookie_clash:no_such", "The scenario cookie_clash has no stage 'no_such'. It has: default_names, "),
        ("cookie_clash:path:x", "The scenario cookie_clash has no stage 'path:x'."),
    ],
)
def test_what_names_nothing_is_refused_in_one_line_that_says_what_there_is(words, says):
    with pytest.raises(SystemExit) as refused:
        asked_for(words)
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)


def test_a_run_that_names_no_stage_has_none():
    assert stage_of(Run()) is None
    assert stage_of(Run(1, "cookie_clash", "gone")) is None
