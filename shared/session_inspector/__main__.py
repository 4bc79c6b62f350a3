"""``python -m session_inspector``: the inspector of all projects that write into one journal."""

import sys
from argparse import ArgumentParser, ArgumentTypeError

from session_inspector.configuration import DEFAULT_PORT


def port(asked: str) -> int:
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise ArgumentTypeError(f"{asked!r} is no port: 1 to 65535")
    return int(asked)


def main() -> None:
    parser = ArgumentParser(
        prog="python -m session_inspector",
        description="Serve the session inspector on this machine, for this machine alone.",
    )
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, help="by default %(default)s")
    parser.add_argument("--journal", default="", help="what the projects have as JOURNAL, if they have one")
    asked = parser.parse_args()

    from django.db import DatabaseError  # a wrong argument needs no Django

    from session_inspector.inspector.standalone import serve

    try:
        serve(asked.port, asked.journal)
    except OSError as error:
        sys.exit(f"Port {asked.port} cannot be used: {error.strerror}. Another one: --port")
    except DatabaseError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
