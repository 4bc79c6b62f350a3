"""What can be amiss with the settings of the servers, and between their settings and Identity."""

import pytest

from lab.doctor import projects
from lab.doctor.projects import Project, check_settings, findings_of_issuer, probed
from lab.servers import IDENTITY, INSPECTOR, SITE_A, Server
from tests.lab.doctor.examined import begin, examine, found_by


def whats(check, lab):
    return [finding["what"] for finding in found_by(check, lab)]


def test_what_the_system_checks_of_a_project_say_is_found(started_before):
    begin("same_site_strict", started_before)
    (finding,) = found_by("settings", started_before)
    assert finding["what"].startswith("site A: SESSION_COOKIE_SAMESITE is 'Strict'")
    assert finding["why"] == "It starts all the same: relying_party.W001 warns only."
    assert finding["mend"] == "${EDITOR:-vi} site_a/settings.py"


def test_settings_that_cannot_be_read_are_found(monkeypatch, tmp_path):
    nowhere = probed(Project(Server("nowhere", "site N", "", "N", 5, 8009)), str(tmp_path))
    monkeypatch.setattr(projects, "projects", lambda: (nowhere,))
    (finding,) = check_settings()
    assert finding.what == ("The settings of site N cannot be used: ModuleNotFoundError: No module named 'nowhere'.")
    assert finding.mend == "${EDITOR:-vi} nowhere/settings.py"


def test_an_error_of_the_system_checks_keeps_a_server_from_starting(monkeypatch):
    project = Project(SITE_A, messages=(("relying_party.E001", "OIDC_OP_ISSUER is not set.", True),))
    monkeypatch.setattr(projects, "projects", lambda: (project,))
    (finding,) = check_settings()
    assert finding.what == "site A: OIDC_OP_ISSUER is not set."
    assert finding.why == "It does not start: relying_party.E001 is an error."


def test_the_settings_of_the_inspector_are_where_it_is():
    assert projects.edit(Project(INSPECTOR)) == "${EDITOR:-vi} shared/lab/inspector/settings.py"


def test_equal_cookie_names_on_one_host_are_found(started_before):
    begin("cookie_clash", started_before)
    found = whats("cookie names", started_before)
    assert "Identity and site A both set a cookie sessionid at localhost." in found
    assert all(what.endswith(" at localhost.") for what in found)


def test_which_scenario_is_on_is_said_before_what_it_breaks(started_before):
    begin("cookie_clash", started_before)
    done = examine(started_before)
    assert done.returncode == 1
    assert done.stdout.index("Scenario      cookie_clash, stage ") < done.stdout.index("FAULT  cookie names")
    assert "       what  Identity and site A both set a cookie" in done.stdout
    assert "       mend  " in done.stdout


def test_an_issuer_that_differs_by_a_slash_is_found_by_both_channels(started_before):
    begin("two_names:slash", started_before)
    started_before.start("identity")
    origin = started_before.origin("identity")
    assert whats("issuer", started_before) == [
        f"site A expects the issuer {origin}/. Identity tells {who}: {origin}." for who in ("a browser", "site A")
    ]


def test_a_site_that_signs_in_at_the_other_provider_asks_identity_nothing(started_before):
    begin("broken_callbacks:same_kid", started_before)
    started_before.start("identity")
    assert found_by("issuer", started_before) == []


def test_an_identity_that_was_started_with_other_variables_is_found(started_before):
    started_before.start("identity")
    started_before.port += 4
    (finding,) = found_by("issuer", started_before)
    assert finding["what"].endswith(f"does not answer at {started_before.origin('identity')}.")


def test_while_identity_does_not_run_nobody_is_asked(started_before):
    begin("two_names:slash", started_before)
    assert found_by("issuer", started_before) == []


@pytest.mark.parametrize("answer", [None, [], {}])
def test_metadata_that_name_no_issuer_are_found(monkeypatch, answer):
    class Answer:
        json = answer

    monkeypatch.setattr(projects, "exchange", lambda *args: Answer)
    settings = {"OIDC_OP_ISSUER": IDENTITY.origin, "OIDC_OP_ADDRESS": IDENTITY.back_channel_address}
    endpoints = {f"OIDC_OP_{name}_ENDPOINT": f"{IDENTITY.origin}/x" for name in ("AUTHORIZATION", "TOKEN")}
    found = list(findings_of_issuer(Project(SITE_A, settings={**settings, **endpoints})))
    assert [finding.what.rpartition(" ")[2] for finding in found] == ["nothing.", "nothing."]
