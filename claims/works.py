"""The works that a statement can stand on. ``spec = "RFC 6749, 4.1.2"`` names the work and the section."""

WORKS = {
    "RFC 6265",  # HTTP State Management Mechanism
    "RFC 6265bis",  # the same, with SameSite and prefixes
    "RFC 6749",  # OAuth 2.0
    "RFC 6750",  # Bearer tokens
    "RFC 6797",  # HTTP Strict Transport Security
    "RFC 7515",  # JSON Web Signature
    "RFC 7519",  # JSON Web Token
    "RFC 7636",  # PKCE
    "RFC 8725",  # JWT Best Current Practices
    "RFC 9110",  # HTTP Semantics
    "RFC 9111",  # HTTP Caching
    "RFC 9207",  # iss in the answer
    "RFC 9700",  # OAuth 2.0 Security Best Current Practice
    "OpenID Connect Core 1.0",
    "OpenID Connect Back-Channel Logout 1.0",
    "OpenID Connect RP-Initiated Logout 1.0",
    "Fetch Standard",
    "Django 5.2 documentation",
    "django-allauth documentation",
    "SQLite documentation",
    "PostgreSQL documentation",
    "gunicorn documentation",
    "Content Security Policy Level 3",
    "MDN",  # Mozilla's reference for the web
    "Chrome DevTools documentation",
    "Firefox DevTools documentation",
    "Safari documentation",
    "WebKit source",  # what Safari is made of, its Web Inspector too
    "WebKit bug 218980",  # Safari keeps Secure cookies for https on loopback, too
}
