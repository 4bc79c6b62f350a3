"""The header of django-csp, whose policy is the same for nearly all answers."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Builds the policy of the settings once: django-csp does so for each answer."""

    def __init__(self, get_response):
        super().__init__(get_response)
        self.usual = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Where a view has changed the policy, or asked for a nonce, or in DEBUG, as django-csp does."""
        is_changed = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if is_changed or settings.DEBUG or not self.usual:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.usual)
        return response
