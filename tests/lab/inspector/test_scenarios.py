"""The pages of the scenarios: choose, predict, do, say what one saw, and read the verdict."""

import re
from datetime import timedelta

import pytest

from lab import runs
from lab.inspector.scenarios import attempts
from lab.misbehaving.modes import MODES
from lab.servers import SERVERS
from lab.staging import serving
from lab.staging.catalogue import scenario_named
from session_inspector.journal.participants import announce
from session_inspector.journal.queries import add, empty, newest_id
from session_inspector.journal.schema import Entry, Measurement
from session_inspector.participant import Participant
from tests.page import text_of
from tests.recorded import IN_EACH_ENGINE, configure
from tests.session_inspector.inspector.traffic import KNOWN, NOW, START, exchange, row, token, told

ORIGIN = "http://inspector.localhost:8003"
STAGE = "/scenarios/same_site_strict/with_password/"
MODE = "/scenarios/misbehaving/same_kid/"
PREDICTION = {"sign_in": "works", "sure": "sure"}

pytestmark = [pytest.mark.usefixtures("state_without_runs"), IN_EACH_ENGINE]


def post(client, path, data=None, origin=ORIGIN):
    return client.post(path, data or {}, headers={"origin": origin, "user-agent": AGENT})


def get(client, path):
    return client.get(path, headers={"user-agent": AGENT})


AGENT = "a browser"


@pytest.fixture
def in_force():
    """The stage is chosen, all three servers answer, and each has said who it is."""
    run = runs.begin("same_site_strict", "with_password", {})
    for server in SERVERS:
        runs.note_ready(server.name, runs.current())
    said = Participant("site_a", "http://site-a.localhost:8001", run=run.mark, session_cookie="site_a_session")
    return announce(said)


@pytest.fixture
def attempt(client, in_force):
    """The address of the page of a prediction."""
    return post(client, f"{STAGE}predict/", PREDICTION).headers["Location"]


def come_back(in_force, at=0.0, agent=AGENT, **content):
    return exchange("site_a", "/oidc/callback/", at, agent=agent, participant=in_force, **content)


def test_the_list_has_an_order_for_each_kind_of_reader(client):
    learner, developer = (text_of(get(client, f"/scenarios/?for={one}")) for one in ("learner", "developer"))
    assert "Where does a value live?" in learner
    assert "Where does a value live?" not in developer
    assert "SameSite=Strict and the callback" in developer
    assert text_of(get(client, "/scenarios/?for=nobody")) == text_of(get(client, "/scenarios/"))


def test_a_stage_that_is_not_in_force_begins_by_its_button_only(client):
    page = text_of(get(client, STAGE))
    assert "Start this stage" in page
    assert "Lock my prediction" not in page
    assert runs.current().is_usual
    assert post(client, STAGE).headers["Location"] == "/run/"
    assert (runs.current().scenario, runs.current().stage) == ("same_site_strict", "with_password")


@pytest.mark.parametrize(
    "path", [STAGE, MODE, f"{STAGE}predict/", "/run/end/", "/attempts/1/look/", "/scenarios/forget/"]
)
def test_another_page_can_choose_and_answer_nothing(client, in_force, path):
    before = runs.current()
    assert post(client, path, PREDICTION, origin="http://evil.example").status_code == 403
    assert runs.current() == before
    assert attempts.all_attempts() == []


@pytest.mark.parametrize(
    "path",
    [
        "/scenarios/no_such/stage/",
        "/scenarios/misbehaving/no_such/",
        "/scenarios/cookie_clash/no_such/",
        "/attempts/7/",
        "/attempts/999999999999/",
    ],
)
def test_what_there_is_not_has_a_page_that_leads_to_the_list(client, path):
    response = get(client, path)
    assert response.status_code == 404
    assert "All scenarios" in text_of(response)


def test_the_page_waits_until_all_three_answer_and_then_leads_through_them(client):
    runs.begin("same_site_strict", "with_password", {})
    waiting = get(client, "/run/")
    assert waiting.headers["Refresh"] == "1"
    assert "The three servers start again." in text_of(waiting)
    assert "data-state" not in waiting.content.decode()  # it asks for no news: they would lead away
    for server in SERVERS[:2]:
        runs.note_ready(server.name, runs.current())
    assert "Refresh" in get(client, "/run/").headers
    runs.note_ready(SERVERS[2].name, runs.current())
    led = get(client, "/run/")
    assert led.headers["Location"] == "http://identity.localhost:8000/session/forget/?then=scenario"
    assert led.headers["Referrer-Policy"] == "origin"


def test_back_to_normal_waits_as_well_and_nobody_forgets_anything(client, in_force):
    runs.end()
    assert "They go back to their usual settings and databases." in text_of(get(client, "/run/"))
    for server in SERVERS:
        runs.note_ready(server.name, runs.current())
    assert get(client, "/run/").headers["Location"] == "/scenarios/"


def test_the_way_through_the_servers_ends_at_the_stage_in_force(client, in_force):
    assert get(client, "/start-over/?forgotten=yes&then=scenario").headers["Location"] == STAGE
    runs.end()
    assert get(client, "/start-over/?forgotten=yes&then=scenario").headers["Location"] == "/scenarios/"


@pytest.mark.parametrize(
    "answers",
    [{}, {"sign_in": "works"}, {"sure": "sure"}, PREDICTION | {"sign_in": "perhaps"}, PREDICTION | {"sure": "x"}],
)
def test_a_prediction_is_whole_or_is_asked_for_again(client, in_force, answers):
    response = post(client, f"{STAGE}predict/", answers)
    assert response.status_code == 400
    assert "Choose one answer to each question" in text_of(response)
    assert attempts.all_attempts() == []


def test_a_prediction_about_a_stage_that_is_not_in_force_leads_to_its_page(client):
    assert post(client, f"{STAGE}predict/", PREDICTION).headers["Location"] == STAGE
    assert attempts.all_attempts() == []


def test_before_a_prediction_neither_reason_nor_explanation_is_on_the_page(client, in_force):
    page = text_of(get(client, STAGE))
    assert "kept the Strict cookie back" not in page
    assert "counts as coming from there" not in page


def test_before_a_prediction_the_page_says_nothing_of_what_it_knows_of_the_clash(client):
    runs.begin("cookie_clash", "default_names", {})
    for name in ("site_a", "site_b"):
        announce(Participant(name, "http://localhost:8001", run=runs.current().mark, session_cookie="sessionid"))
    assert "each overwrites or deletes the other’s" in text_of(get(client, "/ladder/"))
    assert "overwrites" not in text_of(get(client, "/scenarios/cookie_clash/default_names/"))


def test_a_step_is_ticked_by_what_came_after_the_prediction_from_this_browser_in_this_run(client, in_force, attempt):
    come_back(in_force, agent="another browser")
    come_back(announce(Participant("site_a", "http://site-a.localhost:8001", run="another")))
    assert 'class="done"' not in get(client, attempt).content.decode()
    assert "Show the verdict" not in text_of(get(client, attempt))
    come_back(in_force)
    page = get(client, attempt)
    assert 'class="done"' in page.content.decode()
    assert "What did site A show you at the end?" in text_of(page)


def test_what_came_before_the_prediction_does_not_count(client, in_force):
    come_back(in_force)
    attempt = post(client, f"{STAGE}predict/", PREDICTION).headers["Location"]
    assert 'class="done"' not in get(client, attempt).content.decode()


def test_nobody_sees_the_verdict_before_the_steps_are_done_and_one_has_said_what_one_saw(client, in_force, attempt):
    seen = {"sign_in": "The sign-in fails."}
    assert post(client, f"{attempt}look/", seen).headers["Location"] == attempt
    assert not attempts.all_attempts()[0].is_over
    come_back(in_force)
    for wrong in ({}, {"sign_in": "x"}):
        response = post(client, f"{attempt}look/", wrong)
        assert response.status_code == 400
        assert "Say what you saw, for each question" in text_of(response)
    assert post(client, f"{attempt}look/", seen).headers["Location"] == attempt
    assert attempts.all_attempts()[0].is_over


@pytest.fixture
def verdict(client, in_force, attempt):
    def verdict(saw="The sign-in fails.", **content):
        come_back(in_force, **content)
        post(client, f"{attempt}look/", {"sign_in": saw})
        return text_of(get(client, attempt))

    return verdict


def test_a_wrong_prediction_gets_the_reason_for_that_very_belief(verdict):
    page = verdict()
    assert "You are signed in. The cookie is only kept from other people’s pages. Not so. You were sure." in page
    assert "You thought: The cookie is only kept from other people’s pages." in page
    assert "counts as coming from there" in page
    assert "The sign-in fails. ✓ The servers saw the same." in page
    assert "So it kept the Strict cookie back." in page
    assert "/oidc/callback/" in page


def test_who_saw_something_else_than_the_servers_is_told(verdict):
    assert "The servers saw something else." in verdict(saw="You are signed in.")


def test_what_usually_does_not_happen_is_said_to_be_so(verdict):
    page = verdict(saw="You are signed in.", after=row("a1", **KNOWN))
    assert "That is not what usually happens" in page


def test_the_next_stage_is_the_repair(verdict):
    page = verdict()
    assert "Now Identity knows you already" in page
    assert "Next: You sign in at Identity first." in page


def test_the_first_answer_stands(client, in_force, attempt, verdict):
    verdict()
    before = attempts.all_attempts()
    post(client, f"{attempt}look/", {"sign_in": "You are signed in."})
    assert attempts.all_attempts() == before


def test_the_predictions_on_this_machine_are_counted(client, in_force, verdict):
    assert "The cookie is only kept from other people’s pages. 1 (you, too)" in verdict()
    other = post(client, f"{STAGE}predict/", {"sign_in": "fails", "sure": "guess"}).headers["Location"]
    come_back(in_force, at=5)
    post(client, f"{other}look/", {"sign_in": "The sign-in fails."})
    page = text_of(get(client, other))
    assert "The callback comes from another site. 1 (you, too) ✓ observed" in page
    assert "The cookie is only kept from other people’s pages. 1 " in page


def test_what_the_check_does_not_know_is_said_so(client, in_force, attempt, monkeypatch):
    from lab.inspector.scenarios import views
    from lab.staging.parts import Verdict

    monkeypatch.setattr(views, "verdict_of", lambda stage, entries: Verdict({"sign_in": ""}, ()))
    post(client, f"{attempt}look/", {"sign_in": "The sign-in fails."})
    page = text_of(get(client, attempt))
    assert "Something else happened." in page
    assert "start the stage again" in page


def test_what_was_measured_is_shown_as_a_table(client, in_force, attempt, monkeypatch):
    from lab.inspector.scenarios import views
    from lab.staging.parts import Verdict

    entry = Entry(NOW, "site_a", Measurement("rows", {"rows": (10.0, 2000.0), "ms": (0.5, 1.25)}), participant=in_force)
    add(entry)
    monkeypatch.setattr(views, "verdict_of", lambda stage, entries: Verdict({"sign_in": "fails"}, (entry,)))
    post(client, f"{attempt}look/", {"sign_in": "The sign-in fails."})
    page = text_of(get(client, attempt))
    assert "What was measured rows ms 10 0.50 2,000 1.25 " in page
    assert "emptied" not in page


def test_attempts_stay_when_the_journal_is_emptied_and_the_messages_are_missed(client, attempt, verdict):
    verdict()
    empty()
    assert newest_id() == 0
    page = text_of(get(client, attempt))
    assert "They are not in the journal any more" in page
    assert "Not so." in page


def test_a_prediction_of_a_run_that_is_over_leads_to_its_stage(client, attempt):
    runs.end()
    assert get(client, attempt).headers["Location"] == STAGE


def test_back_to_normal_is_one_button_on_every_page_of_a_stage(client, in_force, attempt, verdict):
    for path in (STAGE, attempt, "/scenarios/"):
        assert "Back to normal" in text_of(get(client, path))
    assert post(client, "/run/end/").headers["Location"] == "/run/"
    assert runs.current().is_usual
    assert "Back to normal" not in text_of(get(client, "/scenarios/"))


def test_every_page_of_the_lab_says_that_a_scenario_is_on_and_leads_there(client, in_force):
    assert f'<a class="brand" href="{ORIGIN}{STAGE}">Scenario on</a>' in get(client, "/ladder/").content.decode()
    runs.end()
    assert "Scenario on" not in get(client, "/ladder/").content.decode()


def test_each_way_to_misbehave_is_one_button_of_the_list(client):
    page = get(client, "/scenarios/").content.decode()
    for mode in MODES:
        assert f'<button formaction="/scenarios/misbehaving/{mode.name}/">' in page
        assert mode.title.replace("`", "") in text_of(get(client, "/scenarios/"))


def test_such_a_button_begins_a_run_which_waits_for_the_provider_as_well(client):
    assert post(client, MODE).headers["Location"] == "/run/"
    run = runs.current()
    assert (run.scenario, run.stage, run.provider) == ("misbehaving", "same_kid", "same_kid")
    for server in SERVERS:
        runs.note_ready(server.name, runs.current())
    assert "as soon as all three and the other provider answer" in text_of(get(client, "/run/"))
    runs.note_ready("provider", runs.current())
    assert get(client, "/run/").headers["Location"].startswith("http://identity.localhost:8000/session/forget/")
    assert get(client, "/start-over/?forgotten=yes&then=scenario").headers["Location"] == MODE


def test_the_page_of_a_mode_says_what_to_try_where_to_look_and_what_follows(client):
    assert "Start this provider" in text_of(get(client, MODE))
    runs.begin("misbehaving", "same_kid", {}, "same_kid")
    page, text = get(client, MODE).content.decode(), text_of(get(client, MODE))
    assert "Start this provider" not in text
    assert "Once the site has its key, it signs with another one under the same kid." in text
    assert "Choose Sign in at the other provider." in text
    assert "Choose Sign out of this site, and sign in again." in text
    assert "The first sign-in works." in text
    assert "OpenID Connect Core 1.0, 10.1.1" in text
    assert 'href="http://site-b.localhost:8002/"' in page
    assert 'href="/ladder/"' in page
    assert "Back to normal" in text
    for path in ("/scenarios/", "/ladder/"):
        assert f'{MODE}"' in get(client, path).content.decode()


def test_where_one_sign_in_shows_it_nobody_is_asked_for_a_second_one(client):
    runs.begin("misbehaving", "expired", {}, "expired")
    assert "sign in again" not in text_of(get(client, "/scenarios/misbehaving/expired/"))


def test_the_page_of_a_mode_that_is_not_in_force_begins_it_by_its_button_only(client):
    runs.begin("misbehaving", "expired", {}, "expired")
    assert "Start this provider" in text_of(get(client, MODE))
    assert runs.current().stage == "expired"


def test_what_the_variable_chose_is_said_and_a_later_choice_takes_its_place(client):
    runs.begin("same_site_strict", "with_password", {}, is_by_variable=True)
    assert "LAB_SCENARIO chose it." in text_of(get(client, "/scenarios/"))
    post(client, "/scenarios/cookie_clash/path/")
    assert not runs.current().is_by_variable
    assert "LAB_SCENARIO" not in text_of(get(client, "/scenarios/"))


def test_a_run_of_another_version_of_the_lab_can_be_left(client):
    runs.begin("no_such", "stage", {})
    page = get(client, "/scenarios/")
    assert "Back to normal" in text_of(page)
    assert re.search(r'href="(/scenarios/no_such/stage/)"', page.content.decode())


def test_all_predictions_are_there_for_programs(client, verdict):
    verdict()
    (attempt,) = get(client, "/scenarios.json").json()["attempts"]
    assert (attempt["scenario"], attempt["stage"]) == ("same_site_strict", "with_password")
    assert (attempt["predicted"], attempt["shown"]) == ({"sign_in": "works"}, {"sign_in": "fails"})


def test_what_follows_by_itself_is_no_link_and_a_page_is(client):
    runs.begin("broken_callbacks", "two_tabs", {})
    page = get(client, "/scenarios/broken_callbacks/two_tabs/").content.decode()
    steps = re.search(r'<ol class="ticks">(.*?)</ol>', page, re.DOTALL)[1].split("</li>")
    stage = scenario_named("broken_callbacks").stage("two_tabs")
    assert {step.is_to_open for step in stage.steps} == {True, False}
    for step, shown in zip(stage.steps, steps, strict=False):
        assert ("<a " in shown) == step.is_to_open


def test_what_ends_when_is_set_side_by_side_the_first_first(client):
    entries = (
        exchange(
            "site_b",
            "/oidc/callback/",
            tells=[told("site_b_session", "b1", "site_b", **{"max-age": "28800"})],
            id_token=token({"exp": (START + timedelta(minutes=5)).timestamp()}),
        ),
        exchange("site_b", after=row("b1", hours=7)),
        exchange("identity", after=row("i1", hours=336)),
    )
    attempt = attempts.begin(1, "lifetimes", "four_clocks", {"first": "row"}, True, START)
    attempts.finish(attempt, {"first": "The ID Token."}, {"first": "token"}, tuple(one.id for one in entries))
    page = text_of(get(client, f"/attempts/{attempt.id}/"))
    clocks = ["ID Token", "Row of site B", "Cookie of site B", "Session at Identity"]
    table = page[page.index("What ends when") :]
    assert sorted(clocks, key=table.index) == clocks
    empty()
    assert "What ends when" not in text_of(get(client, f"/attempts/{attempt.id}/"))


def test_predictions_are_deleted_if_somebody_wants_that(client, attempt):
    assert "Delete all predictions" in text_of(get(client, "/start-over/"))
    assert post(client, "/scenarios/forget/").headers["Location"] == "/scenarios/"
    assert attempts.all_attempts() == []
    assert "Or the predictions were deleted." in text_of(get(client, attempt))


def test_the_tab_of_the_scenarios_is_marked_on_each_page_of_a_stage(client, in_force, attempt):
    for path in (STAGE, attempt):
        assert 'href="/scenarios/" aria-current="true">Scenarios</a>' in get(client, path).content.decode()


def test_who_tried_a_stage_sees_it_ticked(client, verdict):
    assert "Tried: 0 of" in text_of(get(client, "/scenarios/?for=developer"))
    verdict(after=row("a1", **KNOWN))
    page = get(client, "/scenarios/?for=developer")
    assert "Tried: 1 of" in text_of(page)
    assert page.content.decode().count('class="done"') == 1
    assert '<h2><a href="/scenarios/same_site_strict/without_password/">' in page.content.decode()  # the next one
    assert "Predicted: You are signed in. Observed: You are signed in." in text_of(page)
    assert "Predicted" not in text_of(get(client, "/scenarios/?for=learner"))


def test_a_prediction_that_is_locked_is_found_again_after_the_browser_was_closed(client, in_force, attempt):
    page = get(client, STAGE)
    assert "A prediction is locked already" in text_of(page)
    assert f'href="{attempt}"' in page.content.decode()


def test_one_whose_verdict_was_read_waits_no_more(client, verdict):
    verdict()
    assert "A prediction is locked already" not in text_of(get(client, STAGE))


def leave(server, path, *form):
    run = Participant(server, f"http://{server}.localhost", run=runs.current().mark, session_cookie="s")
    exchange(server, path, agent=AGENT, participant=announce(run), method="POST", status=302, form=list(form))


def test_who_does_what_another_stage_asks_for_reads_that_and_can_start_again(client):
    runs.begin("leaving", "staying", {})
    predicted = {"identity": "known", "site_a": "gone", "site_b": "known", "sure": "guess"}
    attempt = post(client, "/scenarios/leaving/staying/predict/", predicted).headers["Location"]
    leave("site_a", "/oidc/logout-everywhere/")
    assert "what another stage asks for" not in text_of(get(client, attempt))
    leave("identity", "/identity/o/logout/decide", ("decision", "leave"))
    page = text_of(get(client, attempt))
    assert "You did what another stage asks for: “You are signed in at all three. You sign out of site A and at" in page
    assert "Start this stage again" in page


def test_without_recorder_nothing_can_be_seen(client, settings, in_force):
    configure(settings, recording=False)
    assert "Lock my prediction" not in text_of(get(client, STAGE))


PROXIED = "/scenarios/behind_a_proxy/loop/"


def test_a_stage_that_needs_more_than_there_is_says_so_and_does_not_begin(client, monkeypatch):
    monkeypatch.setattr(serving, "IS_HTTPS", False)
    monkeypatch.setattr(serving, "nginx", lambda: None)
    page = get(client, PROXIED)
    assert page.status_code == 200
    assert "LAB_HTTPS=1 make run" in text_of(page)
    assert "apt-get install nginx" in text_of(page)
    assert "Start this stage" not in text_of(page)
    assert post(client, PROXIED).status_code == 200
    assert runs.current().is_usual
    assert "Needs nginx: on Debian, apt-get install nginx" in text_of(get(client, "/scenarios/?for=developer"))


def test_where_it_is_there_it_begins(client, monkeypatch):
    monkeypatch.setattr(serving, "IS_HTTPS", True)
    monkeypatch.setattr(serving, "nginx", lambda: "nginx")
    monkeypatch.setattr(serving, "is_own", lambda address: True)
    assert "Start this stage" in text_of(get(client, PROXIED))
    assert post(client, PROXIED).status_code == 302
    assert runs.current().stage == "loop"
