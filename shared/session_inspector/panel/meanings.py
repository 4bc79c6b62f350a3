"""What is written in a session, in one sentence each."""

from session_inspector.configuration import configuration

# By name, whoever writes it. What a project adds is in its setting SESSION_INSPECTOR.
OF_VALUES = {
    "_auth_user_id": "Who you are: the number of a user in this server’s own table.",
    "_auth_user_backend": "The class that recognised you at sign-in; it loads the user now.",
    "_auth_user_hash": "Made from your user’s password field here (random, at a site). Change it: the session is void.",
    "_messages": "A notice for the next page, kept until it is shown.",
    "oidc_states": "Sign-ins under way: a secret for each, to be found again in the provider’s answer. Empty: none.",
    "oidc_id_token": "What the provider said of you at sign-in, signed. Repeated to it when you sign out there, too.",
    "oidc_sid": "Which session at the provider led to this one: what a logout token will name. Hashed.",
    "oidc_id_token_expiration": "When this site asks the provider again whether you are still there.",
    "account_authentication_methods": "How you signed in, and when: allauth’s memory of it.",
    "account_authentication_methods_user": "Whose memory that is.",
}


def of_value(name: str, value: object) -> str:
    if name == "_session_expiry" and value == 0:
        return "Left by set_expiry(0): the cookie goes when the browser closes, unless that restores its tabs."
    if name == "_session_expiry":
        return f"Left by set_expiry({value}). Without it: two weeks."
    return configuration().meanings.get(name) or OF_VALUES.get(name, "")


def is_of_library(name: str) -> bool:
    """Whether Django or a library has written it, and not the project itself."""
    return name.startswith("_") or name in OF_VALUES
