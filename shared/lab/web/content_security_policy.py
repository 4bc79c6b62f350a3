"""The header of django-csp, whose policy is the same for nearly all answers."""

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Builds the policy of the settings once: django-csp does so for each answer.

    ``usual`` is empty, and all is left to django-csp, where the settings name addresses without the policy
    (``EXCLUDE_URL_PREFIXES``) or one that is only reported.
    """

    def __init__(self, get_response):
        super().__init__(get_response)
        policy = settings.CONTENT_SECURITY_POLICY or {}
        is_for_all = not policy.get("EXCLUDE_URL_PREFIXES")
        is_only_one = not getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        self.usual = build_policy() if is_for_all and is_only_one else ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Where a view has changed the policy, or asked for a nonce, or in DEBUG, as django-csp does."""
        is_changed = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if is_changed or settings.DEBUG or not self.usual:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.usual)
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response
