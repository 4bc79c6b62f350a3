"""What is read: every file whose words reach a person who uses the lab, or who reads about it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from claims import markdown, python_strings, scripts, templates
from claims.passages import Passage, Sentence, sentences

ROOT = Path(__file__).parent.parent
FOLDERS = ("identity", "site_a", "site_b", "shared")
DOCUMENTS = ("*.md", "docs/*.md")
READERS: dict[str, Callable[[str], Iterable[Passage]]] = {
    ".html": templates.passages,
    ".js": scripts.passages,
    ".md": markdown.passages,
    ".py": python_strings.passages,
}


def read(root: Path = ROOT) -> Iterator[Sentence]:
    for path in files(root):
        for passage in READERS[path.suffix](path.read_text()):
            yield from sentences(str(path.relative_to(root)), passage)


def files(root: Path) -> list[Path]:
    documents = [path for pattern in DOCUMENTS for path in root.glob(pattern)]
    code = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in READERS]
    return sorted(path for path in (*documents, *code) if "migrations" not in path.parts)
