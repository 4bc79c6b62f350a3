"""Settings of the session cookie and the CSRF cookie."""

from django.conf import global_settings
from django.utils.http import is_same_domain

from session_inspector.explain.refused_cookies import is_ip
from session_inspector.inspector.paste.django_settings.fragment import Fragment
from session_inspector.inspector.paste.reading import REDACTOR, Finding, Topic, shown, shown_value


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
