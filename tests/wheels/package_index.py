"""A package index that has nothing, and remembers what it was asked for."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PackageIndex:
    """``asked`` are the names of the distributions. ``variables`` let pip know this index and no other source."""

    def __init__(self):
        self.asked: list[str] = []
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                index.asked.append(self.path.removeprefix("/simple/").strip("/"))
                self.send_error(404)

            def log_message(self, *args):
                """Nothing: the tests look at what was asked."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.variables = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"http://127.0.0.1:{self.server.server_port}/simple/",
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_FIND_LINKS": "",
            "PIP_NO_INDEX": "",
        }

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
