"""Where the inspector answers, for links on the pages of a project that it watches.

Where each sees only their own entries (``OWN_ONLY``), the address begins with a private name. It names a jar of cookies
and is signed with the journal's key, 256 bits: whoever has those cookies finds it in the bar of their own page, and
nobody else can make it. It is kept nowhere, so neither the journal nor an export of it tells it.
"""

import re

from django.core.signing import BadSignature, Signer

from session_inspector.configuration import configuration
from session_inspector.journal.database import redactor

NAME_IN_PATH = re.compile(r"/([0-9a-f]{1,32}\.[A-Za-z0-9_-]{43})(/.*)?")


def private_name(jar: str) -> str:
    return signer().sign(jar)


def jar_named(name: str) -> str:
    """The jar that a private name stands for; empty if it was not made here. Takes as long for each wrong one."""
    try:
        return signer().unsign(name)
    except BadSignature:
        return ""


def signer() -> Signer:
    return Signer(key=redactor().key.decode(), sep=".", salt="session_inspector.private_name", fallback_keys=[])


def base_for(jar: str) -> str:
    """What the addresses of the inspector begin with for the browser that has this jar; empty where it has none and
    sees nothing without."""
    if not configuration().own_only:
        return configuration().inspector
    return f"{configuration().inspector}/{private_name(jar)}" if jar else ""


def page_for(jar: str) -> str:
    """The page of the inspector that shows whose jar that is; empty where there is none."""
    if not jar:
        return ""
    return f"{base_for(jar)}/" if configuration().own_only else f"{base_for(jar)}/?jar={jar}"
