"""The provider that somebody has chosen for a site, as it is kept from one start to the next."""

import json

import pytest

from lab import chosen_provider, runs
from lab.chosen_provider import Choice, choice_for, forget, keep
from lab.client_site import settings as client_site
from lab.client_site.settings import at_chosen_provider
from lab.servers import SITE_A, SITE_B
from lab.state import secret_path
from relying_party.provider_settings import ADDRESSES, OPTIONAL
from tests.chosen import CHOICE


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    forget(SITE_A)


def test_it_is_that_site_s_alone_and_only_its_owner_can_read_it():
    keep(SITE_A, CHOICE)
    assert (choice_for(SITE_A), choice_for(SITE_B)) == (CHOICE, None)
    assert chosen_provider.path_of(SITE_A).stat().st_mode & 0o777 == 0o600


def test_a_choice_is_forgotten_also_twice():
    keep(SITE_A, CHOICE)
    forget(SITE_A)
    forget(SITE_A)
    assert choice_for(SITE_A) is None


def test_it_lies_among_the_secrets_which_make_reset_removes():
    assert chosen_provider.path_of(SITE_A).parent == secret_path("any").parent


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"settings": {}}', '{"settings": {}, "notes": []}', '{"settings": [], "notes": []}']
    + [json.dumps({"settings": {"OIDC_OP_ISSUER": issuer}, "notes": []}) for issuer in ("", 1, ["x"], {})],
)
def test_a_file_that_is_damaged_is_no_choice(text):
    keep(SITE_A, CHOICE)
    chosen_provider.path_of(SITE_A).write_text(text)
    assert choice_for(SITE_A) is None


@pytest.mark.parametrize("name", [*ADDRESSES, *OPTIONAL])
@pytest.mark.parametrize("value", [["x"], {}, 1, "", "https://[", "//op.example", "https://op.example/\ud800"])
def test_a_file_whose_addresses_were_changed_to_something_else_is_no_choice(name, value):
    keep(SITE_A, Choice({**CHOICE.settings, name: value}))
    assert choice_for(SITE_A) is None
    assert at_chosen_provider(SITE_A) == {}


@pytest.mark.parametrize("name", ["OIDC_RP_CLIENT_ID", "OIDC_RP_SIGN_ALGO"])
@pytest.mark.parametrize("value", [None, "", 1])
def test_a_file_without_a_client_is_no_choice(name, value):
    keep(SITE_A, Choice({**CHOICE.settings, name: value}))
    assert choice_for(SITE_A) is None


@pytest.mark.parametrize("name", sorted(CHOICE.settings))
def test_a_file_that_lacks_a_setting_is_no_choice(name):
    keep(SITE_A, Choice({one: value for one, value in CHOICE.settings.items() if one != name}))
    assert choice_for(SITE_A) is None


def test_a_file_with_a_setting_of_another_kind_is_no_choice():
    keep(SITE_A, Choice({**CHOICE.settings, "DEBUG": True}))
    assert choice_for(SITE_A) is None


@pytest.mark.parametrize(("name", "value"), [("IS_CLASS", True), ("PROXIES", 1)])
def test_a_lab_for_a_class_or_behind_proxies_keeps_to_identity(monkeypatch, name, value):
    keep(SITE_A, CHOICE)
    monkeypatch.setattr(chosen_provider, name, value)
    assert choice_for(SITE_A) is None


def test_the_site_sets_what_was_kept_and_its_forms_may_lead_there():
    keep(SITE_A, CHOICE)
    found = at_chosen_provider(SITE_A)
    assert CHOICE.settings.items() <= found.items()
    assert found["OIDC_OP_ADDRESS"] == ""
    form_action = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
    assert form_action == ["'self'", "https://login.op.example"]


def test_a_scenario_is_about_identity_whatever_was_chosen(monkeypatch):
    keep(SITE_A, CHOICE)
    monkeypatch.setattr(client_site.lab, "RUN", runs.Run(1, "lost_update", "slow"))
    assert at_chosen_provider(SITE_A) == {}
