"""On which session at the provider a site's session hangs."""

import pytest

from session_inspector.inspector.observed.lineage import HangsOn
from session_inspector.inspector.observed.server_state import columns_of
from tests.session_inspector.inspector.traffic import (
    ALICE,
    IDENTITY,
    KNOWN,
    NOW,
    address,
    begin_sign_in,
    change,
    come_back,
    exchange,
    forgotten,
    give_password,
    masked,
    row,
    told,
)

CALLBACK = "http://site-a.localhost:8001/oidc/callback/"


@pytest.fixture
def at_site(visitor):
    return lambda: next(column for column in columns_of(visitor, NOW) if column.server.name == "site_a")


def grant(key, at):
    """Identity gives site A a code, by its session with that key."""
    known = row(key, **KNOWN)
    exchange(
        "identity", "/identity/o/authorize", at, sends={"identity_session": key}, before=known, after=known, user=ALICE,
        status=302, location=address(CALLBACK, code=masked("c0de")), journey="j1",
    )  # fmt: skip


@pytest.fixture
def signed_in():
    begin_sign_in()
    give_password()
    grant("i1", 2.5)
    come_back()


@pytest.mark.usefixtures("signed_in")
def test_it_is_the_present_one(at_site):
    column = at_site()
    assert (column.hangs_on, column.lineage.key) == (HangsOn.PRESENT, masked("i1"))


@pytest.mark.usefixtures("signed_in")
def test_it_is_the_present_one_under_a_new_key_too(at_site):
    exchange(
        "identity", "/", 10, sends={"identity_session": "i1"}, before=row("i1", **KNOWN), after=row("i2", **KNOWN),
        tells=[told("identity_session", "i2", "identity")], user=ALICE,
    )  # fmt: skip
    assert at_site().hangs_on == HangsOn.PRESENT


@pytest.mark.usefixtures("signed_in")
def test_after_another_sign_in_at_the_provider_it_is_an_earlier_one(at_site):
    exchange("identity", "/", 10)  # the cookie is gone
    exchange(
        "identity", "/accounts/login/", 11, method="POST", status=302, location=f"{IDENTITY}/",
        tells=[told("identity_session", "i9", "identity")], after=row("i9", **KNOWN), user=ALICE,
    )  # fmt: skip
    assert at_site().hangs_on == HangsOn.EARLIER


@pytest.mark.usefixtures("signed_in")
def test_where_the_provider_knows_nobody_any_more_it_says_so(at_site):
    exchange(
        "identity", "/accounts/logout/", 10, method="POST", status=302, location="/signed-out/",
        sends={"identity_session": "i1"}, before=row("i1", **KNOWN), tells=[forgotten("identity_session", "identity")],
    )  # fmt: skip
    assert at_site().hangs_on == HangsOn.NONE


@pytest.mark.usefixtures("signed_in")
def test_its_row_at_the_provider_may_be_deleted_by_a_command(at_site):
    change("deleted", "i1", server="identity", at=10)
    assert at_site().hangs_on == HangsOn.NONE


def test_where_the_sign_in_is_not_recorded_nothing_is_said(at_site):
    begin_sign_in()
    come_back()
    column = at_site()
    assert column.recognised
    assert (column.lineage, column.hangs_on) == (None, None)
