"""Checks that several scenarios share."""

from collections.abc import Sequence

from lab.staging.parts import Verdict
from session_inspector.explain.sessions import signs_in
from session_inspector.journal.schema import Entry


def of_sign_in(steps: Sequence[Entry]) -> Verdict:
    """Of the question ``sign_in``: whether the last step, a callback, signed somebody in: ``works`` or ``fails``."""
    callback = steps[-1]
    return Verdict({"sign_in": "works" if signs_in(callback.exchange) else "fails"}, (callback,))
