"""Django's development server, but for requests whose end two readers could find in two places.

What follows such a request on its connection may be a part of it, or another one that somebody has hidden in it
(RFC 9112, section 11.2). So it is refused before anything reads it, and the connection is closed.
"""

import re
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from email.message import Message
from http import HTTPStatus

from django.core.servers.basehttp import WSGIServer

from lab.launch.request_reading import WholeRequestHandler

LENGTH = re.compile("[0-9]{1,19}")
# Of its header lines; the parser, which is one of mails, looks for the parts of a form among them, too.
LINE_DEFECTS = (FirstHeaderLineIsContinuationDefect, MisplacedEnvelopeHeaderDefect, MissingHeaderBodySeparatorDefect)


class RequestHandler(WholeRequestHandler):
    def parse_request(self) -> bool:
        """Whether the request may be read. Where not, it is answered, and the connection ends with that."""
        if not super().parse_request():
            return False
        if why := why_refused(self.headers):
            self.send_error(HTTPStatus.BAD_REQUEST, why)
            return False
        return self.has_body()


def why_refused(headers: Message) -> str:
    """What is wrong with them; empty where they say in one way only where the request ends."""
    lengths = headers.get_all("Content-Length", [])
    if any(isinstance(one, LINE_DEFECTS) for one in headers.defects):  # lines from there on would be dropped
        return "A header line has no name, or a space before its colon"  # RFC 9112, 5.1
    if any("\n" in value for value in headers.values()):
        return "A header goes on in a second line"  # RFC 9112, 5.2
    if "Transfer-Encoding" in headers:  # wsgiref reads no chunks: they would be the next request
        return "A body is read by its Content-Length only, without Transfer-Encoding"  # RFC 9112, 6.1
    if len(lengths) > 1:
        return "Content-Length comes more than once"  # RFC 9112, 6.3
    if lengths and not LENGTH.fullmatch(lengths[0]):
        return "Content-Length is no number"  # RFC 9112, 6.2
    return ""


class HTTPServer(WSGIServer):
    """A crowd that comes at once waits until it is let in. Django's queue of ten would turn away the others."""

    request_queue_size = 2048  # connections; as gunicorn has it, and the system may allow less

    def __init__(self, address, handler, **options):
        super().__init__(address, RequestHandler, **options)
