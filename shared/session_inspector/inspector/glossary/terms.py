"""The terms, in alphabetical order. Those of the specifications and of Django are used as these use them."""

import re
from dataclasses import dataclass

DJANGO = "https://docs.djangoproject.com/en/5.2/"
IETF = "https://datatracker.ietf.org/doc/html/"
MDN = "https://developer.mozilla.org/en-US/docs/"
OPENID = "https://openid.net/specs/"
CORE = f"{OPENID}openid-connect-core-1_0.html"
BACK_CHANNEL_LOGOUT = f"{OPENID}openid-connect-backchannel-1_0.html"
SESSIONS = f"{DJANGO}topics/http/sessions/"


@dataclass(frozen=True)
class Term:
    """``text``: what it is, in at most two sentences. ``reference`` names where more is said, ``link`` leads there."""

    name: str
    text: str
    reference: str
    link: str

    @property
    def slug(self) -> str:
        """Its anchor on the page of all terms."""
        return re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-")


TERMS = (
    Term(
        "access token",
        "A value with which a client asks for data of a person, such as the userinfo. The provider answers everybody "
        "who sends it.",
        "RFC 6750, 1.2",
        f"{IETF}rfc6750#section-1.2",
    ),
    Term(
        "AnonymousUser",
        "What request.user is while the session names no user. Its is_authenticated is False.",
        "Django 5.2 documentation, django.contrib.auth",
        f"{DJANGO}ref/contrib/auth/#anonymoususer-object",
    ),
    Term(
        "authenticate()",
        "A function of Django that checks a user name and a password, and answers with a user or with None. It does "
        "not touch the session: login() does.",
        "Django 5.2 documentation, Using the Django authentication system",
        f"{DJANGO}topics/auth/default/#authenticating-users",
    ),
    Term(
        "authorization code",
        "A value that is good once and for a short time. The browser brings it from the provider to the site, and the"
        " site trades it for tokens, from server to server.",
        "RFC 6749, 4.1.2",
        f"{IETF}rfc6749#section-4.1.2",
    ),
    Term(
        "back channel",
        "Messages from server to server. No browser carries or sees them.",
        "OpenID Connect Back-Channel Logout 1.0, 1",
        f"{BACK_CHANNEL_LOGOUT}#Introduction",
    ),
    Term(
        "Back-Channel Logout",
        "The provider tells a site, from server to server, that a session has ended. The site then ends its own "
        "session, and needs no browser for that.",
        "OpenID Connect Back-Channel Logout 1.0, 2.7",
        f"{BACK_CHANNEL_LOGOUT}#BCActions",
    ),
    Term(
        "browser-length cookie",
        "A cookie without Max-Age and Expires. The browser keeps it until it closes, or longer if it restores its "
        "tabs.",
        "Django 5.2 documentation, How to use sessions: Browser-length sessions",
        f"{SESSIONS}#browser-length-sessions-vs-persistent-sessions",
    ),
    Term(
        "claim",
        "A name with a value by which the provider says one thing about a person or a token: sub, email, exp.",
        "OpenID Connect Core 1.0, 1.2",
        f"{CORE}#Terminology",
    ),
    Term(
        "client",
        "A site as the provider has registered it: with an id, its redirect URIs and, as a rule, a secret.",
        "RFC 6749, 2",
        f"{IETF}rfc6749#section-2",
    ),
    Term(
        "client secret",
        "A password that only the provider and one client know. With it the client shows who it is when it trades a "
        "code.",
        "RFC 6749, 2.3.1",
        f"{IETF}rfc6749#section-2.3.1",
    ),
    Term(
        "code verifier",
        "The secret of PKCE. The site keeps it in its session and sends it when it trades the authorization code.",
        "RFC 7636, 4.1",
        f"{IETF}rfc7636#section-4.1",
    ),
    Term(
        "cookie",
        "A name with a value that a server sends in Set-Cookie. The browser keeps it and sends it back to that host "
        "with later requests.",
        "RFC 6265, 3",
        f"{IETF}rfc6265#section-3",
    ),
    Term(
        "cross-site",
        "A request is cross-site if a page of another site has made it. SameSite says whether a cookie goes with it.",
        "RFC 6265bis, 5.2",
        f"{IETF}draft-ietf-httpbis-rfc6265bis#section-5.2",
    ),
    Term(
        "CSRF token",
        "A secret that a form must bring back to the server. A page of another site cannot read it, so it cannot send"
        " the form in your name.",
        "Django 5.2 documentation, Cross Site Request Forgery protection: How it works",
        f"{DJANGO}ref/csrf/#how-it-works",
    ),
    Term(
        "Domain",
        "A cookie attribute: the cookie goes to this host and to all hosts below it. Without it, the cookie goes to "
        "the one host that has set it.",
        "RFC 6265, 4.1.2.3",
        f"{IETF}rfc6265#section-4.1.2.3",
    ),
    Term(
        "entry",
        "One line of the journal: an exchange, a session change or a call on the back channel.",
        "MDN, HTTP messages",
        f"{MDN}Web/HTTP/Guides/Messages",
    ),
    Term(
        "exchange",
        "One request and its answer, as the recorder has written them down.",
        "MDN, HTTP messages",
        f"{MDN}Web/HTTP/Guides/Messages",
    ),
    Term(
        "expire date",
        "The time until which Django accepts a row. Later the row counts as none, and stays in the table until "
        "clearsessions deletes it.",
        "Django 5.2 documentation, How to use sessions: Clearing the session store",
        f"{SESSIONS}#clearing-the-session-store",
    ),
    Term(
        "flush",
        "flush() deletes the row of the session and its cookie. Django’s logout() calls it.",
        "Django 5.2 documentation, How to use sessions: Using sessions in views",
        f"{SESSIONS}#django.contrib.sessions.backends.base.SessionBase.flush",
    ),
    Term(
        "follows",
        "A sentence marked so was not recorded as such: a rule leads to it from entries. Both can be opened.",
        "RFC 6265, 5.4",
        f"{IETF}rfc6265#section-5.4",
    ),
    Term(
        "front channel",
        "Messages between servers that the browser carries, as redirects and forms. The person at the browser can "
        "read and change them.",
        "RFC 6749, 4.1",
        f"{IETF}rfc6749#section-4.1",
    ),
    Term(
        "guess",
        "What is likely and no more, as when only the User-Agent says whose a request is. It is marked where it "
        "stands.",
        "MDN, User-Agent",
        f"{MDN}Web/HTTP/Reference/Headers/User-Agent",
    ),
    Term(
        "host",
        "The name in an address, before the port. A cookie without Domain goes to the host that has set it, on any "
        "port.",
        "RFC 6265, 8.5",
        f"{IETF}rfc6265#section-8.5",
    ),
    Term(
        "HTTP",
        "The protocol of requests and answers. It is stateless: each request stands alone, and what is to be "
        "remembered must come with it.",
        "RFC 9110, 3.3",
        f"{IETF}rfc9110#section-3.3",
    ),
    Term(
        "HttpOnly",
        "A cookie attribute: scripts in a page cannot read the cookie. The browser still sends it with requests.",
        "RFC 6265, 4.1.2.6",
        f"{IETF}rfc6265#section-4.1.2.6",
    ),
    Term(
        "ID Token",
        "A statement, signed by the provider and made for one client, that a person has signed in. The site checks "
        "the signature, the issuer, the client, the nonce and the time.",
        "OpenID Connect Core 1.0, 3.1.3.7",
        f"{CORE}#IDTokenValidation",
    ),
    Term(
        "inspector",
        "The pages that show what all servers have recorded. It keeps no session.",
        "Django 5.2 documentation, How to use sessions",
        SESSIONS,
    ),
    Term(
        "issuer",
        "The address by which a provider names itself, as the claim iss. A site accepts tokens of the issuer that it "
        "knows, compared letter by letter.",
        "OpenID Connect Core 1.0, 2",
        f"{CORE}#IDToken",
    ),
    Term(
        "journal",
        "The database into which the recorders of all servers write. Secrets in it are cut to their first characters.",
        "MDN, HTTP messages",
        f"{MDN}Web/HTTP/Guides/Messages",
    ),
    Term(
        "journey",
        "All exchanges and calls of one sign-in, at all servers. The recorders tie them together by state.",
        "OpenID Connect Core 1.0, 3.1.2.1",
        f"{CORE}#AuthRequest",
    ),
    Term(
        "JWKS",
        "The public keys of the provider, as JSON. With them a site checks the signature of an ID Token or a logout "
        "token.",
        "OpenID Connect Core 1.0, 10.1",
        f"{CORE}#Signing",
    ),
    Term(
        "ladder",
        "The page that shows messages in their order, each as an arrow between the lanes of those who sent and got it.",
        "OpenID Connect Core 1.0, 1.3",
        f"{CORE}#Overview",
    ),
    Term(
        "lane",
        "The vertical line of the ladder that stands for the browser or for one server.",
        "OpenID Connect Core 1.0, 1.3",
        f"{CORE}#Overview",
    ),
    Term(
        "login()",
        "A function of Django that writes the user’s id into the session and gives the session a new key. From then "
        "on request.user is that user.",
        "Django 5.2 documentation, Using the Django authentication system: How to log a user in",
        f"{DJANGO}topics/auth/default/#how-to-log-a-user-in",
    ),
    Term(
        "logout token",
        "A message that the provider signs and sends to a site: a session has ended. It names the person (sub), the "
        "session (sid) or both.",
        "OpenID Connect Back-Channel Logout 1.0, 2.4",
        f"{BACK_CHANNEL_LOGOUT}#LogoutToken",
    ),
    Term(
        "logout()",
        "A function of Django that deletes the session with all its data and leaves AnonymousUser as request.user. It "
        "ends the session at this server only.",
        "Django 5.2 documentation, Using the Django authentication system: How to log a user out",
        f"{DJANGO}topics/auth/default/#how-to-log-a-user-out",
    ),
    Term(
        "Max-Age",
        "A cookie attribute: how many seconds the browser keeps the cookie. Zero makes it forget the cookie now.",
        "RFC 6265, 5.2.2",
        f"{IETF}rfc6265#section-5.2.2",
    ),
    Term(
        "nonce",
        "A random value that a site sends with its request and finds again inside the ID Token. So the token belongs "
        "to this request.",
        "OpenID Connect Core 1.0, 15.5.2",
        f"{CORE}#NonceNotes",
    ),
    Term(
        "OpenID Provider",
        "The server that signs people in and tells sites who they are. Short: OP, or provider.",
        "OpenID Connect Core 1.0, 1.2",
        f"{CORE}#Terminology",
    ),
    Term(
        "origin",
        "Scheme, host and port of an address together. Two ports of one host are two origins, and yet share their "
        "cookies.",
        "RFC 6265, 8.5",
        f"{IETF}rfc6265#section-8.5",
    ),
    Term(
        "panel",
        "What the bar on a page opens: what has changed in your session, what the server keeps, what your browser "
        "sent.",
        "Django 5.2 documentation, How to use sessions",
        SESSIONS,
    ),
    Term(
        "participant",
        "A server whose recorder writes into the journal.",
        "Django 5.2 documentation, Middleware",
        f"{DJANGO}topics/http/middleware/",
    ),
    Term(
        "Path",
        "A cookie attribute: the cookie goes to addresses at and below this path. It does not give security.",
        "RFC 6265, 4.1.2.4",
        f"{IETF}rfc6265#section-4.1.2.4",
    ),
    Term(
        "PKCE",
        "The site sends the hash of a secret with its request, and the secret itself when it trades the code. A "
        "stolen code is worthless without the secret.",
        "RFC 7636, 1",
        f"{IETF}rfc7636#section-1",
    ),
    Term(
        "recorder",
        "The middleware that writes down each exchange and each change of a session. It changes nothing in them.",
        "Django 5.2 documentation, Middleware",
        f"{DJANGO}topics/http/middleware/",
    ),
    Term(
        "redirect URI",
        "The address at the site to which the provider sends the browser back. It must be exactly one that was "
        "registered.",
        "OpenID Connect Core 1.0, 3.1.2.1",
        f"{CORE}#AuthRequest",
    ),
    Term(
        "refresh token",
        "A value with which a client gets a new access token without asking the person again.",
        "RFC 6749, 1.5",
        f"{IETF}rfc6749#section-1.5",
    ),
    Term(
        "Relying Party",
        "A site that lets an OpenID Provider sign people in. For the provider it is a client.",
        "OpenID Connect Core 1.0, 1.2",
        f"{CORE}#Terminology",
    ),
    Term(
        "request.user",
        "The user whom the session of this request names, or AnonymousUser. Django looks it up when a view first asks.",
        "Django 5.2 documentation, Using the Django authentication system: Authentication in web requests",
        f"{DJANGO}topics/auth/default/#authentication-in-web-requests",
    ),
    Term(
        "rotation",
        "A new key for the same session data; the row of the old key is deleted. login() does this"
        " with cycle_key(): the old key finds nothing any more.",
        "Django 5.2 documentation, How to use sessions: Using sessions in views",
        f"{SESSIONS}#django.contrib.sessions.backends.base.SessionBase.cycle_key",
    ),
    Term(
        "row",
        "One line of the table django_session: the key, the data and the expire date of one session. No column says "
        "whose it is.",
        "Django 5.2 documentation, How to use sessions: Extending database-backed session engines",
        f"{SESSIONS}#extending-database-backed-session-engines",
    ),
    Term(
        "RP-Initiated Logout",
        "Signing out that begins at a site: the site sends the browser to the provider, which ends its own session "
        "too.",
        "OpenID Connect RP-Initiated Logout 1.0, 2",
        f"{OPENID}openid-connect-rpinitiated-1_0.html#RPLogout",
    ),
    Term(
        "rung",
        "One step of the ladder: a message with its answer, or what a server did by itself.",
        "OpenID Connect Core 1.0, 1.3",
        f"{CORE}#Overview",
    ),
    Term(
        "same-site",
        "A request is same-site if a page of the same site made it, or if the person typed the address. Then "
        "SameSite does not stop any cookie.",
        "RFC 6265bis, 5.2",
        f"{IETF}draft-ietf-httpbis-rfc6265bis#section-5.2",
    ),
    Term(
        "SameSite",
        "A cookie attribute: whether the cookie goes with cross-site requests. Strict: with none; Lax: "
        "only when the person follows a link; None: with all, if the cookie is Secure.",
        "RFC 6265bis, 4.1.2.7",
        f"{IETF}draft-ietf-httpbis-rfc6265bis#section-4.1.2.7",
    ),
    Term(
        "scope",
        "What a site asks for, as words in its request: openid, profile, email. Each stands for certain claims or "
        "rights.",
        "OpenID Connect Core 1.0, 5.4",
        f"{CORE}#ScopeClaims",
    ),
    Term(
        "Secure",
        "A cookie attribute: the cookie goes over https only. Some browsers also send it over http to localhost.",
        "RFC 6265, 4.1.2.5",
        f"{IETF}rfc6265#section-4.1.2.5",
    ),
    Term(
        "seen",
        "A sentence marked so says what entries of the journal record. They can be opened.",
        "MDN, HTTP messages",
        f"{MDN}Web/HTTP/Guides/Messages",
    ),
    Term(
        "session",
        "What a server keeps for one browser from request to request: names with values. Django finds it by the "
        "session key in a cookie.",
        "Django 5.2 documentation, How to use sessions",
        SESSIONS,
    ),
    Term(
        "session cookie",
        "The cookie that carries the session key. Others use these words for any cookie that goes when the browser "
        "closes; here that is a browser-length cookie.",
        "Django 5.2 documentation, Settings: SESSION_COOKIE_NAME",
        f"{DJANGO}ref/settings/#session-cookie-name",
    ),
    Term(
        "session data",
        "The names and values of one session. In the database Django keeps them signed, but not encrypted.",
        "Django 5.2 documentation, How to use sessions: Session serialization",
        f"{SESSIONS}#session-serialization",
    ),
    Term(
        "session engine",
        "Where Django keeps sessions, by the setting SESSION_ENGINE: a database, a cache, files, or the cookie itself.",
        "Django 5.2 documentation, Settings: SESSION_ENGINE",
        f"{DJANGO}ref/settings/#session-engine",
    ),
    Term(
        "session key",
        "The random name of one session. The session cookie carries it, and whoever sends it is taken for the same "
        "browser.",
        "Django 5.2 documentation, How to use sessions: Session security",
        f"{SESSIONS}#session-security",
    ),
    Term(
        "sid",
        "The claim that names one session at the provider, in an ID Token and a logout token. Another session there "
        "has another value.",
        "OpenID Connect Back-Channel Logout 1.0, 2.1",
        f"{BACK_CHANNEL_LOGOUT}#OPMetadata",
    ),
    Term(
        "single sign-on",
        "One sign-in at the provider is enough for several sites. Each site still has a session and a cookie of its "
        "own.",
        "OpenID Connect Core 1.0, 3.1.2.3",
        f"{CORE}#Authenticates",
    ),
    Term(
        "site",
        "Scheme and registrable domain of an address: all hosts under one such domain are one site, and SameSite asks "
        "about sites. In this lab site A and site B are names of two servers, and mean no more.",
        "MDN, Glossary: Site",
        f"{MDN}Glossary/Site",
    ),
    Term(
        "state",
        "A random value that a site sends with its request and gets back with the answer. It ties the answer to the "
        "session that asked.",
        "OpenID Connect Core 1.0, 3.1.2.1",
        f"{CORE}#AuthRequest",
    ),
    Term(
        "stateless",
        "A server that is stateless keeps nothing from one request to the next. HTTP is; a session is what a site "
        "adds to it.",
        "RFC 9110, 3.3",
        f"{IETF}rfc9110#section-3.3",
    ),
    Term(
        "sub",
        "The claim that names a person at one provider, and never another person there. A name or an e-mail address "
        "can change hands.",
        "OpenID Connect Core 1.0, 5.7",
        f"{CORE}#ClaimStability",
    ),
    Term(
        "userinfo",
        "An address of the provider. It answers whoever brings an access token with claims about the person.",
        "OpenID Connect Core 1.0, 5.3",
        f"{CORE}#UserInfo",
    ),
    Term(
        "visitor",
        "One browser, as far as its cookies tie together what several servers saw. A private window has cookies of "
        "its own, so it is another visitor.",
        "RFC 6265, 5.3",
        f"{IETF}rfc6265#section-5.3",
    ),
)

BY_NAME = {term.name: term for term in TERMS}
