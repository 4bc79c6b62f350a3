"""A fragment of Django's settings. Nothing of it is run: its syntax is read, and of that literals alone."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from django.conf import global_settings
from django.utils.http import is_same_domain

from session_inspector.explain.refused_cookies import is_ip
from session_inspector.inspector.paste.place import Place
from session_inspector.inspector.paste.reading import (
    REDACTOR,
    Finding,
    Part,
    Reading,
    Topic,
    findings_of,
    shown,
    shown_value,
)

# A cookie may have a name in capital letters, too: no blank stands around its = then, and no quote behind it.
SETTING = re.compile(
    r"^[ \t]*(?:[A-Z][A-Z0-9_]{2,}(?: *:[^=\n]{1,80})?(?:[ \t]+\+?=|=[\[({\"']|=(?:True|False|None)\b)"
    r"|(?:SESSION|CSRF|OIDC|SECURE)_[A-Z0-9_]+=)",
    re.MULTILINE,
)
SECRET = re.compile(
    "(?:SECRET|PASSWORD|PASSWD|TOKEN|(?<!PUBLIC)(?<!PUBLISHABLE)(?<!SIGN)_KEY|_KEY_FALLBACKS|DSN|DATABASE_URL)$"
)
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
TOOLBAR = "debug_toolbar.middleware.DebugToolbarMiddleware"
# These read request.session or request.user, so they stand behind SessionMiddleware.
NEED_SESSIONS = (
    AUTHENTICATION,
    "django.contrib.messages.middleware.MessageMiddleware",
    "mozilla_django_oidc.middleware.SessionRefresh",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
)
BACKENDS = "django.contrib.sessions.backends."
# What mozilla-django-oidc cannot do without.
OF_OIDC = (
    "OIDC_RP_CLIENT_ID",
    "OIDC_RP_CLIENT_SECRET",
    "OIDC_OP_AUTHORIZATION_ENDPOINT",
    "OIDC_OP_TOKEN_ENDPOINT",
    "OIDC_OP_USER_ENDPOINT",
)
MEANINGS = {
    "SESSION_COOKIE_NAME": "The name of the session cookie.",
    "SESSION_COOKIE_AGE": "Seconds until a session ends.",
    "SESSION_COOKIE_DOMAIN": "The cookie goes to this host and to all below it. None: only to the host that sets it.",
    "SESSION_COOKIE_PATH": "The cookie goes to addresses at and below this path.",
    "SESSION_COOKIE_SECURE": "Whether the cookie is for https only.",
    "SESSION_COOKIE_HTTPONLY": "Whether scripts in pages are kept from the cookie.",
    "SESSION_COOKIE_SAMESITE": "Whether the cookie goes with requests that a page of another site makes.",
    "SESSION_ENGINE": "Where sessions are kept.",
    "SESSION_SERIALIZER": "How the data of a session are written.",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": "Whether the cookie has no lifetime of its own.",
    "SESSION_SAVE_EVERY_REQUEST": "Whether each request stores the session, and so prolongs it.",
    "CSRF_COOKIE_NAME": "The name of the CSRF cookie.",
    "CSRF_COOKIE_DOMAIN": "As SESSION_COOKIE_DOMAIN, for the CSRF cookie.",
    "CSRF_COOKIE_SECURE": "As SESSION_COOKIE_SECURE, for the CSRF cookie.",
    "CSRF_COOKIE_SAMESITE": "As SESSION_COOKIE_SAMESITE, for the CSRF cookie.",
    "CSRF_TRUSTED_ORIGINS": "Further origins whose pages may send forms here.",
    "SECURE_PROXY_SSL_HEADER": "The header by which a proxy says that the browser speaks https.",
    "SECURE_SSL_REDIRECT": "Whether http is led to https.",
    "MIDDLEWARE": "What a request goes through, from the first to the last.",
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "Where the browser is sent to sign in.",
    "OIDC_OP_TOKEN_ENDPOINT": "Where a code is traded for tokens.",
    "OIDC_OP_USER_ENDPOINT": "Where the provider says more of a person.",
    "OIDC_OP_JWKS_ENDPOINT": "Where the provider’s public keys are.",
    "OIDC_RP_CLIENT_ID": "By what name the provider knows this site.",
    "OIDC_RP_SIGN_ALGO": "How ID Tokens must be signed.",
    "LOGIN_URL": "Where people who are not signed in are sent.",
    "LOGIN_REDIRECT_URL": "Where people are sent after signing in.",
    "DEBUG": "Whether Django shows errors in full.",
}
BOOLEANS = {name for name in MEANINGS if isinstance(getattr(global_settings, name, None), bool)}


class NotRead:
    """Stands for a value that is no literal."""


@dataclass(frozen=True)
class Fragment:
    """``values`` by name, those that are no literals as ``NotRead``. ``secrets`` are names with a text as value.
    ``place`` is where the project answers, if that is known."""

    values: Mapping[str, Any]
    secrets: tuple[str, ...]
    place: Place | None

    def literal(self, name: str) -> Any:
        """None where it is missing or no literal."""
        value = self.values.get(name)
        return None if value is NotRead else value

    @property
    def middleware(self) -> list[str]:
        return [one for one in self.literal("MIDDLEWARE") or () if isinstance(one, str)]

    @property
    def has_sign_on(self) -> bool:
        return any(name.startswith(("OIDC_", "SOCIALACCOUNT_", "SOCIAL_AUTH_")) for name in self.values)

    @property
    def has_oidc(self) -> bool:
        return any(name.startswith(("OIDC_RP_", "OIDC_OP_")) for name in self.values)

    @property
    def is_about_cookies(self) -> bool:
        return any(name.startswith("SESSION_") for name in self.values)


def looks_like_settings(text: str) -> bool:
    return SETTING.search(text) is not None


def fragment_of(text: str, place: Place | None) -> Fragment | None:
    """None for what is no Python."""
    tree = parsed(dedent(text))
    if tree is None:
        return None
    values: dict[str, Any] = {}
    secrets: list[str] = []
    for name, node in assigned(tree.body):
        values[name] = literal(node)
        secrets += secrets_in(name, node)
    return Fragment(values, tuple(dict.fromkeys(secrets)), place)


def parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two of what is nested too deeply
        return None


def assigned(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.AST]]:
    """Names in capital letters with what they are set to, not within functions, conditions or classes; what is added to
    one is no literal."""
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from ((one.id, value) for one in targets if isinstance(one, ast.Name) and one.id.isupper())
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name.isupper():
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name)) if name.isupper():
                yield name, statement


def literal(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return NotRead


def secrets_in(name: str, node: ast.AST) -> list[str]:
    """The names under which a text stands that is a secret, by its name; also within dictionaries and lists of which
    other parts are no literals."""
    match node:
        case ast.Dict(keys=keys, values=values):
            names = [str(key.value) if isinstance(key, ast.Constant) else name for key in keys]
            return [found for key, one in zip(names, values, strict=True) for found in secrets_in(key, one)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [found for one in elements for found in secrets_in(name, one)]
    return [name] if SECRET.search(name.upper()) and name not in MEANINGS and is_text(node) else []


def is_text(node: ast.AST) -> bool:
    """Whether a text or bytes stand there in full, in one piece or as a sum."""
    parts = [one for one in ast.walk(node) if not isinstance(one, ast.BinOp | ast.operator)]
    texts = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str | bytes)]
    return len(texts) == len(parts) and any(texts)


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


def check_domain(fragment: Fragment) -> Finding | None:
    for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"):
        domain = fragment.literal(name)
        if not isinstance(domain, str) or not domain:
            continue
        bare = domain.removeprefix(".")
        if (":" in bare and not is_ip(bare)) or "/" in bare:
            return Finding(
                f"{name} is {shown_value(REDACTOR.value(name, domain))}: a domain has no scheme, no port and no path.",
                "It was copied from the address bar.",
                "Leave it out, or write the name of the host alone.",
            )
        if "." not in bare or is_ip(bare):
            return Finding(
                f"{name} is {shown(domain)}: under every other name of this server, browsers refuse the cookie.",
                "It was set for development. Where the cookie is refused, nobody can sign in, and no error says why.",
                "Leave it out.",
                Topic.SIBLING_HOSTS,
            )
        if fragment.place and not is_same_domain(fragment.place.host, f".{bare}"):
            return Finding(
                f"{name} is {shown(domain)}, and {shown(fragment.place.host)} is no part of it: browsers refuse "
                "the cookie.",
                "The setting is for production, and the page was opened under another name.",
                "Leave it out, or open the page under that name.",
            )
    return None


def check_secure(fragment: Fragment) -> Finding | None:
    place = fragment.place
    if not fragment.literal("SESSION_COOKIE_SECURE") or not place or not place.is_http:
        return None
    return Finding(
        "SESSION_COOKIE_SECURE is set, and the project is opened with http: except on loopback names, no browser sends "
        "the session cookie, and Safari does not even there.",
        "The setting is for production.",
        "Set it where the server speaks https.",
        Topic.PROXY,
    )


def check_none_without_secure(fragment: Fragment) -> Finding | None:
    said = fragment.literal("SESSION_COOKIE_SAMESITE")
    if not isinstance(said, str) or said.lower() != "none" or fragment.values.get("SESSION_COOKIE_SECURE"):
        return None
    return Finding(
        "SESSION_COOKIE_SAMESITE is 'None', and SESSION_COOKIE_SECURE is not True here: browsers refuse such a cookie.",
        "It was set for a frame, or because a callback failed.",
        "Set it to 'Lax': a callback with a redirect needs no more.",
    )


def check_strict(fragment: Fragment) -> Finding | None:
    said = fragment.literal("SESSION_COOKIE_SAMESITE")
    if not isinstance(said, str) or said.lower() != "strict":
        return None
    which = "this project signs in at a provider" if fragment.has_sign_on else "if the project signs in at a provider"
    return Finding(
        f"SESSION_COOKIE_SAMESITE is 'Strict', and {which}: after a form of another site, the callback comes without "
        "the session cookie.",
        "It was set for safety. The state is in the session, which is not found then.",
        "Set it to 'Lax'.",
        Topic.STRICT,
    )


def check_one_name(fragment: Fragment) -> Finding | None:
    session = fragment.literal("SESSION_COOKIE_NAME") or global_settings.SESSION_COOKIE_NAME
    csrf = fragment.literal("CSRF_COOKIE_NAME") or global_settings.CSRF_COOKIE_NAME
    if session != csrf:
        return None
    return Finding(
        "SESSION_COOKIE_NAME and CSRF_COOKIE_NAME are the same: a browser keeps only the cookie that came last.",
        "A line was copied.",
        "Give each a name of its own.",
    )


def check_engine(fragment: Fragment) -> Finding | None:
    engine = fragment.literal("SESSION_ENGINE")
    if engine == f"{BACKENDS}signed_cookies":
        return Finding(
            "Sessions are kept in cookies: signing out ends no copy of one, and a large one is dropped by the browser.",
            "SESSION_ENGINE is signed_cookies.",
            "Keep them in a database or a cache, if signing out must end them, or a provider is to end them.",
            Topic.KEPT_IN_COOKIE,
        )
    if engine == f"{BACKENDS}cache" and "CACHES" not in fragment.values:
        return Finding(
            "Sessions are kept in a cache, and CACHES is not in this text: by default each process has one of its own.",
            "SESSION_ENGINE was set, and CACHES left as it is. Then each restart signs everybody out.",
            "Set CACHES to one that all processes share, or take cached_db.",
            Topic.KEPT_IN_MEMORY,
        )
    return None


def check_serializer(fragment: Fragment) -> Finding | None:
    said = fragment.literal("SESSION_SERIALIZER")
    if not isinstance(said, str) or "pickle" not in said.lower():
        return None
    return Finding(
        "SESSION_SERIALIZER is a pickle: who can write a session can run code at the server.",
        "It was set to keep objects in sessions. Django has no PickleSerializer any more since 5.0.",
        "Take JSONSerializer, and keep ids in the session.",
    )


def check_middleware(fragment: Fragment) -> Finding | None:
    middleware = fragment.middleware
    if not middleware:
        return None
    if SESSIONS not in middleware:
        return Finding(
            "SessionMiddleware is not in MIDDLEWARE: request.session is missing.",
            "It was deleted, or the list is put together elsewhere.",
            f"Put {SESSIONS} before whatever reads the session.",
        )
    before = [one for one in NEED_SESSIONS if one in middleware[: middleware.index(SESSIONS)]]
    if before:
        return Finding(
            f"{before[0].rpartition('.')[2]} stands before SessionMiddleware: it finds no request.session.",
            "The list was sorted, or a line was added at the wrong place.",
            "Let SessionMiddleware stand before it.",
        )
    return None


def check_toolbar(fragment: Fragment) -> Finding | None:
    middleware = fragment.middleware
    if TOOLBAR not in middleware or SESSIONS not in middleware:
        return None
    if middleware.index(TOOLBAR) < middleware.index(SESSIONS):
        return None
    return Finding(
        "DebugToolbarMiddleware stands behind SessionMiddleware and reads each session: a cookie of another project on "
        "this host, with the same name, is deleted by each page.",
        "It was put at the end of the list.",
        "Let it stand before SessionMiddleware, or give SESSION_COOKIE_NAME a name of its own.",
        Topic.TOOLBAR,
    )


def check_origins(fragment: Fragment) -> Finding | None:
    origins = fragment.literal("CSRF_TRUSTED_ORIGINS")
    wrong = [one for one in origins if "://" not in str(one)] if isinstance(origins, list | tuple) else []
    if not wrong:
        return None
    return Finding(
        f"CSRF_TRUSTED_ORIGINS has {shown(str(wrong[0]))}, without a scheme: Django’s own check refuses it (4_0.E001).",
        "It was written for Django 3.",
        "Write https:// before it.",
    )


def check_proxy(fragment: Fragment) -> Finding | None:
    said = fragment.literal("SECURE_PROXY_SSL_HEADER")
    if fragment.literal("SECURE_SSL_REDIRECT") is True and "SECURE_PROXY_SSL_HEADER" not in fragment.values:
        return Finding(
            "SECURE_SSL_REDIRECT without SECURE_PROXY_SSL_HEADER: behind a proxy that speaks https, each page leads to "
            "itself without end.",
            "Django sees http, since the proxy asks it so.",
            "Let the proxy send X-Forwarded-Proto, and name it in SECURE_PROXY_SSL_HEADER. Without a proxy all "
            "is well.",
            Topic.PROXY,
        )
    if said is None:
        return None
    if not isinstance(said, tuple | list) or len(said) != 2 or not str(said[0]).startswith("HTTP_"):
        return Finding(
            "SECURE_PROXY_SSL_HEADER is not two texts: a header, as request.META names it, and a value.",
            "The name was written as in HTTP.",
            "Write ('HTTP_X_FORWARDED_PROTO', 'https').",
            Topic.PROXY,
        )
    return Finding(
        "SECURE_PROXY_SSL_HEADER lets Django believe a header: without a proxy that sets it, whoever asks may send it.",
        "It is right behind a proxy, and wrong without one.",
        "Let the proxy set the header itself, and pass on none that came with the request.",
        Topic.PROXY,
    )


def check_oidc(fragment: Fragment) -> Finding | None:
    missing = [name for name in OF_OIDC if name not in fragment.values]
    if not fragment.has_oidc or not missing:
        return None
    return Finding(
        f"Missing in this text, though mozilla-django-oidc needs it: {', '.join(missing)}.",
        "It is set elsewhere, or was forgotten.",
        "The addresses are in the provider’s metadata, /.well-known/openid-configuration below its issuer.",
    )


def check_algorithm(fragment: Fragment) -> Finding | None:
    algorithm = fragment.values.get("OIDC_RP_SIGN_ALGO", "HS256")
    if not fragment.has_oidc:
        return None
    if algorithm == "HS256":
        return Finding(
            "ID Tokens must be signed with HS256, that is with the client secret: mozilla-django-oidc expects it so.",
            "OIDC_RP_SIGN_ALGO is not set. Most providers sign with RS256, and the sign-in fails.",
            "Set OIDC_RP_SIGN_ALGO = 'RS256' and OIDC_OP_JWKS_ENDPOINT.",
        )
    if not {"OIDC_OP_JWKS_ENDPOINT", "OIDC_RP_IDP_SIGN_KEY"} & fragment.values.keys():
        return Finding(
            "mozilla-django-oidc needs OIDC_OP_JWKS_ENDPOINT or OIDC_RP_IDP_SIGN_KEY: neither is in this text.",
            "It is set elsewhere, or was forgotten.",
            "Take jwks_uri from the provider’s metadata.",
        )
    return None


def check_lifetime(fragment: Fragment) -> Finding | None:
    age = fragment.literal("SESSION_COOKIE_AGE")
    if age is not None and (not isinstance(age, int) or age <= 0):
        return Finding(
            "SESSION_COOKIE_AGE is no positive number of seconds: sessions end at once, or Django fails.",
            "It was read as a text, or counted in days.",
            "Give whole seconds, as an int.",
        )
    if fragment.literal("SESSION_SAVE_EVERY_REQUEST") is True:
        return Finding(
            "SESSION_SAVE_EVERY_REQUEST: each request stores the session, and so prolongs it.",
            "It was set so that sessions last while somebody is there.",
            "Leave it out if a write for each request costs too much.",
            Topic.SLIDING,
        )
    if fragment.literal("SESSION_EXPIRE_AT_BROWSER_CLOSE") is True:
        return Finding(
            "SESSION_EXPIRE_AT_BROWSER_CLOSE: a browser that restores its tabs keeps the cookie all the same.",
            "It was set so that closing the browser signs out.",
            "Set SESSION_COOKIE_AGE, too: it ends the session at the server.",
            Topic.CLOSED_BROWSER,
        )
    return None


def check_http_only(fragment: Fragment) -> Finding | None:
    if fragment.literal("SESSION_COOKIE_HTTPONLY") is not False:
        return None
    return Finding(
        "SESSION_COOKIE_HTTPONLY is False: a script in a page can read the key, and whoever has it is signed in.",
        "A script was to see whether somebody is signed in.",
        "Leave it as Django has it, and tell the script by a page of your own.",
    )


def check_default_name(fragment: Fragment) -> Finding | None:
    name = fragment.values.get("SESSION_COOKIE_NAME", global_settings.SESSION_COOKIE_NAME)
    if name != global_settings.SESSION_COOKIE_NAME or not (fragment.is_about_cookies or fragment.has_sign_on):
        return None
    return Finding(
        "The session cookie has Django’s default name: another project on this host, on any port, uses the same "
        "cookie.",
        "SESSION_COOKIE_NAME is not in this text. On localhost, two such projects sign each other out.",
        "Set SESSION_COOKIE_NAME and CSRF_COOKIE_NAME to names that only this project has.",
        Topic.ONE_HOST,
    )


CHECKS = (
    check_secrets,
    check_middleware,
    check_domain,
    check_secure,
    check_none_without_secure,
    check_strict,
    check_one_name,
    check_comma,
    check_booleans,
    check_origins,
    check_oidc,
    check_algorithm,
    check_toolbar,
    check_engine,
    check_serializer,
    check_proxy,
    check_lifetime,
    check_http_only,
    check_default_name,
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
