"""Values that are secrets, or written as they should not be."""

from session_inspector.inspector.paste.django_settings.fragment import Fragment
from session_inspector.inspector.paste.django_settings.meanings import BOOLEANS, MEANINGS
from session_inspector.inspector.paste.reading import Finding, shown


def check_secrets(fragment: Fragment) -> Finding | None:
    if not fragment.secrets:
        return None
    return Finding(
        f"Secrets are in this text in full; they are not shown here: {', '.join(map(shown, fragment.secrets))}.",
        "Settings files are copied into questions, chats and repositories.",
        "If you have sent this text to anybody, make new ones. Read them from the environment or a file.",
    )


def check_comma(fragment: Fragment) -> Finding | None:
    names = [name for name in MEANINGS if isinstance(fragment.literal(name), tuple) and is_single(name)]
    if not names:
        return None
    return Finding(
        f"{names[0]} is a tuple: a comma stands behind its value.",
        "The line comes from a dictionary or a call.",
        "Take the comma away.",
    )


def is_single(name: str) -> bool:
    return name not in ("MIDDLEWARE", "CSRF_TRUSTED_ORIGINS", "SECURE_PROXY_SSL_HEADER")


def check_booleans(fragment: Fragment) -> Finding | None:
    names = [name for name in sorted(BOOLEANS) if isinstance(fragment.literal(name), str)]
    if not names:
        return None
    return Finding(
        f"{names[0]} is a text: each text that is not empty counts as True, 'False' too.",
        "It was read from the environment or a file, which have texts only.",
        "Compare it: os.environ['NAME'] == 'True'.",
    )
