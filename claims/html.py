"""The text of HTML: what a browser shows, and what it reads aloud from attributes."""

from html.parser import HTMLParser

from claims.passages import Passage

BREAK = "\N{PARAGRAPH SEPARATOR}"  # ends a passage where no element does
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "sup", "time", "u", "var"),
}
SPOKEN = {"alt", "aria-label", "aria-description", "data-label", "placeholder", "title"}
UNSEEN = {"script", "style"}


def passages_of_html(html: str) -> list[Passage]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return reader.found


class Reader(HTMLParser):
    """Joins text across inline elements. Every other element begins and ends a passage."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Passage] = []
        self.line = 1
        self.text = ""
        self.unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at_tag(tag)
        self.unseen = tag in UNSEEN
        line, _ = self.getpos()
        self.found += [Passage(line, value) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.at_tag(tag)
        self.unseen = False

    def at_tag(self, tag: str) -> None:
        if tag not in INLINE:
            self.end_passage()

    def handle_data(self, data: str) -> None:
        line, _ = self.getpos()
        for n, piece in enumerate(data.split(BREAK)):
            if n:
                self.end_passage()
            self.add(line, piece)
            line += piece.count("\n")

    def add(self, line: int, piece: str) -> None:
        if self.unseen:
            return
        if not self.text:
            self.line = line
        self.text += piece

    def end_passage(self) -> None:
        if self.text.strip():
            self.found.append(Passage(self.line, self.text))
        self.text = ""
