"""The pages that are true for any project, each with its tab. A project may register a list of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.module_loading import import_string

from session_inspector.configuration import configuration
from session_inspector.inspector.decorators import is_on_loopback
from session_inspector.inspector.devtools.views import devtools
from session_inspector.inspector.export.views import export
from session_inspector.inspector.glossary.views import glossary
from session_inspector.inspector.ladder.views import ladder
from session_inspector.inspector.paste.views import paste
from session_inspector.inspector.side_by_side.views import side_by_side
from session_inspector.inspector.visitors.views import visitors


@dataclass(frozen=True)
class Page:
    """``name`` is that of its URL, ``title`` stands on its tab, ``path`` is where it lies. One that ``is_rare`` stands
    under *More*."""

    name: str
    title: str
    path: str
    view: Callable[..., HttpResponse]
    is_rare: bool = False

    @property
    def is_offered(self) -> bool:
        return is_on_loopback() or not getattr(self.view, "is_on_loopback_only", False)


SIDE_BY_SIDE = Page("side_by_side", "Side by side", "", side_by_side)
LADDER = Page("ladder", "Ladder", "ladder/", ladder)
VISITORS = Page("visitors", "Visitors", "visitors/", visitors, is_rare=True)
DEVTOOLS = Page("devtools", "In your devtools", "devtools/", devtools, is_rare=True)
GLOSSARY = Page("glossary", "Glossary", "glossary/", glossary, is_rare=True)
EXPORT = Page("export", "Export", "export/", export, is_rare=True)
PASTE = Page("paste", "Paste", "paste/", paste, is_rare=True)

PAGES = (SIDE_BY_SIDE, LADDER, VISITORS, DEVTOOLS, PASTE, GLOSSARY, EXPORT)


def registered_pages() -> tuple[Page, ...]:
    """In the order of the tabs."""
    return import_string(configuration().pages)
