"""Sessions in a cache, in files, in the cookie itself: what each engine changes."""

from collections.abc import Sequence

from lab.servers import SITE_B
from lab.staging.acts import Curl, Manage, Open, Press, Restart
from lab.staging.parts import (
    Addition,
    Change,
    Option,
    Question,
    Reader,
    RedisCache,
    RunFolder,
    Scenario,
    Settings,
    Stage,
    Verdict,
)
from lab.staging.serving import InTurnWithRedis
from session_inspector.explain.sessions import person_of
from session_inspector.explain.values import values_in
from session_inspector.journal.schema import Entry

RESTART = Addition("lab.staging.restarting.RestartMiddleware", "A page with a button starts this server again.")
CACHE: Settings = {
    "SESSION_ENGINE": Change("django.contrib.sessions.backends.cache", "No query to the database for each request."),
    "MIDDLEWARE": RESTART,
}
CACHED_DB: Settings = {
    "SESSION_ENGINE": Change(
        "django.contrib.sessions.backends.cached_db", "It reads from the cache, and writes to the table, too."
    ),
}
FILE: Settings = {
    "SESSION_ENGINE": Change("django.contrib.sessions.backends.file", "Neither a cache nor a table is needed."),
    "SESSION_FILE_PATH": RunFolder("site_b.sessions", "Otherwise they are among all temporary files of the machine."),
    "MIDDLEWARE": RESTART,
}
SIGNED_COOKIES: Settings = {
    "SESSION_ENGINE": Change(
        "django.contrib.sessions.backends.signed_cookies", "No table is needed, and every server can read it."
    ),
    "SILENCED_SYSTEM_CHECKS": Change(
        ["relying_party.E007"], "The lab’s own check refuses this engine: nobody else can end such a session."
    ),
}
REDIS: Settings = {
    "SESSION_ENGINE": Change("django.contrib.sessions.backends.cache", "No query to the database for each request."),
    "CACHES": RedisCache("memory", "Redis is a process of its own, so all others can share it."),
}
COUNTER: Settings = {
    **SIGNED_COOKIES,
    "MIDDLEWARE": Addition(
        "lab.staging.counter.CounterMiddleware", "A page signs in by name, and keeps past orders in the session."
    ),
}


def is_cart_found(steps: Sequence[Entry]) -> Verdict:
    """By the last step, which looks into the cart."""
    shown = "ink" if "cart" in values_in(steps[-1].exchange.before) else "nothing"
    return Verdict({"cart": shown}, tuple(steps))


def is_cart_found_by_both(steps: Sequence[Entry]) -> Verdict:
    """By the last two steps, which look into the cart; different processes answer."""
    looks = [step.exchange for step in steps[-2:]]
    are_of_both = looks[0].process != looks[1].process
    shown = ("nothing", "one", "ink")[sum("cart" in values_in(look.before) for look in looks)]
    return Verdict({"cart": shown if are_of_both else ""}, tuple(steps))


def where(steps: Sequence[Entry]) -> Verdict:
    added = steps[0]
    cookies = (one for one in added.exchange.set_cookies if one.role == "session")
    shown = {False: "cookie", True: "row", None: ""}[next((one.is_random for one in cookies), None)]
    return Verdict({"cart": shown}, tuple(steps))


def who_has_the_copy(steps: Sequence[Entry]) -> Verdict:
    copied = steps[-1]
    shown = "cart" if "cart" in values_in(copied.exchange.before) else "nothing"
    return Verdict({"copy": shown}, tuple(steps[-2:]))


def whom_it_takes_one_for(steps: Sequence[Entry]) -> Verdict:
    person = person_of(steps[-1].exchange) or "nobody"
    return Verdict({"person": person}, tuple(steps))


def i_am(person: str) -> Press:
    return Press(SITE_B, "/counter/", "The counter", f"I am {person}", "/counter/")


ADD_INK = Press(SITE_B, "/cart/", "Your cart", "Add", "/cart/add/", beside="Ink, black")
LOOK_INTO_CART = Open(SITE_B, "/cart/", "Your cart", is_again=True)
DELETE_ROWS = Manage(SITE_B, 'shell -v 0 -c "Session.objects.all().delete()"')
FORGET = Press(
    SITE_B,
    "/session/forget/",
    "Forget this browser",
    "Forget me here, and go on to inspector",
    "/session/forget/",
)

SCENARIO = Scenario(
    name="session_stores",
    title="Sessions in a cache, in files, in the cookie",
    happens="You use, or think of, another session engine than `db`: `cache`, `cached_db`, `file` or `signed_cookies`.",
    minutes=18,
    places={Reader.DEVELOPER: 12},
    stages=(
        Stage(
            name="cache",
            title="Site B keeps its sessions in a cache. You put ink into the cart, and site B starts again. "
            "What is in the cart?",
            settings={"site_b": CACHE},
            questions=(
                Question(
                    name="cart",
                    ask="What is in the cart?",
                    look="What does the cart show after the new start?",
                    options=(
                        Option(
                            "ink",
                            "The ink.",
                            "My browser still has the key.",
                            why_not="It has, and it sent the key. But site B found nothing by it: Django’s default "
                            "cache, `LocMemCache`, is in the memory of the process, and that process has ended.",
                        ),
                        Option(
                            "nothing",
                            "Nothing: it is empty.",
                            "The session was in the memory of the process.",
                            explain="Every session ended with the process, and everybody is signed out. No row, file "
                            "or log says so. A second process of the same site would not have known these sessions "
                            "either: each process has a `LocMemCache` of its own. Memcached, which all can share, is "
                            "in memory, too.",
                        ),
                    ),
                    right="nothing",
                ),
            ),
            steps=(ADD_INK, Restart(SITE_B), LOOK_INTO_CART),
            check=is_cart_found,
            repair="The engine is `cached_db`, which writes each session into the table, too.",
        ),
        Stage(
            name="cached_db",
            title="With `cached_db`, somebody deletes all rows of the session table. What is in your cart?",
            settings={"site_b": CACHED_DB},
            questions=(
                Question(
                    name="cart",
                    ask="What is in your cart, after all rows are deleted?",
                    look="What does the cart show after that?",
                    options=(
                        Option(
                            "nothing",
                            "Nothing: it is empty.",
                            "The session was a row, and the row is gone.",
                            why_not="It was a row, and a copy of it in the cache. Django looks into the cache first. "
                            "It asks the table only for a key that the cache does not have.",
                        ),
                        Option(
                            "ink",
                            "The ink.",
                            "The cache still has the session.",
                            explain="Nobody told the cache. So whoever deletes rows, to sign everybody out, signs out "
                            "nobody who is in the cache: a session is deleted by its engine, `SessionStore(key)"
                            ".delete()`, in the cache that the site uses. The other way round the engine helps: "
                            "when the cache is empty, after a new start, Django finds the row.",
                        ),
                    ),
                    right="ink",
                ),
            ),
            steps=(ADD_INK, DELETE_ROWS, LOOK_INTO_CART),
            check=is_cart_found,
            repair="The engine is `file`: no cache that can differ from a table.",
        ),
        Stage(
            name="file",
            title="Site B keeps its sessions in files. You put ink into the cart, and site B starts again. "
            "What is in the cart?",
            settings={"site_b": FILE},
            questions=(
                Question(
                    name="cart",
                    ask="What is in the cart?",
                    look="What does the cart show after the new start?",
                    options=(
                        Option(
                            "nothing",
                            "Nothing: it is empty.",
                            "Without a table, a session ends with the process.",
                            why_not="It depends on where it is kept, not on whether that is a table. A file is on the "
                            "disk, and the new process finds it by the same key.",
                        ),
                        Option(
                            "ink",
                            "The ink.",
                            "A file stays when the process ends.",
                            explain="Each session is a file whose name ends with the key. So whoever can list the "
                            "folder can be everybody: it must be readable by the server only. A second machine knows "
                            "these sessions only if it has the same folder. Files whose time is over stay, as rows do, "
                            "until `clearsessions` runs or their key comes again.",
                        ),
                    ),
                    right="ink",
                ),
            ),
            steps=(ADD_INK, Restart(SITE_B), LOOK_INTO_CART),
            check=is_cart_found,
            repair="The engine is `signed_cookies`: the server keeps nothing at all.",
        ),
        Stage(
            name="signed_cookies",
            title="Site B keeps its sessions in signed cookies. You put ink into the cart. Where is the cart then?",
            settings={"site_b": SIGNED_COOKIES},
            questions=(
                Question(
                    name="cart",
                    ask="Where is the cart?",
                    look="Look at the value of `site_b_session` in the session bar. How does it begin?",
                    options=(
                        Option(
                            "row",
                            "Like a random key.",
                            "A cookie carries a key, and the values are in a row.",
                            why_not="With this engine there is no table and no row. The cookie is the session.",
                        ),
                        Option(
                            "cookie",
                            "With `eyJ`, as JSON does in Base64.",
                            "The cookie carries the values themselves.",
                            explain="The cookie has the cart, and a signature behind it. Whoever has the cookie can "
                            "read the cart. Only the server can change it, since only it has `SECRET_KEY`. It is "
                            "signed, not encrypted.",
                        ),
                    ),
                    right="cookie",
                ),
            ),
            steps=(ADD_INK, LOOK_INTO_CART),
            check=where,
            repair="Nothing is changed. Can site B end such a session?",
        ),
        Stage(
            name="copy_lives_on",
            title="You copy that cookie. Then site B forgets your browser. What does the copy open?",
            settings={"site_b": SIGNED_COOKIES},
            questions=(
                Question(
                    name="copy",
                    ask="What does site B find for who brings the copy?",
                    look="Is “Ink, black” under “In the cart” in what the terminal printed?",
                    options=(
                        Option(
                            "nothing",
                            "Nothing: the cart is empty.",
                            "The session was deleted.",
                            why_not="There is nothing on the server that could be deleted. Site B told your browser to "
                            "forget the cookie, and the copy is not in your browser.",
                        ),
                        Option(
                            "cart",
                            "The cart, as it was.",
                            "The copy is the session.",
                            explain="Site B looks at the signature and the date, and both are right. Nobody can end a "
                            "session that lives in a cookie before it expires, not even by signing out or with a "
                            "logout token. That is why the lab’s own check refuses this engine for a Relying Party.",
                        ),
                    ),
                    right="cart",
                ),
            ),
            steps=(
                ADD_INK,
                Open(SITE_B, "/cart/", "Your cart", is_again=True, copied="site_b_session"),
                FORGET,
                Curl(SITE_B, "site_b_session", path="/cart/"),
            ),
            check=who_has_the_copy,
            repair="Nothing is repaired. Now the cookie becomes large.",
        ),
        Stage(
            name="too_large",
            title="Alice signs in, then bob at the same browser. Bob’s session has more than 4096 bytes. "
            "Whom does site B take you for?",
            settings={"site_b": COUNTER},
            questions=(
                Question(
                    name="person",
                    ask="Whom does site B take you for, after bob has signed in?",
                    look="What does the session bar of site B say who you are?",
                    options=(
                        Option(
                            "bob",
                            "Bob.",
                            "He signed in last.",
                            why_not="Site B signed him in, and put his session into a cookie. But your browser did not "
                            "take that cookie: with its name it has more than 4096 bytes.",
                        ),
                        Option(
                            "nobody",
                            "Nobody.",
                            "Without bob’s cookie there is no session.",
                            why_not="Bob’s cookie was dropped, and with it nothing else. The cookie from before is "
                            "still in your browser, and it goes with the next request.",
                        ),
                        Option(
                            "alice",
                            "Alice.",
                            "The old cookie is still there.",
                            explain="A browser drops a cookie that is too large without a word, and keeps the one of "
                            "that name from before. So bob goes on in alice’s session, sees what is hers, and buys in "
                            "her name. Site B noticed nothing: it answered as always. With a table the cookie has a "
                            "key only, of 32 characters, however much the session holds.",
                        ),
                    ),
                    right="alice",
                ),
            ),
            steps=(i_am("alice"), i_am("bob"), Open(SITE_B, is_again=True)),
            check=whom_it_takes_one_for,
            repair="The engine is `cache` again. But the cache is Redis, and site B runs as two processes.",
        ),
        Stage(
            name="redis",
            title="Site B runs as two processes, and keeps its sessions in Redis. You put ink into the cart. "
            "What do both of them show?",
            settings={"site_b": REDIS},
            served={"site_b": InTurnWithRedis()},
            questions=(
                Question(
                    name="cart",
                    ask="What is in the cart, at each of the two processes?",
                    look="What did the cart show, both times?",
                    options=(
                        Option(
                            "ink",
                            "The ink, both times.",
                            "Both ask the same Redis.",
                            explain="It is the engine of the first stage, with another cache. What one process has put "
                            "there, the other finds. Django puts pickles there, without a signature: whoever can write "
                            "into Redis can run code in site B.",
                        ),
                        Option(
                            "one",
                            "The ink at one process, nothing at the other.",
                            "A cache is in the memory of one process.",
                            why_not="`LocMemCache` is. Redis is in memory, too, but in that of a process of its own.",
                        ),
                        Option(
                            "nothing",
                            "Nothing, both times.",
                            "A cache may forget what it has.",
                            why_not="It may: this Redis keeps nothing on the disk, so it is empty when it starts "
                            "again. But it did not.",
                        ),
                    ),
                    right="ink",
                ),
            ),
            steps=(ADD_INK, LOOK_INTO_CART, LOOK_INTO_CART),
            check=is_cart_found_by_both,
        ),
    ),
)
