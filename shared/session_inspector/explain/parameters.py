"""What each parameter of a sign-in or a sign-out is for, and each claim of a token, in a sentence."""

# OpenID Connect Core 3.1.2.1 and 3.1.2.5, RFC 6749, RFC 7636; RP-Initiated Logout 2; Back-Channel Logout 2.5.
OF_PARAMETERS = {
    "client_id": "Which site asks.",
    "client_secret": "Only the site and the provider know it. With it the site proves who it is.",
    "redirect_uri": "Where the answer goes. Must be one that was registered.",
    "response_type": "The site asks for a code as the answer. So no token passes through the browser at a sign-in.",
    "scope": "What the site wants to know.",
    "state": "Ties the answer to the session that asked: the same value comes back.",
    "nonce": "Comes back inside the ID Token. So the token belongs to this request.",
    "code_challenge": "Hash of a secret in the site’s session: without that secret a stolen code is worthless.",
    "code_challenge_method": "How the hash was made.",
    "code_verifier": "The secret itself: its hash must be the code_challenge.",
    "code": "Good once, and for a short time. The site trades it for tokens, without the browser.",
    "grant_type": "What is traded for tokens: a code.",
    "prompt": "Whether the provider may ask the person: none forbids it.",
    "max_age": "How long ago the person may have given their password. After that the provider asks again.",
    "next": "Where to go afterwards.",
    "iss": "Which provider answers: must be the one that was asked.",
    "error": "Why there is no code.",
    "error_description": "The same in words.",
    "csrfmiddlewaretoken": "The CSRF cookie’s value, masked anew on each page; a page of another site cannot know it.",
    "login": "The user name. Masked, since a password might be typed there by mistake.",
    "password": "Only the provider sees it, and nobody here keeps it.",
    "remember": "Whether the provider’s cookie is kept when the browser closes.",
    "access_token": "Lets the site ask the provider about the person.",
    "id_token": "Who signed in, when and for whom, signed by the provider.",
    "refresh_token": "Would give new tokens without the person.",
    "id_token_hint": "Who signs out: the ID Token of that sign-in. Here it passes through the browser.",
    "post_logout_redirect_uri": "Where the provider sends the browser back to. Must be one that was registered.",
    "logout_token": "Which session has ended, signed by the provider.",
    "token_type": "Whoever has the token may use it.",
    "expires_in": "Seconds until the access token expires.",
    "keys": "The provider’s public keys: with them anybody can check a signature, and nobody can make one.",
}

# RFC 7515, section 4.1. What is checked of the token itself, before anything in it is read.
OF_HEADER = {
    "alg": "How it is signed: must be as the site was told beforehand.",
    "typ": "The type of the token: must be JWT or missing. For a logout token it must be logout+jwt.",
    "crit": "Extensions that the site must understand. It knows none, so there must be none.",
    "kid": "Which key signed it: must be one that the provider publishes.",
    "signature": "Made with that key.",
}

# OpenID Connect Core 2 and 5.1, Back-Channel Logout 2.4. What the site checks of each: 3.1.3.7, and 2.6.
OF_CLAIMS = {
    "iss": "Who issued it: must be the provider that was asked.",
    "aud": "For whom: must be this client.",
    "sub": "Whom: the person’s number at the provider, the same at every sign-in.",
    "azp": "To whom it was given. If it is there, it must be this client.",
    "exp": "Until when: must not be over.",
    "iat": "When it was issued: not in the future.",
    "nbf": "From when on it is valid.",
    "nonce": "Must be the one in the session that asked.",
    "at_hash": "Hash of the access token that came along.",
    "auth_time": "When the person last proved who they are.",
    "jti": "The token’s own number. A logout token must have one that the site never saw before.",
    "sid": "Which session at the provider: the same in each of its tokens for this site.",
    "events": "What happened: must be a logout. So no ID Token can pass for a logout token.",
    "name": "The name that the provider has.",
    "preferred_username": "The user name that the provider has.",
    "given_name": "The first name that the provider has.",
    "email": "The address that the provider has. The site finds no user by it.",
    "email_verified": "Whether the provider has tried that address.",
}
