"""The provider as a process of the lab: for one run, then it sleeps again."""

import signal
from ssl import SSLContext

from lab import runs
from lab.launch.ports import is_free, said_of
from lab.launch.supervision import end_with_honcho, start_anew_with_each_run
from lab.misbehaving.answers import CLIENT_ID
from lab.misbehaving.modes import Mode, mode_of
from lab.misbehaving.provider import Provider
from lab.servers import IS_HTTPS, PROVIDER, SITES
from lab.state import running


def serve() -> None:
    """Be the provider until there is another run; then this process begins anew, and sleeps if it is not wanted."""
    end_with_honcho()
    run = runs.current()
    start_anew_with_each_run(run, PROVIDER.name)
    with running(PROVIDER.name):
        if not is_free(PROVIDER.port):
            print(said_of(PROVIDER.port), flush=True)
        elif mode := mode_of(run):
            provider_in(mode)
            runs.note_ready(PROVIDER.name, run)
            print(f"{PROVIDER.title} answers at {PROVIDER.origin}, mode {mode.name}", flush=True)
        signal.pause()


def context_of_https() -> SSLContext | None:
    if not IS_HTTPS:
        return None
    from lab.certificates import context  # not above: over http, nothing needs certificates

    return context()


def provider_in(mode: Mode) -> Provider:
    """It leads a browser to the two addresses of a site where Identity does, too."""
    leads_to = {f"{site.origin}{path}" for site in SITES for path in ("/oidc/callback/", "/signed-out/")}
    return Provider(PROVIDER.origin, CLIENT_ID, mode, leads_to, PROVIDER.bind_address, context_of_https())
