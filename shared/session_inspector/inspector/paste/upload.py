"""How much may be pasted, and that it stays in memory."""

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

MAX_PASTED = 20 * 1024 * 1024  # bytes
ROOM = 10_000  # bytes for what parts the fields of a form
CHUNK = 1024 * 1024


class OnlyInMemory(MemoryFileUploadHandler):
    """Django's own leaves a large file to the handler that writes it to disk."""

    def handle_raw_input(self, *args, **kwargs) -> None:
        self.activated = True


def is_too_large(request: HttpRequest) -> bool:
    """As it says itself: what it sends beyond that no server reads (RFC 9112, 6.3)."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return not said.isdecimal() or int(said) > MAX_PASTED + ROOM


def drop_body(request: HttpRequest) -> None:
    """Read it in pieces that nobody keeps: a browser shows no answer before it has sent all."""
    while request.read(CHUNK):
        pass


def pasted_text(request: HttpRequest) -> str:
    """That of the file, if one was chosen; else that of the form."""
    request.upload_handlers = [OnlyInMemory(request)]
    chosen = request.FILES.get("file")
    return chosen.read().decode("utf-8", "replace") if chosen and chosen.size else request.POST.get("text", "")
