"""What a pasted text is, by its form."""

import re

from session_inspector.inspector.paste.callback import callback_of, read_callback
from session_inspector.inspector.paste.cookie import read_cookies
from session_inspector.inspector.paste.django_settings.fragment import fragment_of, looks_like_settings
from session_inspector.inspector.paste.django_settings.reading import read_settings
from session_inspector.inspector.paste.har.archive import archive_of
from session_inspector.inspector.paste.har.reading import read_har
from session_inspector.inspector.paste.place import Place, place_of
from session_inspector.inspector.paste.reading import Finding, Reading, parsed_json
from session_inspector.inspector.paste.set_cookie.line import KNOWN
from session_inspector.inspector.paste.set_cookie.reading import read_set_cookies
from session_inspector.inspector.paste.token import looks_like_token, read_opaque, read_token

MAX_TEXT = 200_000  # characters of whatever is no HAR file
MAX_LINES = 10  # Set-Cookie lines at once
# curl -v writes < or > before it; devtools copy its name without a colon, and the value into the next line.
HEADER = re.compile(r"^[<>\s]*(set-cookie|cookie)\s*:\s*", re.IGNORECASE)
NAME_ALONE = re.compile(r"^[ \t]*(set-cookie|cookie):?[ \t]*\r?\n[ \t]*", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"(?:(?:GET|POST)\s+)?(https?://\S[\s\S]*|/[^\s?#]*[?#]\S+)", re.IGNORECASE)
QUERY = re.compile(r"[?#]?(?=(?:[^&]*&)*?(?:code|state|error)=)[\w.-]+=[^&\s;]*(?:&[\w.-]+=[^&\s;]*)*")
TOKEN = re.compile(
    r"(?:Authorization:\s*)?(?:Bearer\s+)?(?:(?:id|access|logout|refresh)_token=)?[\"']?(.+?)[\"']?", re.DOTALL
)
PAIR = re.compile(r"[!#$%&'*+.^_`|~\w-]+=")
OPAQUE = re.compile(r"[\w.~+/=:-]{16,}", re.ASCII)

NOTHING = Reading("", note="There was nothing to read: paste a text, or choose a file.")
UNKNOWN = Reading(
    "none of what this page knows",
    note="It knows callback addresses, Set-Cookie and Cookie lines, tokens, settings of Django and HAR files.",
)
TOO_LONG = Reading(
    "a text too long for anything but a HAR file",
    note=f"A HAR file is JSON. Of everything else, {MAX_TEXT} characters are read at most.",
)
NO_HAR = Reading("JSON, but no HAR file", note="A HAR file has log, and in it entries.")
BROKEN = Reading(
    "JSON that cannot be read",
    (
        Finding(
            "The text begins like JSON, but is not JSON.",
            "It was cut while it was copied or written. Or it is nested too deeply.",
            "Export it anew, and choose the file itself.",
        ),
    ),
)
NO_PYTHON = Reading(
    "a text like settings, which Python cannot read",
    (
        Finding(
            "Python cannot read this text.",
            "A bracket or a quote is missing, since only a part was copied. Or it is no Python, but a file of "
            "variables.",
            "Paste whole lines, each with its end.",
        ),
    ),
)


def read(text: str, address: str = "") -> Reading:
    """``address`` is where it comes from, as the person says; empty if they do not."""
    text = text.strip().removeprefix("\ufeff").strip()
    place = place_of(address)
    if not text:
        return NOTHING
    if text[0] in "{[":
        return of_json(text)
    if len(text) > MAX_TEXT:
        return TOO_LONG
    for found in (of_headers(text, place), of_address(text, place), of_token(text)):
        if found:
            return found
    if looks_like_settings(text):
        fragment = fragment_of(text, place)
        return read_settings(fragment) if fragment else NO_PYTHON
    return of_pairs(text, place) or (read_opaque(text) if OPAQUE.fullmatch(text) else UNKNOWN)


def of_json(text: str) -> Reading:
    """Also the answer of a token endpoint: of that, the ID Token."""
    try:
        content = parsed_json(text)
    except ValueError:
        return BROKEN
    token = content.get("id_token") if isinstance(content, dict) else None
    if isinstance(token, str):
        return read_token(token)
    archive = archive_of(content)
    return read_har(archive) if archive else NO_HAR


def of_headers(text: str, place: Place | None) -> Reading | None:
    """Of lines that begin with the name of a header, those of the first kind."""
    text = NAME_ALONE.sub(r"\1: ", text)
    lines = [(found[1].lower(), line[found.end() :]) for line in text.split("\n") if (found := HEADER.match(line))]
    told = [line.removesuffix("\r") for name, line in lines if name == "set-cookie"][:MAX_LINES]
    sent = [line.removesuffix("\r") for name, line in lines if name == "cookie"]
    if told:
        return read_set_cookies(told, place)
    return read_cookies("; ".join(sent)) if sent else None


def of_address(text: str, place: Place | None) -> Reading | None:
    if found := ADDRESS.fullmatch(text.removesuffix("HTTP/1.1").removesuffix("HTTP/2").strip()):
        address = found[1]
    elif QUERY.fullmatch(text):
        address = text if text[0] in "?#" else f"?{text}"
    else:
        return None
    callback = callback_of(address, place)
    return read_callback(callback) if callback else None


def of_token(text: str) -> Reading | None:
    found = TOKEN.fullmatch(text)
    token = "".join(found[1].split()) if found else ""
    return read_token(token) if looks_like_token(token) else None


def of_pairs(text: str, place: Place | None) -> Reading | None:
    """Of a line without the name of its header: with an attribute it is a Set-Cookie line."""
    if not PAIR.match(text) or "\n" in text:
        return None
    attributes = {part.partition("=")[0].strip().lower() for part in text.split(";")[1:]}
    return read_set_cookies([text], place) if attributes & KNOWN else read_cookies(text)
