"""What is said of a fragment."""

from session_inspector.inspector.paste.django_settings import cookies, other_servers, sessions, values
from session_inspector.inspector.paste.django_settings.fragment import Fragment, NotRead
from session_inspector.inspector.paste.django_settings.meanings import MEANINGS
from session_inspector.inspector.paste.reading import REDACTOR, Part, Reading, findings_of, shown, shown_value

CHECKS = (
    values.check_secrets,
    sessions.check_middleware,
    cookies.check_domain,
    cookies.check_secure,
    cookies.check_none_without_secure,
    cookies.check_strict,
    cookies.check_one_name,
    values.check_comma,
    values.check_booleans,
    other_servers.check_origins,
    other_servers.check_oidc,
    other_servers.check_algorithm,
    sessions.check_toolbar,
    sessions.check_engine,
    sessions.check_serializer,
    other_servers.check_proxy,
    sessions.check_lifetime,
    cookies.check_http_only,
    cookies.check_default_name,
)


def parts_of(fragment: Fragment) -> tuple[Part, ...]:
    """Values of the settings that are known here; nothing is shown of the others."""
    return tuple(
        Part(name, shown_value(REDACTOR.value(name, value)), MEANINGS[name])
        for name, value in fragment.values.items()
        if name in MEANINGS and value is not NotRead
    )


def note_of(fragment: Fragment) -> str:
    known = {name for name, value in fragment.values.items() if name in MEANINGS and value is not NotRead}
    others = [shown(name) for name in fragment.values if name not in known]
    left = f"Not read: {', '.join(others[:20])}{' and more' if len(others) > 20 else ''}. " if others else ""
    return f"{left}Nothing of the text was run: only values that stand there as they are were read, at its top level."


def read_settings(fragment: Fragment) -> Reading:
    return Reading(
        "a fragment of Django’s settings", findings_of(fragment, CHECKS), parts_of(fragment), note_of(fragment)
    )
