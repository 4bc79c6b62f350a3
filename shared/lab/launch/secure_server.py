"""The server of ``runserver`` over https."""

import socket
import ssl
import sys
from typing import Any

from lab import certificates
from lab.launch.http_server import HTTPServer


class Connection(ssl.SSLSocket):
    """Of a browser that has gone, it says so as one without https does: that is no fault."""

    def send(self, data: Any, flags: int = 0) -> int:
        try:
            return super().send(data, flags)
        except ssl.SSLEOFError:
            raise BrokenPipeError from None


class SecureServer(HTTPServer):
    """Each connection begins in the thread that serves it: one that stays silent keeps nobody else waiting."""

    def __init__(self, *args: Any, **kwargs: Any):
        self.context = certificates.context()
        self.context.sslsocket_class = Connection
        super().__init__(*args, **kwargs)

    def setup_environ(self) -> None:
        super().setup_environ()
        self.base_environ["HTTPS"] = "on"  # from which Django knows that a request is secure

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever does not trust the certificate, or asks over http, is no fault of the server."""
        if not isinstance(sys.exc_info()[1], ssl.SSLError):
            super().handle_error(request, client_address)
