"""The table of RP sessions, from the names of before to those of now."""

import pytest
from allauth.idp.oidc.models import Client, Token
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from backchannel_logout.models import RelyingPartySession, TokenBinding

APP = "backchannel_logout"
OLD_ROW = """
INSERT INTO backchannel_logout_relyingpartysession
  (sid, session_key, client_id, user_id, subject, began, ended, told, tries, next_try, outcome)
VALUES ('the-sid', 'k1', 'site-a', NULL, '7', '2026-11-24 07:00:00', '2026-11-24 08:00:00', NULL, 3,
        '2026-11-24 08:00:08', 'answered 500')
"""


@pytest.fixture
def migrate(transactional_db):
    yield lambda name: MigrationExecutor(connection).migrate([(APP, name)])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes(APP))


def test_rows_are_kept_under_their_new_names(migrate, seeded_anew):
    migrate("0002_user")
    with connection.cursor() as cursor:
        cursor.execute(OLD_ROW)
    migrate("0004_user_agent")
    row = RelyingPartySession.objects.get()
    assert (row.sid, row.session_key, row.client_id, row.subject) == ("the-sid", "k1", "site-a", "7")
    assert (row.attempts, row.last_error, row.notified_at, row.user_agent) == (3, "answered 500", None, "")
    assert (row.began_at.hour, row.ended_at.hour, row.next_attempt_at.second) == (7, 8, 8)


def test_tokens_are_bound_to_the_session_that_their_data_named(migrate, seeded_anew):
    site = Client.objects.get(pk="site-a")
    here, there = (RelyingPartySession.objects.create(sid=sid, session_key=sid, client=site) for sid in ("s1", "s2"))
    migrate("0004_user_agent")
    data = {
        "code": {"sid": "s1", "auth_time": 1790000000.5, "amr": ["pwd"], "claims": {}},
        "undated": {"sid": "s1", "auth_time": None, "amr": []},
        "access": {"sid": "s2"},
        "forgotten": {"sid": "s3"},
        "of no code": None,
        "of no session": {"sid": None},
    }
    Token.objects.bulk_create(
        Token(type=Token.Type.ACCESS_TOKEN, hash=name, data=about) for name, about in data.items()
    )
    migrate("0005_token_binding")
    assert not Token.objects.filter(hash="forgotten").exists()  # it was refused
    assert Token.objects.count() == len(data) - 1
    bound = TokenBinding.objects.values_list("token__hash", "rp_session", "claims")
    assert sorted(bound, key=str) == [
        ("access", there.pk, {}),
        ("code", here.pk, {"auth_time": 1790000000, "amr": ["pwd"]}),
        ("undated", here.pk, {}),
    ]


def test_they_name_no_app_of_the_lab(db):
    loader = MigrationLoader(connection)
    named = {
        dependency[0]
        for (app, _), migration in loader.disk_migrations.items()
        if app == APP
        for dependency in migration.dependencies
    }
    assert named <= {APP, "allauth_idp_oidc", "auth", "__setting__"}
