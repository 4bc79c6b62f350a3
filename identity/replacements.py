"""Parts of allauth and oauthlib that Identity replaces by its own, where they have no setting. ``urls`` installs them.

Each is tested to be there in ``tests/identity/provider/test_allauth.py``. Not here: ``signing_keys.keep_parsed_keys``,
which the worker needs, too, and the validator, which ``backchannel_logout`` would replace.
"""

from functools import cached_property

from allauth.account.auth_backends import AuthenticationBackend
from allauth.idp.oidc import views
from allauth.idp.oidc.internal.oauthlib import utils
from allauth.usersessions.models import UserSessionManager
from django.http import HttpRequest
from oauthlib.common import Request

from identity.account import people, sessions
from identity.provider.server import refuse, the_provider


def headers_of(request: HttpRequest) -> dict[str, str]:
    """Those that oauthlib looks at. allauth would give it all that the server knows of a request."""
    looked_at = {"Authorization": "HTTP_AUTHORIZATION", "Origin": "HTTP_ORIGIN"}
    return {name: request.META[key] for name, key in looked_at.items() if key in request.META}


def read_once(name: str) -> None:
    """Keep what oauthlib reads of a request: it would read it again whenever it looks for a parameter."""
    read = cached_property(getattr(Request, name).fget)
    read.__set_name__(Request, name)
    setattr(Request, name, read)


def install() -> None:
    """By name, in the module or the class where it is looked up."""
    views.get_server = lambda **kwargs: the_provider()  # the views pass options for other grants only
    views.respond_html_error = refuse
    utils.extract_headers = headers_of
    read_once("uri_query_params")
    read_once("duplicate_params")
    UserSessionManager.purge_and_list = sessions.purge
    AuthenticationBackend.get_user = people.get_user
