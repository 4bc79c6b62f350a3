"""The cookies of a request, as its header has them: ``request.COOKIES`` has one of each name."""


def pairs_in(header: str) -> list[tuple[str, str]]:
    """Name and value of each, in the order in which they came. What Django takes for a cookie without a name has none
    here, too: no ``=`` stands in it."""
    pairs = [part.partition("=") if "=" in part else ("", "", part) for part in header.split(";")]
    stripped = [(name.strip(), value.strip()) for name, _, value in pairs]
    return [(name, value) for name, value in stripped if name or value]
