"""Words that staff wrote for a kind, instead of the house's own in ``templates/emails``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import structlog
from django.db import connection
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import (
    FilterExpression,
    Lexer,
    NodeList,
    Token,
    TokenType,
    Variable,
    VariableNode,
)
from django.template.defaulttags import IfNode
from django.template.loader import get_template
from django.utils.translation import gettext as _

from center.errors import Violation
from center.notifications.kinds import Kind, get
from center.notifications.models import MessageText, TextPart

log = structlog.get_logger(__name__)

#: what every text knows besides the kind's own placeholders
GIVEN = frozenset({"house.name", "house.phone", "house.email", "house.address", "link"})
#: where the house's own words of a part stand
PARTS = {TextPart.SUBJECT: "subject.txt", TextPart.SHORT: "short.txt", TextPart.BODY: "txt"}
_INCLUDED = re.compile(r'include "([^"]+)"')
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_Key = tuple[str, str, str]


class _Engine(Engine):
    """Knows ``wording_tags`` and nothing of Django's own."""

    default_builtins = ["center.notifications.wording_tags"]


_engine = _Engine()


#: how many texts there are and which is the newest. Nothing is ever changed or deleted, so the
#: two say what can be read: the newest alone does not, as one begun earlier may be kept later
Version = tuple[int, int]
NONE_YET: Version = (0, 0)
VERSION = "SELECT ARRAY[count(*), coalesce(max(id), 0)] FROM notifications_messagetext"


@dataclass(frozen=True)
class Wording:
    """The staff's texts as they stood at one moment, ready to be filled."""

    version: Version = NONE_YET
    texts: Mapping[_Key, Template] = field(default_factory=dict)

    def text(self, kind: Kind, part: TextPart, language: str) -> Template | None:
        """None where the house's own words count."""
        return self.texts.get((kind.key, part, language))


_kept = Wording()


def current() -> Wording:
    """One short query; the texts are read again only when others can be read."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        return as_of(cursor.fetchone()[0])


def as_of(version: Iterable[int]) -> Wording:
    """The texts of a version that the running transaction has seen; one query where they are
    not those read last."""
    global _kept
    seen, kept = tuple(version), _kept  # another thread may put others in its place
    if seen != kept.version:
        _kept = kept = Wording((seen[0], seen[1]), dict(_usable()))
    return kept


def trial(kind: Kind, language: str, texts: Mapping[TextPart, str]) -> Wording:
    """As if these texts counted; for the rest, the house's own words."""
    wanted = {part: text for part, text in texts.items() if text}
    return Wording(
        texts={(kind.key, p, language): _engine.from_string(text) for p, text in wanted.items()}
    )


def _usable() -> Iterator[tuple[_Key, Template]]:
    """A text whose kind has changed since gives way to the house's own words."""
    newest = MessageText.objects.order_by("kind", "part", "language", "-version")
    for row in newest.distinct("kind", "part", "language"):
        if not row.text:
            continue
        try:
            usable = not problems(get(row.kind), TextPart(row.part), row.text)
        except LookupError:
            usable = False
        if usable:
            yield (row.kind, row.part, row.language), _engine.from_string(row.text)
        else:
            log.warning("wording_unusable", text=row.pk, kind=row.kind)


def filled(template: Template, context: Mapping[str, object]) -> str:
    """Plain text, values as they were typed; what makes HTML of it escapes all of it."""
    return str(template.render(Context(dict(context), autoescape=False)))


def problems(kind: Kind, part: TextPart, text: str) -> list[Violation]:
    """Why a text cannot be used; nothing if it can."""
    try:
        nodes = _engine.from_string(text).nodelist
    except TemplateSyntaxError as error:
        said = _("This cannot be read: %(error)s") % {"error": error}
        return [Violation("unreadable", said, _("Use placeholders as they are listed."), part)]
    named = set(_names(nodes))
    unknown = sorted(named - set(kind.example) - GIVEN)
    missing = sorted(needed(kind, part) - {name.partition(".")[0] for name in named})
    found = []
    if unknown:
        said = _("There is no placeholder %(names)s here.") % {"names": _listed(unknown)}
        found.append(Violation("unknown", said, _("Use placeholders as they are listed."), part))
    if missing:
        said = _("The text must also say %(names)s.") % {"names": _listed(missing)}
        found.append(Violation("missing", said, _("Put it where it fits."), part))
    return found


def needed(kind: Kind, part: TextPart) -> set[str]:
    """The placeholders of the house's own text that another one must have as well; a subject
    or a text message may be shorter."""
    if part != TextPart.BODY:
        return set()
    tokens = _tokens(kind.template(PARTS[part]))
    words = {
        word for token in tokens for word in re.findall(r"\w+", _QUOTED.sub("", token.contents))
    }
    return words & set(kind.example)


def _tokens(template: str) -> Iterator[Token]:
    """What is no mere text in a template of the house, and in those it includes."""
    source = get_template(template).template.source  # type: ignore[attr-defined]
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.TEXT:
            continue
        if included := _INCLUDED.match(token.contents):
            yield from _tokens(included[1])
        yield token


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def _names(nodes: NodeList) -> Iterator[str]:
    """Every variable a text reads, with what it wants of it: ``house.phone``."""
    for expression in _expressions(nodes):
        arguments = [
            value for _f, given in expression.filters for is_name, value in given if is_name
        ]
        for variable in (expression.var, *arguments):
            if isinstance(variable, Variable) and variable.lookups:
                yield ".".join(variable.lookups)


def _expressions(nodes: NodeList) -> Iterator[FilterExpression]:
    for node in nodes:
        if isinstance(node, VariableNode):
            yield node.filter_expression
        elif isinstance(node, IfNode):
            for condition, inner in node.conditions_nodelists:
                yield from _in_condition(condition)
                yield from _expressions(inner)


def _in_condition(condition: object) -> Iterator[FilterExpression]:
    """Of the tree Django makes of ``a and not b``."""
    value = getattr(condition, "value", None)
    if isinstance(value, FilterExpression):
        yield value
    for side in (getattr(condition, "first", None), getattr(condition, "second", None)):
        if side is not None:
            yield from _in_condition(side)
