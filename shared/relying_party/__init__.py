"""The Relying Party that both sites install: sign in at identity, come back, be known here.

In the order in which a sign-in comes by, with what it checks (sections of OpenID Connect Core 1.0):

- ``authentication_request``: asks identity who this is (3.1.2.1). ``states`` remembers that it did.
- ``callback``: where the browser comes back to. ``authentication_response`` checks what it brings (3.1.2.7).
- ``token_response``: trades the code for tokens (3.1.3.1 to 3.1.3.5).
- ``id_token``: believes the ID Token, or not (3.1.3.7); ``signature`` and ``jwks`` say who signed it.
- ``userinfo``: asks about the person (5.3). ``backend``: finds or makes the local user.
- ``renewal``: asks again after a while.

Every call to identity goes through ``back_channel``, within the limits of ``bounded``; ``failures`` lists what can go
wrong, each with a page. Built on mozilla-django-oidc. Knows nothing of what a site offers, and nothing of identity but
its metadata.
"""
