"""The project beside others: its OpenID Provider, a proxy, origins that it trusts."""

from session_inspector.inspector.paste.django_settings.fragment import Fragment
from session_inspector.inspector.paste.reading import Finding, Topic, shown

# What mozilla-django-oidc cannot do without.
OF_OIDC = (
    "OIDC_RP_CLIENT_ID",
    "OIDC_RP_CLIENT_SECRET",
    "OIDC_OP_AUTHORIZATION_ENDPOINT",
    "OIDC_OP_TOKEN_ENDPOINT",
    "OIDC_OP_USER_ENDPOINT",
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
