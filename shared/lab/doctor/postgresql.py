"""What can be amiss with the PostgreSQL server of ``LAB_DATABASE_URL``."""

from collections.abc import Iterator

from lab.database_url import FORM, URL
from lab.doctor.finding import Finding

RIGHTS = "SELECT current_user, rolsuper OR (rolcreatedb AND rolcreaterole) FROM pg_roles WHERE rolname = current_user"
TIMEOUT = 5  # seconds


def check_postgresql() -> Iterator[Finding]:
    if not URL:
        return
    import psycopg  # not above: most labs have no use for it

    try:
        with psycopg.connect(URL, connect_timeout=TIMEOUT) as administrator:
            role, may_make = administrator.execute(RIGHTS).fetchone() or ("", False)
    except psycopg.Error as error:
        yield Finding(
            f"PostgreSQL cannot be used: {str(error).splitlines()[0]}",
            "All data of this lab lie there.",
            f"export LAB_DATABASE_URL={FORM}  # or start PostgreSQL",
        )
        return
    if not may_make:
        yield Finding(
            f"The role {role} of LAB_DATABASE_URL may not make databases and roles.",
            "Each server has a database and a role of its own.",
            f"psql -c 'ALTER ROLE {role} CREATEDB CREATEROLE'  # as a superuser of PostgreSQL",
        )
