"""What somebody else may send, for hypothesis: any text, and texts that look like what a reader expects."""

import re

from hypothesis import strategies as st

TEXTS = st.text(max_size=60) | st.text("aZ09-_.:/?#&=;%@ \t\r\n\x00\"'<[{\\é\u202e", max_size=60)
# As a header or a cookie comes to a server: each byte a character (PEP 3333).
LATIN = st.binary(max_size=80).map(lambda found: found.decode("latin-1"))
NUMBERS = st.integers() | st.floats() | st.integers(min_value=-(10**400), max_value=10**400)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
# Nobody writes these by hand: a session key, a token, a hash.
SECRETS = st.text("aB3cD5eF7gH9-_", min_size=20, max_size=60).map("x7Q{}".format)


def stays_at(origin: str, location: str) -> bool:
    """Whether a browser that is led there stays at that origin. It drops tabs and line ends, and takes a backslash for
    a slash (URL Standard, 4.4)."""
    read = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    is_relative = not re.match(r"[a-z][a-z0-9+.-]*:|//", read, re.IGNORECASE)
    return is_relative or read == origin or read.startswith(f"{origin}/")
