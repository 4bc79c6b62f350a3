"""What a fragment sets, read from its syntax."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from session_inspector.inspector.paste.place import Place

# A cookie may have a name in capital letters, too: no blank stands around its = then, and no quote behind it.
SETTING = re.compile(
    r"^[ \t]*(?:[A-Z][A-Z0-9_]{2,}(?: *:[^=\n]{1,80})?(?:[ \t]+\+?=|=[\[({\"']|=(?:True|False|None)\b)"
    r"|(?:SESSION|CSRF|OIDC|SECURE)_[A-Z0-9_]+=)",
    re.MULTILINE,
)
SECRET = re.compile(
    "(?:SECRET|PASSWORD|PASSWD|TOKEN|(?<!PUBLIC)(?<!PUBLISHABLE)(?<!SIGN)_KEY|_KEY_FALLBACKS|DSN|DATABASE_URL)$"
)


class NotRead:
    """Stands for a value that is no literal."""


@dataclass(frozen=True)
class Fragment:
    """``values`` by name, those that are no literals as ``NotRead``. ``secrets`` are names with a text as value.
    ``place`` is where the project answers, if that is known."""

    values: Mapping[str, Any]
    secrets: tuple[str, ...]
    place: Place | None

    def literal(self, name: str) -> Any:
        """None where it is missing or no literal."""
        value = self.values.get(name)
        return None if value is NotRead else value

    @property
    def middleware(self) -> list[str]:
        return [one for one in self.literal("MIDDLEWARE") or () if isinstance(one, str)]

    @property
    def has_sign_on(self) -> bool:
        return any(name.startswith(("OIDC_", "SOCIALACCOUNT_", "SOCIAL_AUTH_")) for name in self.values)

    @property
    def has_oidc(self) -> bool:
        return any(name.startswith(("OIDC_RP_", "OIDC_OP_")) for name in self.values)

    @property
    def is_about_cookies(self) -> bool:
        return any(name.startswith("SESSION_") for name in self.values)


def looks_like_settings(text: str) -> bool:
    return SETTING.search(text) is not None


def fragment_of(text: str, place: Place | None) -> Fragment | None:
    """None for what is no Python."""
    tree = parsed(dedent(text))
    if tree is None:
        return None
    values: dict[str, Any] = {}
    secrets: list[str] = []
    for name, node in assigned(tree.body):
        values[name] = literal(node)
        secrets += secrets_in(name, node)
    return Fragment(values, tuple(dict.fromkeys(secrets)), place)


def parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two of what is nested too deeply
        return None


def assigned(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.AST]]:
    """Names in capital letters with what they are set to, not within functions, conditions or classes; what is added to
    one is no literal."""
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from ((one.id, value) for one in targets if isinstance(one, ast.Name) and one.id.isupper())
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name.isupper():
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name)) if name.isupper():
                yield name, statement


def literal(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return NotRead


def secrets_in(name: str, node: ast.AST) -> list[str]:
    """The names under which a text stands that is a secret, by its name; also within dictionaries and lists of which
    other parts are no literals."""
    match node:
        case ast.Dict(keys=keys, values=values):
            names = [str(key.value) if isinstance(key, ast.Constant) else name for key in keys]
            return [found for key, one in zip(names, values, strict=True) for found in secrets_in(key, one)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [found for one in elements for found in secrets_in(name, one)]
    return [name] if SECRET.search(name.upper()) and is_text(node) else []


def is_text(node: ast.AST) -> bool:
    """Whether a text or bytes stand there in full, in one piece or as a sum."""
    parts = [one for one in ast.walk(node) if not isinstance(one, ast.BinOp | ast.operator)]
    texts = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str | bytes)]
    return len(texts) == len(parts) and any(texts)
