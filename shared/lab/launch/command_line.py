"""Django's command line, at home in the lab: what the ``manage.py`` of each server runs."""

import contextlib
import gc
import signal
import traceback

from lab.launch.supervision import end_with_honcho, start_anew_with_each_edit


def execute(arguments: list[str]) -> None:
    """``arguments`` as in ``sys.argv``. Whatever it is, it ends with honcho; ``runserver`` starts anew with each edit,
    unless it is told ``--noreload``."""
    end_with_honcho()
    if arguments[1:2] == ["runserver"] and "--noreload" not in arguments:
        start_anew_with_each_edit()  # before the code is read that may be edited meanwhile
        execute_until_an_edit(arguments)
    else:
        execute_with_django(arguments)


def execute_until_an_edit(arguments: list[str]) -> None:
    """Code that cannot be loaded says why, and waits for the edit that mends it."""
    try:
        execute_with_django(arguments)
    except Exception:
        traceback.print_exc()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


def execute_with_django(arguments: list[str]) -> None:
    """Ends the process with one line if the state folder or a database cannot be used."""
    import django  # not above: whatever is wrong with the code, an edit is waited for
    from django.core.management import execute_from_command_line

    gc.disable()
    try:
        django.setup()  # here rather than in Django's, which would wait for an edit in a way of its own
        gc.freeze()  # what is loaded stays, so nobody need look again and again whether it is garbage
        gc.enable()
        execute_from_command_line(arguments)
    except Exception as error:
        from lab.launch.faults import said_of_fault  # not above: it needs Django

        if line := said_of_fault(error):
            raise SystemExit(line) from None
        raise
