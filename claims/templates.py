"""The text of a Django template, with a mark where something is filled in or chosen."""

import re
from collections.abc import Iterator

from django.template.base import Lexer, Token, TokenType

from claims.html import BREAK, passages_of_html
from claims.passages import BRANCH, HOLE, Passage

TERM = "term"  # the tag of a word that is explained: the sentence around it goes on
CHOICES = {"if", "elif", "else", "endif"}  # other tags end a passage
QUOTED = re.compile(r'"([^"]* [^"]*)"')  # of several words


def passages(template: str) -> Iterator[Passage]:
    tokens = Lexer(template).tokenize()
    yield from passages_of_html("".join(map(in_text, tokens)))
    for token in tokens:
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            yield from (Passage(token.lineno or 1, text) for text in quoted(token))


def quoted(token: Token) -> Iterator[str]:
    """What a tag or a filter is given in words."""
    name, *parts = token.split_contents()
    for part in [] if name == TERM else [name, *parts]:
        yield from QUOTED.findall(part)


def in_text(token: Token) -> str:
    """The token itself if it is text, else what stands for it in the text around it."""
    match token.token_type:
        case TokenType.TEXT:
            return token.contents
        case TokenType.VAR:
            return HOLE
        case TokenType.BLOCK:
            name, *parts = token.split_contents()
            return parts[-1].strip('"') if name == TERM else BRANCH if name in CHOICES else BREAK
    return ""
