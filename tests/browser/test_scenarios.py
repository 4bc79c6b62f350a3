"""Each stage in a real browser: chosen by its button, predicted, done, and the verdict is the right one."""

import pytest

from lab.programs import redis_server
from lab.staging.acts import Reopen
from lab.staging.catalogue import scenarios
from lab.staging.parts import Stage
from lab.staging.serving import BehindNginx, InTurnWithRedis
from tests import distribution
from tests.browser.acting import begin, play
from tests.processes import SERVERS

STAGES = {
    f"{one.name}-{stage.name}": (one, stage)
    for one in scenarios()
    for stage in one.stages
    if not any(isinstance(serving, BehindNginx) for serving in stage.served.values())  # test_behind_a_proxy has them
}
OF_BOTH_ENGINES = {
    name: (one, stage)
    for name, (one, stage) in STAGES.items()
    if any(question.right_in("chromium") != question.right_in("firefox") for question in stage.questions)
    or any(isinstance(step, Reopen) for step in stage.steps)  # what is kept each engine says itself
}


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once(*SERVERS, "worker", "provider")


@pytest.mark.slow
@pytest.mark.engines("chromium")
@pytest.mark.parametrize("name", STAGES)
def test_what_is_done_shows_the_right_option(name, rewound_lab, emptied_browser, engine):
    scenario, stage = STAGES[name]
    skip_without_what_it_needs(stage)
    tab = begin(emptied_browser, rewound_lab, scenario.name, stage.name)
    play(stage, tab, emptied_browser, engine)


@pytest.mark.slow
@pytest.mark.engines("firefox")
@pytest.mark.parametrize("name", OF_BOTH_ENGINES)
def test_the_other_engine_shows_what_is_right_in_it(name, rewound_lab, emptied_browser, engine):
    scenario, stage = OF_BOTH_ENGINES[name]
    tab = begin(emptied_browser, rewound_lab, scenario.name, stage.name)
    play(stage, tab, emptied_browser, engine)


def skip_without_what_it_needs(stage: Stage) -> None:
    if any(isinstance(serving, InTurnWithRedis) for serving in stage.served.values()) and not redis_server():
        distribution.install("redis-server")
    if stage.missing:
        pytest.skip("; ".join(stage.missing))
