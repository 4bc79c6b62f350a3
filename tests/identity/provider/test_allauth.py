"""What Identity and backchannel_logout replace inside django-allauth, override or call there without it being public.

A new release of allauth that changes one of these fails here, and only then may the window of versions be moved.
"""

import dataclasses
import inspect
import sys
import tomllib
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import jwkkit
from allauth.idp.oidc import views
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib import authorization_codes
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import ValidatorContext
from allauth.idp.oidc.models import Token, TokenQuerySet
from allauth.usersessions.models import UserSessionManager
from django.contrib.auth.backends import ModelBackend
from oauthlib.common import Request
from packaging.requirements import Requirement

import identity.urls  # noqa: F401  what it replaces, it replaces when it is loaded
from backchannel_logout.session_binding import SessionBoundValidator
from identity.provider.request_validator import Validator
from identity.provider.server import the_provider
from tests.identity.provider.protocol import code_for, redeem
from tests.processes import ROOT

OAUTHLIB = "allauth.idp.oidc.internal.oauthlib"
JWKKIT = "allauth.core.internal.jwkkit"
VIEWS = "allauth.idp.oidc.views"

# The names that something else is put in place of, each with all modules of allauth that have it. The first is where.
REPLACED = {
    "OAuthLibRequestValidator": [f"{OAUTHLIB}.server", f"{OAUTHLIB}.request_validator"],
    "get_server": [VIEWS, f"{OAUTHLIB}.server"],
    "respond_html_error": [VIEWS, f"{OAUTHLIB}.utils"],
    "extract_headers": [f"{OAUTHLIB}.utils"],
    "load_jwk_from_pem": [JWKKIT],
}
# By module: the names that are called.
CALLED = {
    f"{OAUTHLIB}.server": ["generate_access_token", "generate_refresh_token"],
    f"{OAUTHLIB}.utils": ["convert_response", "extract_params", "get_validator_context"],
    VIEWS: ["AuthorizationView", "token", "user_info", "jwks"],
    "allauth.core.internal.httpkit": ["extract_basic_auth"],
    "allauth.idp.oidc.internal.private_keys": ["filter_keys"],
    "allauth.idp.oidc.internal.resources": ["get_resources"],
}
OWN = {"binding_of", "claims_of_sign_in", "store_code", "store_tokens"}
OVERRIDDEN = {name for kind in (SessionBoundValidator, Validator) for name in vars(kind) if not name.startswith("__")}
# Methods of classes that something else is put in place of.
REPLACED_METHODS = [
    (TokenQuerySet, "lookup", type(Token.objects)),  # Django copies it to the class of the manager
    (UserSessionManager, "purge_and_list", UserSessionManager),
    (ModelBackend, "get_user", AuthenticationBackend),
    (Request, "uri_query_params", Request),
    (Request, "duplicate_params", Request),
]
# Functions that Identity has its own of, with the beginning of the SHA-256 of their source: if allauth's do more now,
# look whether Identity's must, too.
COPIED = {
    authorization_codes.create: "125b007beafa",
    authorization_codes.validate: "eb06b4e2547c",
    TokenQuerySet.lookup: "78360f8d64fe",
    OAuthLibRequestValidator.save_bearer_token: "fb0feb6d1b00",
    OAuthLibRequestValidator._prep_refresh_token: "e8e63d87e724",
    OAuthLibRequestValidator._lookup_client: "877cbc0d6ef3",
}
PRIVATE = {
    "_prep_access_token": ["self", "ctx", "token", "request"],
    "_lookup_authorization_code": ["self", "request", "client_id", "code"],
    "_lookup_client": ["self", "request", "client_id"],
    "_use_client": ["self", "request", "client"],
}


@pytest.mark.parametrize("name", REPLACED)
def test_a_name_that_is_replaced_is_there_and_no_other_module_has_a_copy_of_it(name):
    import_module("allauth.idp.oidc.urls")
    modules = {path for path, module in sys.modules.items() if path.startswith("allauth.") and hasattr(module, name)}
    assert modules == set(REPLACED[name])


@pytest.mark.parametrize(("where", "name", "replaced_in"), REPLACED_METHODS)
def test_a_method_that_is_replaced_is_there(where, name, replaced_in):
    assert f"def {name}(" in inspect.getsource(where)
    assert vars(replaced_in)[name].__module__ != where.__module__


@pytest.mark.parametrize("original", COPIED, ids=lambda one: one.__qualname__)
def test_what_identity_does_in_its_own_way_is_still_the_same_in_allauth(original):
    assert sha256(inspect.getsource(original).encode()).hexdigest()[:12] == COPIED[original]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in CALLED.items() for name in names])
def test_a_name_that_is_called_is_there(module, name):
    assert hasattr(import_module(module), name)


@pytest.mark.parametrize("name", sorted(OVERRIDDEN - OWN))
def test_a_method_that_is_overridden_is_there(name):
    assert inspect.isfunction(getattr(OAuthLibRequestValidator, name))


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_method_has_the_same_parameters(name):
    assert list(inspect.signature(getattr(OAuthLibRequestValidator, name)).parameters) == PRIVATE[name]


@pytest.mark.parametrize("name", ["get", "post", "get_context_data", "render_to_response", "_login_required"])
def test_a_method_of_the_page_of_consent_that_is_overridden_is_there(name):
    assert inspect.isfunction(getattr(views.AuthorizationView, name))


def test_what_is_read_of_the_state_of_a_request_is_there():
    fields = {field.name for field in dataclasses.fields(ValidatorContext)}
    ours = {"clients", "code_tokens", "email", "grant_id", "granted_resources", "issued_access_token", "refresh_token"}
    assert fields >= {*ours, "requested_resources", "supported_auth_methods"}


@pytest.mark.parametrize("project", ["pyproject.toml", "packaging/backchannel-logout/pyproject.toml"])
def test_the_window_of_versions_is_one_minor_release_and_the_one_that_is_installed(project):
    asked = tomllib.loads((ROOT / project).read_text())["project"]["dependencies"]
    (window,) = (Requirement(one).specifier for one in asked if one.startswith("django-allauth"))
    major, minor, *_ = (int(part) for part in version("django-allauth").split("."))
    assert window.contains(version("django-allauth"))
    assert not window.contains(f"{major}.{minor - 1}.9")
    assert not window.contains(f"{major}.{minor + 1}.0")


def test_the_views_of_allauth_use_the_engine_of_identity():
    assert views.get_server() is the_provider()
    assert isinstance(the_provider().code.request_validator, Validator)


def test_a_token_is_looked_up_with_its_user_and_its_client_in_one_query(signed_in, django_assert_num_queries):
    token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    with django_assert_num_queries(1):
        found = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
        assert (found.user.username, found.client.pk) == ("alice", "site-a")


def test_a_signing_key_is_parsed_once():
    pem = get_adapter().get_signing_key().pem
    assert jwkkit.load_jwk_from_pem(pem) is jwkkit.load_jwk_from_pem(pem)
