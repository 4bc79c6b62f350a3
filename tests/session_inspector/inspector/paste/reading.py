"""What these tests ask of a reading."""

from session_inspector.inspector.paste.kinds import read
from session_inspector.inspector.paste.reading import Reading


def statements(text: str, address: str = "") -> list[str]:
    return [finding.statement for finding in read(text, address).findings]


def said_in(reading: Reading) -> str:
    """All that a reading says."""
    findings = [f"{one.statement} {one.cause} {one.remedy}" for one in reading.findings]
    parts = [f"{one.name} {one.value} {one.meaning}" for one in reading.parts]
    return "\n".join([reading.kind, reading.note, *findings, *parts])


def value_of(reading: Reading, name: str) -> str:
    return next(one.value for one in reading.parts if one.name == name)


def meaning_of(reading: Reading, name: str) -> str:
    return next(one.meaning for one in reading.parts if one.name == name)
