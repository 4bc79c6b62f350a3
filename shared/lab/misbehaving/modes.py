"""In which ways the provider misbehaves: each is data. The site is to verify everything in all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.misbehaving.answers import TOKEN, USERINFO, Answer, from_now
from lab.runs import Run


@dataclass(frozen=True)
class Key:
    """A signing key under that ``kid``. Two of one ``kid`` are different keys if their names differ."""

    name: str
    kid: str


FIRST = Key("first", "first")


@dataclass(frozen=True)
class Mode:
    """``title`` says what the provider does, ``then`` what the site does of it, and ``section`` where that is asked of
    the site. ``sign_ins`` is how often one has to sign in to see it.

    The other fields are what differs from a provider that does everything right: ``header`` and ``claims`` of the ID
    Token, and ``algorithm``, by which it is signed; ``userinfo``; whole ``answers``, by their path; ``back``, what the
    browser brings instead of a code; ``waits``, the seconds before tokens are given. It signs with the first of its
    ``keys``; each time that somebody has asked for its public keys, the next one signs from then on. It publishes the
    one that signs, or ``publishes``.
    """

    name: str
    title: str
    then: str
    section: str
    sign_ins: int = 1
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    userinfo: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    back: Mapping[str, str] = field(default_factory=dict)
    algorithm: str = "RS256"
    keys: tuple[Key, ...] = (FIRST,)
    publishes: Key | None = None
    waits: float = 0


WELL_BEHAVED = Mode(
    "well_behaved",
    "It does everything right.",
    "Site B signs you in as carol, whom only this provider knows.",
    "OpenID Connect Core 1.0, 3.1",
)
SAME_KID = Mode(
    "same_kid",
    "Once the site has its key, it signs with another one under the same `kid`.",
    "The first sign-in works. At the second one, the `signature` does not fit the key that site B kept. It fetches the"
    " public keys once more, and that sign-in works, too.",
    "OpenID Connect Core 1.0, 10.1.1",
    sign_ins=2,
    keys=(FIRST, Key("second", "first")),
)

MODES = (
    WELL_BEHAVED,
    Mode(
        "wrong_issuer",
        "It says in the ID Token that another provider issued it.",
        "Site B refuses the token because of its `iss`.",
        "OpenID Connect Core 1.0, 3.1.3.7, step 2",
        claims={"iss": "https://provider.example"},
    ),
    Mode(
        "wrong_audience",
        "It gives the site an ID Token that was made for another site.",
        "Site B refuses the token because of its `aud`.",
        "OpenID Connect Core 1.0, 3.1.3.7, step 3",
        claims={"aud": "another-site"},
    ),
    Mode(
        "expired",
        "It gives the site an ID Token that expired five minutes ago.",
        "Site B refuses the token because of its `exp`.",
        "OpenID Connect Core 1.0, 3.1.3.7, step 9",
        claims={"iat": from_now(-600), "exp": from_now(-300)},
    ),
    Mode(
        "other_nonce",
        "It gives the site an ID Token of another sign-in.",
        "Site B refuses the token because of its `nonce`.",
        "OpenID Connect Core 1.0, 3.1.3.7, step 11",
        claims={"nonce": "of-another-sign-in"},
    ),
    Mode(
        "unpublished_key",
        "It signs with a key that it has not published.",
        "Site B fetches the public keys and refuses the token because of its `kid`: none of them has that name.",
        "OpenID Connect Core 1.0, 10.1",
        keys=(Key("unpublished", "unpublished"),),
        publishes=FIRST,
    ),
    SAME_KID,
    Mode(
        "new_kid",
        "Once the site has its key, it signs with another one under a new `kid`.",
        "Both sign-ins work: site B does not know the new `kid`, and fetches the public keys again.",
        "OpenID Connect Core 1.0, 10.1.1",
        sign_ins=2,
        keys=(FIRST, Key("second", "second")),
    ),
    Mode(
        "unsigned",
        "It does not sign the ID Token, and says so: `alg` is `none`.",
        "Site B refuses the token because of its `alg`, and asks for no key.",
        "OpenID Connect Core 1.0, 3.1.3.7, step 7",
        header={"alg": "none"},
        algorithm="none",
    ),
    Mode(
        "no_id_token",
        "It gives the site an access token and no ID Token.",
        "Site B cannot use the answer: nothing in it says who you are.",
        "OpenID Connect Core 1.0, 3.1.3.3",
        answers={TOKEN: Answer(200, '{"token_type": "Bearer", "access_token": "at"}', "application/json")},
    ),
    Mode(
        "no_userinfo",
        "It answers its own error, 500, when it is asked about you.",
        "The ID Token is good, and site B refuses the sign-in all the same: it does not know your name.",
        "OpenID Connect Core 1.0, 5.3.3",
        answers={USERINFO: Answer(500, "Something went wrong here.")},
    ),
    Mode(
        "other_person",
        "Asked about you, it tells the site about another person.",
        "Site B refuses the sign-in: `sub` there is not the one of the ID Token.",
        "OpenID Connect Core 1.0, 5.3.2",
        userinfo={"sub": "8", "name": "dave"},
    ),
    Mode(
        "slow",
        "It lets the site wait a quarter of a minute for the tokens.",
        "Site B gives up after ten seconds, and says so.",
        "RFC 9110, 15.6.5",
        waits=15,
    ),
    Mode(
        "error",
        "It sends you back with an error instead of a code.",
        "Site B shows the error, and asks for no token.",
        "OpenID Connect Core 1.0, 3.1.2.6",
        back={"error": "server_error", "error_description": "The provider cannot do this now."},
    ),
)


def mode_named(name: str) -> Mode | None:
    return next((one for one in MODES if one.name == name), None)


def mode_of(run: Run) -> Mode | None:
    """None where the run wants no such provider, and for a mode of another version of the lab."""
    return mode_named(run.provider)
