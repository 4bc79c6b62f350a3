"""A client that takes logout tokens, over real HTTP, and answers what a test wants."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Receiver:
    """``status`` is the answer, kept back until ``hold`` is set; ``got`` are the tokens, ``hosts`` who was asked."""

    def __init__(self):
        self.status = 200
        self.hold = threading.Event()
        self.hold.set()
        self.got: list[str] = []
        self.hosts: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                receiver.hosts.append(self.headers["Host"])
                receiver.got += form["logout_token"]
                receiver.hold.wait(20)
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Nothing: the tests look at what came."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://receiver.localhost:{self.server.server_port}"

    def close(self) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()
