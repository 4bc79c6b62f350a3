"""Where OP sessions are kept: always in the database, whose rows say which of them have ended."""
