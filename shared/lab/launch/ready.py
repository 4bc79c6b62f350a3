"""Say what to open, once every server answers. ``python -m lab.launch.ready``, a line of the Procfile."""

import os
import sys
import time

from bounded_http import NoAnswer, Request, exchange
from lab import runs
from lab.chosen_provider import choice_for
from lab.launch.supervision import STARTED_BY, end_with_honcho
from lab.servers import ARE_ONE_SITE, DOMAIN, INSPECTOR, IS_CLASS, IS_HTTPS, SERVERS, SITE_A, Server
from lab.state import is_running, running, teacher_key

ONE_SITE = (
    f"Under {DOMAIN} the servers are one site to a browser. It sends SameSite=Strict cookies between them. Each server "
    "can set cookies for the others. Under localhost this is not so."
)
# What is left of this process then: one that ended would end the others. A shell is smaller than a Python, by 3 MB. It
# ends soon after the process whose number it is given.
STAY = 'while kill -0 "$0" 2>/dev/null; do sleep 5; done'
START_TIMEOUT = 90  # seconds; a slow machine makes keys and databases on its first start


def answers(server: Server) -> bool:
    """Whether that server of this lab answers. Asks for a static file: nothing that a lesson would show."""
    request = Request("HEAD", f"{server.origin}/static/lab.css", address=server.back_channel_address)
    try:
        return is_running(server.name) and exchange(request, 2, 2, 1000).status == 200
    except NoAnswer:
        return False


def wait() -> list[Server]:
    """Wait until all answer, for ``START_TIMEOUT`` seconds at most; return those that do not."""
    silent = [*SERVERS, INSPECTOR]
    deadline = time.monotonic() + START_TIMEOUT
    while silent and time.monotonic() < deadline:
        time.sleep(0.1)
        silent = [server for server in silent if not answers(server)]
    return silent


if __name__ == "__main__":
    end_with_honcho()
    if IS_HTTPS:
        from lab.certificates import trust_authority  # not above: over http, nothing needs certificates

        trust_authority()
    with running("ready"):
        if silent := wait():
            sys.exit(f"No answer after {START_TIMEOUT} s from " + ", ".join(server.origin for server in silent))
        if ARE_ONE_SITE:
            print(ONE_SITE)
        run = runs.current()
        if not run.is_usual:
            print(f"A scenario is on: {run.scenario}, {run.stage}. Back to normal: {INSPECTOR.origin}/scenarios/")
        elif choice := choice_for(SITE_A):
            at = choice.settings["OIDC_OP_ISSUER"]
            print(f"Site A signs in at {at}. Back to Identity: {SITE_A.origin}/provider/")
        if IS_CLASS:
            print(f"The teacher's key, for {INSPECTOR.origin}/key/: {teacher_key()}")
        begin = SITE_A if IS_CLASS else INSPECTOR  # in a class, a page of one's own leads to the inspector
        print(f"Ready. Open {begin.origin} (accounts: alice / alice, bob / bob).", flush=True)
    os.execvp("sh", ["sh", "-c", STAY, str(STARTED_BY)])
