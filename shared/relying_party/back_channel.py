"""The one door to identity, from server to server: no browser, no cookies."""

from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings

from shared.relying_party.failures import SignInFailed


def call(method: str, url: str, **kwargs) -> dict:
    """Send one request to the provider and return its JSON object.

    Connects to ``OIDC_OP_ADDRESS`` and names in ``Host`` the origin that browsers use, so that identity answers under
    its one name. Raises ``SignInFailed`` (502) for every answer but 200 with a JSON object, and for none.
    """
    target = urlsplit(url)
    headers = {"Host": target.netloc, **kwargs.pop("headers", {})}
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc may come between two servers of one machine
        try:
            response = session.request(
                method,
                urlunsplit(target._replace(netloc=settings.OIDC_OP_ADDRESS)),
                headers=headers,
                timeout=settings.OIDC_TIMEOUT,
                allow_redirects=False,
                **kwargs,
            )
        except requests.RequestException as error:
            raise SignInFailed("identity did not answer.", f"{target.path}: {type(error).__name__}", 502) from error
    try:
        answer = response.json()
    except requests.JSONDecodeError:
        answer = None
    if response.status_code != 200:
        reason = answer.get("error", "") if isinstance(answer, dict) else ""
        raise SignInFailed("identity refused.", f"{target.path}: {response.status_code} {reason}".rstrip(), 502)
    if not isinstance(answer, dict):
        raise SignInFailed("identity's answer could not be read.", f"{target.path}: no JSON object", 502)
    return answer
