"""Where sessions are kept, for how long, and what stands before and behind their middleware."""

from session_inspector.inspector.paste.django_settings.fragment import Fragment
from session_inspector.inspector.paste.reading import Finding, Topic

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
