"""The policy of an answer is what django-csp would have said, whether or not it was asked."""

import pytest
from csp.constants import HEADER, NONCE, SELF
from csp.decorators import csp_exempt, csp_replace, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from lab.web.content_security_policy import ContentSecurityPolicyMiddleware


def plain(request):
    return HttpResponse()


def with_a_nonce(request):
    return HttpResponse(str(request.csp_nonce))


def with_a_policy_of_its_own(request):
    return HttpResponse(headers={HEADER: "default-src 'none'"})


VIEWS = {
    "as the settings say": plain,
    "with one more address": csp_update({"form-action": ["http://site.example"]})(plain),
    "with another directive": csp_replace({"img-src": [SELF, "data:"]})(plain),
    "without": csp_exempt()(plain),
    "of the view itself": with_a_policy_of_its_own,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("debug", [False, True])
def test_it_is_the_policy_of_the_library(rf, settings, view, debug):
    settings.DEBUG = debug
    ours, theirs = (kind(view)(rf.get("/")) for kind in (ContentSecurityPolicyMiddleware, CSPMiddleware))
    assert policy_of(ours) == policy_of(theirs)


def policy_of(response):
    return sorted(response.headers.get(HEADER, "").split("; "))  # the library's order is that of a set


def test_a_nonce_is_in_it(rf, settings):
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"script-src": [NONCE]}}
    response = ContentSecurityPolicyMiddleware(with_a_nonce)(rf.get("/"))
    assert f"script-src 'nonce-{response.content.decode()}'" in response.headers[HEADER]


def test_the_usual_policy_is_built_once(rf, monkeypatch):
    middleware = ContentSecurityPolicyMiddleware(plain)
    monkeypatch.setattr("csp.middleware.build_policy", None)
    first, second = (middleware(rf.get("/")) for _ in range(2))
    assert "default-src 'none'" in first.headers[HEADER]
    assert first.headers[HEADER] == second.headers[HEADER]
