"""The table of all checks, in the order in which they are done."""

from collections.abc import Callable, Iterator

from lab.doctor.finding import Finding
from lab.doctor.machine import check_hosts, check_ports
from lab.doctor.postgresql import check_postgresql
from lab.doctor.projects import check_cookie_names, check_issuer, check_settings
from lab.doctor.secret_files import check_clients, check_secrets
from lab.doctor.state_folder import check_clock, check_databases, check_folder
from lab.state import STATE

Check = Callable[[], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("ports", check_ports),
    ("host names", check_hosts),
    ("state folder", check_folder),
    ("databases", check_databases),
    ("PostgreSQL", check_postgresql),
    ("secrets and keys", check_secrets),
    ("clients at Identity", check_clients),
    ("clock", check_clock),
    ("settings", check_settings),
    ("cookie names", check_cookie_names),
    ("issuer", check_issuer),
)


def findings_of(check: Check) -> list[Finding]:
    """A file that cannot be read is one, too."""
    try:
        return list(check())
    except OSError as error:
        return [Finding(f"This cannot be checked: {error}.", "A server cannot read it either.", f"ls -lR {STATE}")]
