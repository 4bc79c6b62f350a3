"""``LAB_DATABASE_URL``: a PostgreSQL server, and a role there that may create databases and roles."""

import os
import re

URL = os.environ.get("LAB_DATABASE_URL", "")
FORM = "postgresql://role:password@host:port/database"

if URL and not re.match("postgres(ql)?://", URL):  # it is not shown: a password may stand in it
    raise SystemExit(f"LAB_DATABASE_URL must have the form {FORM}.")
