"""The ways to leave, and who still knows you after each."""

from collections.abc import Sequence

from django.utils.text import capfirst

from lab.endpoints import END_OR_STAY, SIGN_OUT_OF_IDENTITY, SIGN_OUT_OF_SITE, SIGN_OUT_OF_SITE_AND_IDENTITY
from lab.servers import IDENTITY, SERVERS, SITE_A, SITE_B, Server
from lab.staging.acts import IN_MENU, Act, Answer, IsTold, Manage, Open, Press, Reopen, SignIn
from lab.staging.parts import Option, Question, Reader, Scenario, Stage, Verdict
from session_inspector.explain.sessions import person_of
from session_inspector.journal.schema import Entry

SIGN_IN = (SignIn(SITE_A), SignIn(SITE_B))
STAY_SIGNED_IN = (SignIn(SITE_A, is_remembered=True), SignIn(SITE_B))
LOOK = (Open(IDENTITY), Open(SITE_A), Open(SITE_B))
LOOK_AFTER_CLOSING = (Reopen(IDENTITY, "/", ""), Open(SITE_A), Open(SITE_B))
ASK_IDENTITY = Press(SITE_A, "/", "", "Sign out here and at Identity", SIGN_OUT_OF_SITE_AND_IDENTITY, then=IN_MENU)
DELETE_ROWS = 'shell -v 0 -c "Session.objects.all().delete()"'


def check(steps: Sequence[Entry]) -> Verdict:
    """Whom each server took you for at the end."""
    pages = steps[-len(SERVERS) :]
    shown = {page.server: "known" if person_of(page.exchange) else "gone" for page in pages}
    return Verdict(shown, tuple(pages))


def known(server: Server, because: str, explain: str, unless: str, why_not: str) -> Question:
    """That server still knows you; ``unless`` is what somebody believes who expects otherwise."""
    return asked(server, "known", yes(server, because, explain=explain), no(server, unless, why_not=why_not))


def gone(server: Server, because: str, explain: str, unless: str, why_not: str) -> Question:
    """That server does not know you any more."""
    return asked(server, "gone", yes(server, unless, why_not=why_not), no(server, because, explain=explain))


def yes(server: Server, because: str, **reason: str) -> Option:
    return Option("known", f"{capfirst(server.title)} knows you.", because, **reason)


def no(server: Server, because: str, **reason: str) -> Option:
    return Option("gone", f"{capfirst(server.title)} does not know you.", because, **reason)


def asked(server: Server, right: str, *options: Option) -> Question:
    question = f"Does {server.title} still know you?"
    return Question(server.name, question, question, options, right)


def left_by(
    name: str,
    way: str,
    steps: tuple[Act, ...],
    *questions: Question,
    begin: tuple[Act, ...] = SIGN_IN,
    is_last: bool = False,
) -> Stage:
    """``way`` says in a sentence what you do, signed in everywhere; the last three of ``steps`` look at each server."""
    return Stage(
        name=name,
        title=f"You are signed in at all three. {way} Who still knows you?",
        questions=questions,
        steps=(*begin, *steps),
        check=check,
        repair="" if is_last else "Nothing is changed. This is another way to leave.",
    )


SCENARIO = Scenario(
    name="leaving",
    title="Eleven ways to leave. Who still knows you?",
    happens="You sign out, or close the browser, and a site still knows you. Or a site forgets you, where you did not "
    "sign out.",
    minutes=25,
    places={Reader.LEARNER: 3, Reader.DEVELOPER: 4},
    stages=(
        left_by(
            "site_only",
            "You sign out of site A.",
            (Press(SITE_A, "/", "", "Sign out of this site", SIGN_OUT_OF_SITE, then=IN_MENU), *LOOK),
            known(
                IDENTITY,
                "Nobody told it that I signed out.",
                "Site A deletes its own row and tells nobody. So one click signs you in there again, without a "
                "password.",
                "It signed me in, so it signs me out.",
                "The sign-in was over when site A knew you. Since then site A has a session of its own, and it ended "
                "only that.",
            ),
            gone(
                SITE_A,
                "It deleted its own row.",
                "Site A deleted its row, and told your browser to delete the cookie.",
                "Identity signs me in again at once.",
                "It would, after a click on *Sign in*. To open a page of site A asks nobody.",
            ),
            known(
                SITE_B,
                "It has a row of its own.",
                "Your browser still has the cookie of site B, and site B has the row. Nobody told it anything.",
                "The two sites share one sign-in.",
                "They share Identity, and that only while you sign in. Each of them began a session of its own then.",
            ),
        ),
        left_by(
            "staying",
            "You sign out of site A and at Identity. Identity asks, and you choose to stay.",
            (ASK_IDENTITY, Answer(IDENTITY, "Stay signed in at Identity", END_OR_STAY, ("decision", "stay")), *LOOK),
            known(
                IDENTITY,
                "I said that I stay.",
                "Site A sent you to Identity with the request to end that session, too. Identity asks you, and does "
                "what you say.",
                "Site A asked it to sign me out.",
                "A site may ask. Identity asks you before it does it, and you said no.",
            ),
            gone(
                SITE_A,
                "It ended its session first.",
                "Site A deletes its row and only then sends you to Identity. Your answer is about Identity.",
                "I said that I stay signed in.",
                "Identity asked that about itself. Site A had deleted its row before.",
            ),
            known(
                SITE_B,
                "Nobody told it.",
                "Identity tells the sites when its own session ends. It has not ended.",
                "To sign out at a site signs out of all.",
                "Site A does not know of site B. Only Identity knows of both, and it had no reason to tell.",
            ),
        ),
        left_by(
            "leaving",
            "You sign out of site A and at Identity. Identity asks, and you agree.",
            (ASK_IDENTITY, Answer(IDENTITY, "Sign out at Identity too", END_OR_STAY, ("decision", "leave")), *LOOK),
            gone(
                IDENTITY,
                "I agreed.",
                "Identity deleted its row, and told your browser to delete the cookie.",
                "A site cannot sign me out there.",
                "Not alone. It asked, and you agreed.",
            ),
            gone(
                SITE_A,
                "It ended its session first.",
                "Site A deleted its row before it sent you to Identity.",
                "I signed out at Identity in the end.",
                "You began at site A, and it ended its own session at that click.",
            ),
            gone(
                SITE_B,
                "Identity told it.",
                "Identity sent a logout token to each site where this session had signed you in, from server to "
                "server. Site B deleted the row.",
                "Its cookie is still in my browser.",
                "It was. But a cookie is only a key, and the row that it finds was deleted.",
            ),
        ),
        left_by(
            "at_identity",
            "You sign out at Identity.",
            (Press(IDENTITY, "/", "", "Sign out at Identity", SIGN_OUT_OF_IDENTITY, then=IN_MENU), *LOOK),
            gone(
                IDENTITY,
                "I signed out there.",
                "Identity deleted its row, and your browser the cookie.",
                "The sites still need that session.",
                "They do not. Each site has a session of its own.",
            ),
            gone(
                SITE_A,
                "Identity told it.",
                "Identity knows to which sites this session has led. It sent each of them a logout token, from server "
                "to server. No page of theirs has to be open.",
                "I did not click there.",
                "No click is needed. The message goes from server to server.",
            ),
            gone(
                SITE_B,
                "Identity told it, too.",
                "Site B got a logout token of its own.",
                "I gave no password there, so Identity does not know of it.",
                "Identity knows of each site where this session signed you in, with a password or without.",
            ),
        ),
        left_by(
            "session_ended",
            "At Identity you end this browser’s session, in the list of your sessions.",
            (
                Press(IDENTITY, "/sessions/", "Where are you signed in here?", "End this session", "/sessions/end/"),
                *LOOK,
            ),
            gone(
                IDENTITY,
                "It was the session of this browser.",
                "Identity deleted the row that your cookie finds.",
                "The list is there to end other sessions.",
                "Each button ends the session of its line. This line was yours.",
            ),
            gone(
                SITE_A,
                "Identity tells the sites, whatever ended its session.",
                "Identity tells the sites when a row of its own ends, by whatever button that was. It works the same "
                "for your other browsers.",
                "Only *Sign out* tells the sites.",
                "Not the button tells them. Identity does, when the row ends.",
            ),
            gone(
                SITE_B,
                "It was told, too.",
                "The logout token names the session that has ended. Site B deleted the row that began with it.",
                "The list shows sessions at Identity only.",
                "It does. But to each of them belong the sessions at the sites that began with it.",
            ),
        ),
        left_by(
            "row_deleted",
            "Somebody deletes all rows of site A’s session table.",
            (Manage(SITE_A, DELETE_ROWS), *LOOK),
            known(
                IDENTITY,
                "It has a table of its own.",
                "The command works in the database of site A. Identity has another one.",
                "Site A tells it that the session is over.",
                "Nobody tells it. A row that goes at a site is no news to the others.",
            ),
            gone(
                SITE_A,
                "My key finds no row.",
                "Your browser still sent its key, and site A found no row. Everybody else with a row in that table is "
                "signed out, too.",
                "My browser still has the cookie.",
                "It has, but there is only a key in it. What the key opened is gone.",
            ),
            known(
                SITE_B,
                "It has another table.",
                "Site B looks for its own key in its own table.",
                "Identity tells all sites.",
                "Only when a session at Identity ends. None has ended.",
            ),
        ),
        left_by(
            "expired",
            "You let the session at site A expire.",
            (Press(SITE_A, "/values/", "What is in a session?", "Expire now", "/values/expire/"), *LOOK),
            known(
                IDENTITY,
                "Its row has a date of its own.",
                "The date of your row at Identity has not passed.",
                "All three sessions end at the same time.",
                "They began one after the other, and each has its own date.",
            ),
            gone(
                SITE_A,
                "Its row is past its date.",
                "Django looks for a row of that key whose date has not passed. There is none, though the row is still "
                "in the table.",
                "The row is still in the table.",
                "It is. But a row past its date counts as none.",
            ),
            known(
                SITE_B,
                "Nothing happened there.",
                "Nobody tells a site that the session at another site has expired.",
                "Identity notices, and tells it.",
                "Identity does not see the table of site A.",
            ),
        ),
        left_by(
            "closed",
            "You close the browser and start it again.",
            LOOK_AFTER_CLOSING,
            gone(
                IDENTITY,
                "Its cookie ends with the browser.",
                "You did not tick *Keep me signed in here*, so the cookie of Identity has no expire date, and the "
                "browser forgot it. The row at Identity is still there, but nobody has its key.",
                "A browser keeps its cookies.",
                "It keeps those that have an expire date. The one of Identity has none. Only a browser that restores "
                "its tabs brings such a cookie back.",
            ),
            known(
                SITE_A,
                "Its cookie has an expire date.",
                "A cookie with an expire date is kept on the disk. The browser sent it again.",
                "Who closes the browser is signed out.",
                "That is so where the cookie has no expire date. A private window forgets the others, too.",
            ),
            known(
                SITE_B,
                "Nobody told it.",
                "No server sees that a browser closes. Site B still has its row, and the browser its cookie.",
                "Identity tells it that I am gone.",
                "Identity does not see it, either. Its row has not ended.",
            ),
        ),
        left_by(
            "closed_kept",
            "Identity was asked to keep you signed in. You close the browser and start it again.",
            LOOK_AFTER_CLOSING,
            known(
                IDENTITY,
                "Its cookie has an expire date this time.",
                "With the tick, Identity gives its cookie an expire date. So the browser keeps it on the disk.",
                "Its cookie ends with the browser.",
                "It does without the tick. With it, the cookie has an expire date.",
            ),
            known(
                SITE_A,
                "Its cookie has an expire date with or without the tick.",
                "For the sites nothing is different from the stage before.",
                "The tick was for Identity only.",
                "It was. But the cookie of site A has an expire date anyway.",
            ),
            known(
                SITE_B,
                "The browser kept its cookie.",
                "The browser sent the key of site B, and the row was there.",
                "It asks Identity to sign me in anew.",
                "It need not: its own row says who you are.",
            ),
            begin=STAY_SIGNED_IN,
        ),
        left_by(
            "cookie_deleted",
            "In the browser you delete the cookie of site A.",
            (Open(SITE_A), Open(SITE_A, deleted="site_a_session", is_again=True), Open(IDENTITY), Open(SITE_B)),
            known(
                IDENTITY,
                "It has another cookie.",
                "The cookie of Identity is still in your browser.",
                "One cookie signs me in everywhere.",
                "There are three cookies, one for each server.",
            ),
            gone(
                SITE_A,
                "It needs the key to find the row.",
                "The row is still there and says who you are. Only the cookie had its key.",
                "Its row is still there.",
                "It is. But your browser does not bring the key any more.",
            ),
            known(
                SITE_B,
                "It has another cookie, too.",
                "Your browser sends site B the same cookie as before.",
                "Site A tells the others.",
                "Site A itself does not know it: it sees only a request without a cookie.",
            ),
        ),
        left_by(
            "disabled",
            "Somebody disables your account at Identity.",
            (Manage(IDENTITY, "disable_user alice"), IsTold(SITE_A), IsTold(SITE_B), *LOOK),
            gone(
                IDENTITY,
                "The account is not active any more.",
                "The command marks the account as not active, and your sessions at Identity end with that.",
                "I had signed in before.",
                "That does not help: the command has ended your session.",
            ),
            gone(
                SITE_A,
                "Identity told it.",
                "A session at Identity has ended, so the sites that it led to are told, as after every other end.",
                "Site A has a user of its own for me.",
                "It has, and that user is still active. But site A ended the session when Identity told it.",
            ),
            gone(
                SITE_B,
                "All sites of that session are told.",
                "Site B deleted its row when the logout token came. No browser was needed.",
                "Only site B itself can end its session.",
                "It did that itself: it believes the logout tokens of Identity.",
            ),
            is_last=True,
        ),
    ),
)
