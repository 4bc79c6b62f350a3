"""The policy of an answer is what django-csp would have said, whether or not it was asked."""

import pytest
from csp.constants import HEADER, HEADER_REPORT_ONLY, NONCE, SELF
from csp.decorators import csp, csp_exempt, csp_replace, csp_update
from csp.exceptions import CSPNonceError
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
    "with its own only": csp({"img-src": [SELF]})(plain),
    "with one to report only": csp({"img-src": [SELF]}, REPORT_ONLY=True)(plain),
    "without": csp_exempt()(plain),
    "of the view itself": with_a_policy_of_its_own,
}


DIRECTIVES = {"DIRECTIVES": {"default-src": [SELF]}}
POLICIES = {
    "the lab's": {},
    "none": {"CONTENT_SECURITY_POLICY": None},
    "not everywhere": {"CONTENT_SECURITY_POLICY": {**DIRECTIVES, "EXCLUDE_URL_PREFIXES": ["/excluded/"]}},
    "to report only": {"CONTENT_SECURITY_POLICY": None, "CONTENT_SECURITY_POLICY_REPORT_ONLY": DIRECTIVES},
    "another to report": {"CONTENT_SECURITY_POLICY_REPORT_ONLY": DIRECTIVES},
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("path", ["/", "/excluded/page/"])
@pytest.mark.parametrize("debug", [False, True])
def test_it_is_the_policy_of_the_library(rf, settings, view, policy, path, debug):
    settings.DEBUG = debug
    for name, value in policy.items():
        setattr(settings, name, value)
    ours, theirs = (kind(view)(rf.get(path)) for kind in (ContentSecurityPolicyMiddleware, CSPMiddleware))
    assert policies_of(ours) == policies_of(theirs)


def policies_of(response):
    """Directives of both headers: the library's order is that of a set."""
    return {name: sorted(response.headers.get(name, "").split("; ")) for name in (HEADER, HEADER_REPORT_ONLY)}


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


def test_a_nonce_that_comes_too_late_for_the_header_is_refused(rf):
    request = rf.get("/")
    ContentSecurityPolicyMiddleware(plain)(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
