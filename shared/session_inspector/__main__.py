"""``python -m session_inspector``: the inspector of all projects that write into one journal."""

import sys
from argparse import ArgumentParser

from session_inspector.configuration import DEFAULT_PORT


def main() -> None:
    parser = ArgumentParser(
        prog="python -m session_inspector",
        description="Serve the session inspector on this machine, for this machine alone.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="by default %(default)s")
    parser.add_argument("--journal", default="", help="where JOURNAL of the projects is, if they set it")
    asked = parser.parse_args()

    from session_inspector.inspector.standalone import serve  # a wrong argument needs no Django

    try:
        serve(asked.port, asked.journal)
    except OSError as error:
        sys.exit(f"Port {asked.port} cannot be used: {error.strerror}. Another one: --port")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
