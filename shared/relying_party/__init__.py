"""The Relying Party that both sites install: sign in at identity, come back, be known here.

Built on mozilla-django-oidc. Owns the back channel to identity, the checks of what comes through it, the local user
and the pages for a sign-in that failed. Knows nothing of what a site offers, and nothing of identity but its metadata.
"""
