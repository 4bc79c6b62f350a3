"""What is written in a session, in one sentence each."""

from session_inspector.configuration import configuration

# By name, whoever writes it. What a project adds is in its setting SESSION_INSPECTOR.
OF_VALUES = {
    "_auth_user_id": "Who you are: the number of a user in this server’s own table.",
    "_auth_user_backend": "The class that recognised you at sign-in; it loads the user now.",
    "_auth_user_hash": "Made from your user’s password field (random, at a site). If it changes, the session is void.",
    "_messages": "A notice for the next page, kept until it is shown.",
    "oidc_states": "Sign-ins under way. Each has a secret, which the provider’s answer must bring. Empty: none.",
    "oidc_id_token": "What the provider said about you at sign-in, signed. Sent back when you sign out there, too.",
    "oidc_sid": "The session at the provider that led to this one, hashed. A logout token will name it.",
    "oidc_id_token_expiration": "When this site asks the provider again whether you are still there.",
    "account_authentication_methods": "How and when you signed in, as allauth records it.",
    "account_authentication_methods_user": "The user of that record.",
}


def of_value(name: str, value: object) -> str:
    if name == "_session_expiry" and value == 0:
        return "Set by set_expiry(0): the cookie ends when the browser closes, unless the browser restores its tabs."
    if name == "_session_expiry":
        return f"Set by set_expiry({value}). Without it: two weeks."
    return configuration().meanings.get(name) or OF_VALUES.get(name, "")


def is_of_library(name: str) -> bool:
    """Whether Django or a library has written it, and not the project itself."""
    return name.startswith("_") or name in OF_VALUES
