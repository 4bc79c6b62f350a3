"""Who still knows somebody after each way to leave, from the last pages; and which way was gone."""

import pytest

from lab.endpoints import END_OR_STAY
from lab.scenarios.leaving import SCENARIO, check
from lab.servers import SERVERS
from lab.staging.following import done_otherwise
from tests.session_inspector.inspector.traffic import ALICE, NOBODY, exchange

EVERYWHERE = ("leaving", "at_identity", "session_ended", "disabled")
SITE_A_ONLY = ("site_only", "staying", "row_deleted", "expired", "cookie_deleted")


def left_by(name):
    return SCENARIO.stage(name)


def test_who_is_left_after_each_way():
    forgotten_by = {
        stage.name: {question.name for question in stage.questions if question.right == "gone"}
        for stage in SCENARIO.stages
    }
    assert forgotten_by == {
        **{name: {"identity", "site_a", "site_b"} for name in EVERYWHERE},
        **{name: {"site_a"} for name in SITE_A_ONLY},
        "closed": {"identity"},
        "closed_kept": set(),
    }


@pytest.mark.parametrize("stage", SCENARIO.stages, ids=lambda stage: stage.name)
def test_each_way_asks_the_same_of_each_server(stage):
    assert [question.name for question in stage.questions] == [server.name for server in SERVERS]


def test_the_last_page_of_each_server_tells_whom_it_knows():
    before = [exchange(server.name, user=ALICE) for server in SERVERS]
    after = [exchange(server.name, user=user) for server, user in zip(SERVERS, (ALICE, NOBODY, ALICE), strict=True)]
    verdict = check(before + after)
    assert verdict.shown == {"identity": "known", "site_a": "gone", "site_b": "known"}
    assert verdict.entries == tuple(after)


def sent(server, path, *form):
    return exchange(server, path, method="POST", status=302, form=list(form))


def test_who_leaves_in_another_way_than_the_chosen_one_is_recognised():
    stay, leave = (sent("identity", END_OR_STAY, ("decision", answer)) for answer in ("stay", "leave"))
    ask = sent("site_a", "/oidc/logout-everywhere/")
    assert done_otherwise(SCENARIO, left_by("staying"), [ask, stay]) is None
    assert done_otherwise(SCENARIO, left_by("staying"), [ask, leave]) is left_by("leaving")
    assert done_otherwise(SCENARIO, left_by("site_only"), [ask]) is left_by("staying")
    assert done_otherwise(SCENARIO, left_by("closed"), [sent("identity", "/accounts/logout/")]) is left_by(
        "at_identity"
    )


def test_a_look_and_a_form_of_no_stage_are_no_other_way():
    entries = [exchange("identity"), sent("site_a", "/values/language/"), sent("identity", "/accounts/login/")]
    assert done_otherwise(SCENARIO, left_by("closed"), entries) is None
