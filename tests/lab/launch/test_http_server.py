"""Which header lines leave no doubt where a request ends."""

import io
from http.client import parse_headers

import pytest

from lab.launch.http_server import why_refused

IN_DOUBT = {
    "Content-Length: 5\r\nContent-Length: 5": "Content-Length comes more than once",
    "Content-Length: 5\r\ncontent-length: 6": "Content-Length comes more than once",
    "Content-Length: 5, 5": "Content-Length is no number",
    "Content-Length: +5": "Content-Length is no number",
    "Content-Length: -1": "Content-Length is no number",
    "Content-Length: 1_0": "Content-Length is no number",
    "Content-Length: \xb2": "Content-Length is no number",
    "Content-Length:": "Content-Length is no number",
    f"Content-Length: {'9' * 20}": "Content-Length is no number",
    "Transfer-Encoding: chunked": "A body is read by its Content-Length only",
    "Transfer-Encoding: identity\r\nContent-Length: 5": "A body is read by its Content-Length only",
    "Transfer-Encoding:": "A body is read by its Content-Length only",
    "Content-Length : 5": "A header line has no name",
    "Accept: x\r\nno colon\r\nContent-Length: 5": "A header line has no name",
    "Accept: x\r\n Content-Length: 5": "A header goes on in a second line",
}


def test_a_first_line_that_goes_on_from_nothing_is_refused():
    assert why(" Content-Length: 5").startswith("A header line has no name")


def why(lines: str) -> str:
    return why_refused(parse_headers(io.BytesIO(f"{lines}\r\n\r\n".encode("latin-1"))))


@pytest.mark.parametrize(("lines", "said"), IN_DOUBT.items(), ids=range(len(IN_DOUBT)))
def test_what_leaves_a_doubt_is_refused(lines, said):
    assert why(f"Host: x\r\n{lines}").startswith(said)


@pytest.mark.parametrize(
    "lines",
    [
        "Host: x",
        "Content-Length: 0",
        f"Content-Length: {'9' * 19}",
        "Accept: a\r\nAccept: b",
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5",
        "Content-Type: multipart/form-data\r\nContent-Length: 5",
        "Content-Type: message/rfc822\r\nContent-Length: 5",
    ],
)
def test_what_leaves_none_is_read(lines):
    assert why(lines) == ""
