"""The register: what each sentence stands on. An area has a TOML file, a source a table in it, a sentence a line."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REGISTER = Path(__file__).parent / "register"
Backing = dict[str, str | list[str]]


@dataclass(frozen=True)
class Entry:
    source: str
    text: str
    backing: Backing


def entries(folder: Path = REGISTER) -> Iterator[Entry]:
    for path in sorted(folder.glob("*.toml")):
        for source, lines in tomllib.loads(path.read_text()).items():
            yield from (Entry(source, text, backing) for text, backing in lines.items())
