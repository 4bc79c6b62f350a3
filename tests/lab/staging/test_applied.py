"""A stage changes the settings of a server when it starts, and what was changed is written down."""

import pytest

from lab import runs, settings
from lab.client_site import settings as client_site
from lab.runs import Run
from lab.servers import IDENTITY, SERVERS, SITE_A, SITE_B
from lab.staging import applied
from lab.staging.applied import changed_by_stage, differences_in_force, differences_of
from lab.staging.catalogue import scenarios
from lab.staging.hosts import ONE_HOST, SIBLINGS
from lab.staging.parts import Addition, Change, Directive, NewSecretKey
from lab.staging.serving import redis_socket
from lab.state import secret

STAGES = [(one.name, stage) for one in scenarios() for stage in one.stages]
OVER_HTTPS = {"SECURE_SSL_REDIRECT": True}  # some stages need that
pytestmark = pytest.mark.usefixtures("state_without_runs")


def usual(server):
    """What the servers set in their own settings, as far as a stage may change it."""
    names = {"SESSION_COOKIE_NAME": f"{server.name}_session", "CSRF_COOKIE_NAME": f"{server.name}_csrftoken"}
    own = {"DATABASES": settings.database_of(server), "SECRET_KEY": secret(f"{server.name}.secret_key")}
    return vars(settings) | OVER_HTTPS | names | own


def test_in_the_usual_run_nothing_is_changed():
    assert changed_by_stage(SITE_A, usual(SITE_A)) == {}


@pytest.mark.parametrize(("scenario", "stage"), STAGES)
def test_what_a_stage_changes_is_in_force_and_differs_from_what_is_usual(scenario, stage):
    runs.begin(scenario, stage.name, stage.hosts, stage.provider)
    for server in SERVERS:
        changed = changed_by_stage(server, site_b() if server == SITE_B else usual(server))
        assert changed.keys() >= stage.settings.get(server.name, {}).keys()
        assert changed.keys() == stage.settings.get(server.name, {}).keys() or (server == SITE_B and stage.provider)
        assert [one.name for one in differences_of(server)] == list(changed)
        assert all(one.usual != one.now and one.why for one in differences_of(server))


@pytest.mark.parametrize("run", [Run(1, "no_scenario", "path"), Run(1, "cookie_clash", "no_stage")])
def test_a_run_that_this_lab_does_not_know_changes_nothing(run):
    runs.write(run)
    assert changed_by_stage(SITE_A, usual(SITE_A)) == {}
    assert differences_in_force() == []


def test_a_setting_that_a_server_does_not_set_differs_from_the_default_of_django():
    runs.begin("same_site_strict", "with_password", {})
    changed_by_stage(SITE_A, {})
    (difference,) = differences_of(SITE_A)
    assert (difference.usual, difference.now) == ("'Lax'", "'Strict'")


def test_what_several_servers_have_alike_stands_once_and_the_hosts_come_first():
    runs.begin("cookie_clash", "default_names", ONE_HOST)
    for server in SERVERS:
        changed_by_stage(server, usual(server))
    host, session, csrf = differences_in_force()
    assert (host.name, host.now, host.servers) == ("host", ("localhost",), SERVERS)
    assert session.usual == ("'identity_session'", "'site_a_session'", "'site_b_session'")
    assert csrf.usual == ("'identity_csrftoken'", "'site_a_csrftoken'", "'site_b_csrftoken'")


def test_what_differs_for_one_reason_is_one_line():
    runs.begin("sibling_hosts", "planted", SIBLINGS)
    (host,) = (one for one in differences_in_force() if one.name == "host")
    assert host.servers == SERVERS
    assert host.now == ("identity.lab.localhost", "site-a.lab.localhost", "site-b.lab.localhost")


def test_how_a_server_is_served_stands_before_its_settings():
    runs.begin("two_workers", "own_keys", {})
    changed_by_stage(SITE_B, usual(SITE_B))
    serving, _, key = differences_in_force()
    assert (serving.name, serving.servers) == ("served by", (SITE_B,))
    assert (serving.usual, serving.now) == (("one process of runserver",), ("two processes of gunicorn",))
    assert key.now == ("get_random_secret_key()",)


def test_what_nginx_says_is_listed_with_how_a_server_is_served():
    runs.begin("behind_a_proxy", "first", {})
    serving, *headers = differences_in_force()
    assert "nginx over https" in serving.now[0]
    assert [one.now[0].split()[:2] for one in headers] == [
        ["proxy_set_header", "X-Forwarded-Proto"],
        ["proxy_set_header", "X-Forwarded-For"],
    ]


def test_of_the_caches_one_is_redis():
    runs.begin("session_stores", "redis", {})
    changed = changed_by_stage(SITE_B, usual(SITE_B))
    assert changed["CACHES"] == {
        **settings.CACHES,
        settings.SESSION_CACHE_ALIAS: {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{redis_socket()}",
        },
    }


def test_a_new_secret_key_is_another_one_in_each_process():
    new = NewSecretKey("why")
    assert len({"usual", new.applied_to("usual"), new.applied_to("usual")}) == 3


def test_a_change_takes_the_place_and_an_addition_stands_after_another():
    assert Change("b", "why").applied_to("a") == "b"
    assert Addition("new", "why", after="one").applied_to(["one", "two"]) == ["one", "new", "two"]
    assert Addition("new", "why").applied_to(["one", "two"]) == ["one", "two", "new"]


def test_of_a_policy_one_directive_has_other_sources():
    usual = {"DIRECTIVES": {"img-src": ["'self'"], "frame-ancestors": ["'none'"]}}
    changed = Directive("frame-ancestors", ("http://a.localhost",), "why")
    assert changed.applied_to(usual)["DIRECTIVES"] == usual["DIRECTIVES"] | {"frame-ancestors": ["http://a.localhost"]}
    assert changed.shown(usual) == ("frame-ancestors 'none'", "frame-ancestors http://a.localhost")
    assert Directive("frame-src", ("'self'",), "why").shown(usual) == ("", "frame-src 'self'")


def test_a_shared_database_is_that_of_the_other_server_in_the_same_run_and_a_shared_key_its_key():
    run = runs.begin("shared_store", "looks_like_sso", ONE_HOST)
    changed = changed_by_stage(SITE_B, usual(SITE_B))
    assert changed["DATABASES"]["default"]["NAME"] == runs.database_of("site_a", run)
    assert changed["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert changed["SECRET_KEY"] == secret("site_a.secret_key") != usual(SITE_B)["SECRET_KEY"]
    assert "SECRET_KEY" not in changed_by_stage(SITE_A, usual(SITE_A))


def test_no_secret_is_written_down(state_without_runs):
    run = runs.begin("shared_store", "looks_like_sso", ONE_HOST)
    changed_by_stage(SITE_B, usual(SITE_B))
    written = "".join(one.read_text() for one in runs.folder_of(run).glob("*.json"))
    assert "that of site A" in written
    assert secret("site_a.secret_key") not in written


def test_a_server_that_has_not_started_yet_has_said_nothing():
    runs.begin("cookie_clash", "path", {})
    assert differences_of(SITE_B) == []
    assert applied.differences_in_force() == []


def begin_mode(name="slow"):
    return runs.begin("misbehaving", name, {}, name)


def site_b():
    own = {"OIDC_RP_CLIENT_SECRET": secret("site_b.client_secret"), "OIDC_RP_CLIENT_ID": "site-b"}
    return usual(SITE_B) | vars(client_site) | OVER_HTTPS | own


def test_in_a_run_by_mode_site_b_signs_in_at_the_other_provider_and_nobody_else_does():
    begin_mode()
    changed = changed_by_stage(SITE_B, site_b())
    assert {name.removeprefix("OIDC_") for name in changed} == {
        "OP_ISSUER", "OP_AUTHORIZATION_ENDPOINT", "OP_TOKEN_ENDPOINT", "OP_USER_ENDPOINT", "OP_JWKS_ENDPOINT",
        "OP_END_SESSION_ENDPOINT", "OP_ADDRESS", "RP_CLIENT_ID", "RP_CLIENT_SECRET", "CONTENT_SECURITY_POLICY",
    }  # fmt: skip
    assert changed["OIDC_OP_ISSUER"] == "http://provider.localhost:8004"
    assert changed["OIDC_OP_ADDRESS"] == "127.0.0.1:8004"
    assert all(one.usual != one.now and one.why for one in differences_of(SITE_B))
    for server in (IDENTITY, SITE_A):
        assert changed_by_stage(server, usual(server)) == {}


def test_the_secret_that_identity_knows_is_neither_sent_there_nor_written_down():
    run = begin_mode()
    changed = changed_by_stage(SITE_B, site_b())
    assert changed["OIDC_RP_CLIENT_SECRET"] == "of-the-shop"
    written = "".join(one.read_text() for one in runs.folder_of(run).glob("*.json"))
    assert secret("site_b.client_secret") not in written


def test_its_forms_may_lead_to_the_other_provider_and_nothing_else_of_the_policy_changes():
    begin_mode()
    before = client_site.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    after = changed_by_stage(SITE_B, site_b())["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert after == before | {"form-action": ["'self'", "http://provider.localhost:8004"]}
    assert "http://provider.localhost:8004" not in before["form-action"]


def test_a_mode_that_this_lab_does_not_know_changes_nothing():
    begin_mode("no_such_mode")
    assert changed_by_stage(SITE_B, site_b()) == {}
