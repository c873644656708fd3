"""One request out of a seed: who asks, and the bytes on the wire."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote

from tests.fuzz import hostile
from tests.fuzz.addresses import Known

ROLES = ("anonymous", "merchant", "newcomer", "staff", "manager", "official", "evaluator")
CSRF = "abcdefghijklmnopqrstuvwxyz012345"
_NAME = re.compile(
    r'<(?:input|textarea|button)\b[^>]*?\bname="([^"]+)"[^>]*?(?:\bvalue="([^"]*)")?[^>]*>'
)
_SELECT = re.compile(r'<select\b[^>]*\bname="([^"]+)".*?</select>', re.DOTALL)
_OPTION = re.compile(r'<option\b[^>]*\bvalue="([^"]*)"')
#: asked of any page
QUERIES = (
    *("from", "days", "page", "p", "q", "o", "e", "next", "date", "day", "month", "period", "cut"),
    *("kind", "state", "view", "resource", "unit", "start", "end", "format", "to", "all", "tab"),
    *(
        "_popup",
        "_to_field",
        "_changelist_filters",
        "state__exact",
        "id__in",
        "merchant__id__exact",
    ),
    *("category", "district", "section", "year", "n", "id", "name", "with", "for", "stage", "v"),
)


@dataclass(frozen=True)
class Case:
    number: int
    role: str
    template: str
    head: bytes
    body: bytes
    #: close the sending side early: the body is shorter than promised
    is_cut: bool = False
    #: a look at the page as a browser would take it
    is_plain: bool = False


@dataclass
class Forms:
    """Fields seen on the pages so far, by address; with the values they had."""

    seen: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def learn(self, template: str, page: str) -> None:
        fields = self.seen.setdefault(template, {})
        for name, value in _NAME.findall(page)[:80]:
            _note(fields, name, unescape(value))
        for match in _SELECT.finditer(page):
            for value in _OPTION.findall(match[0])[:12]:
                _note(fields, match[1], unescape(value))

    def of(self, template: str, chance: random.Random) -> list[tuple[str, str]]:
        """A filling: mostly what the page proposed, here and there something hostile."""
        rows = []
        for name, values in self.seen.get(template, {}).items():
            if name == "csrfmiddlewaretoken" or chance.random() < 0.1:
                continue
            tame = values and chance.random() < 0.7
            rows.append((name, chance.choice(values) if tame else hostile.text(chance)))
        if not rows or chance.random() < 0.2:
            rows.append((chance.choice(QUERIES), hostile.text(chance)))
        return rows


def _note(fields: dict[str, list[str]], name: str, value: str) -> None:
    values = fields.setdefault(name, [])
    if value not in values and len(values) < 8:
        values.append(value)


#: whom pages below an address are for; all others are for merchants
_FOR = {"admin/": "manager", "evaluations/": "evaluator", "reports/": "official"}


def plain(number: int, template: str, known: Known) -> Case:
    """A look at a page with something there is in its address, by somebody it is for."""
    role = next((role for start, role in _FOR.items() if template.startswith(start)), "merchant")
    path = known.fill(template, random.Random(f"plain {template}"))
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1".encode()
    return Case(number, role, template, head, b"", is_plain=True)


def make(seed: int, number: int, templates: Sequence[str], known: Known, forms: Forms) -> Case:
    chance = random.Random(f"{seed}:{number}")
    template, role = chance.choice(templates), chance.choice(ROLES)
    path = known.fill(template, chance) + _query(template, chance, forms)
    method = chance.choices(("GET", "POST", chance.choice(hostile.METHODS)), (48, 44, 8))[0]
    kind, body = _body(template, chance, forms) if method != "GET" else ("", b"")
    promised = len(body)
    is_cut = method == "POST" and chance.random() < 0.02
    if is_cut:
        promised += chance.choice((1, 5000))
    lines = [f"{method} {path} HTTP/1.1", f"Host: {_host(chance)}", *_headers(chance)]
    if method != "GET":
        lines += [f"Content-Length: {promised}", f"Content-Type: {kind}"]
    return Case(
        number, role, template, "\r\n".join(lines).encode("latin-1", "replace"), body, is_cut
    )


def _host(chance: random.Random) -> str:
    return chance.choice(hostile.HOSTS) if chance.random() < 0.01 else "127.0.0.1"


def _headers(chance: random.Random) -> list[str]:
    count = chance.choice((0, 0, 0, 1, 2))
    return [f"{name}: {value}" for name, value in chance.sample(hostile.HEADERS, count)]


def _query(template: str, chance: random.Random, forms: Forms) -> str:
    if chance.random() < 0.5:
        return ""
    if forms.seen.get(template) and chance.random() < 0.5:
        rows = forms.of(template, chance)[:12]
    else:
        rows = [
            (chance.choice(QUERIES), hostile.text(chance)[:2000])
            for _ in range(chance.choice((1, 1, 2, 5)))
        ]
    text = "&".join(f"{_quoted(name)}={_quoted(value[:2000])}" for name, value in rows)
    if chance.random() < 0.1:
        text += chance.choice(("&%ff%fe=%c3", "&a=%ed%a0%80", "&=&&;", "&a[]=1&a[]=2", "&%00=%00"))
    return "?" + text


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _body(template: str, chance: random.Random, forms: Forms) -> tuple[str, bytes]:
    rows = forms.of(template, chance)
    if chance.random() < 0.95:
        rows.insert(0, ("csrfmiddlewaretoken", CSRF))
    how = chance.random()
    if how < 0.05:
        junk = bytes(chance.randrange(256) for _ in range(chance.choice((0, 1, 300))))
        return chance.choice(hostile.CONTENT_TYPES), junk
    if how < 0.35:
        return _multipart(rows, chance)
    text = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in rows)
    if how < 0.4:
        text += chance.choice(("&a=%ff%fe", "&" * 600, "&%ed%a0%80=1", "&a=%u1234", "&=;="))
    return "application/x-www-form-urlencoded", text.encode("latin-1", "replace")


def _multipart(rows: list[tuple[str, str]], chance: random.Random) -> tuple[str, bytes]:
    parts = []
    for name, value in rows:
        label = f'Content-Disposition: form-data; name="{name}"'
        content = value.encode("utf-8", "surrogatepass")
        if ("file" in name or "photo" in name or "poster" in name) or chance.random() < 0.03:
            file, kind, content = chance.choice(hostile.FILES)
            label += f'; filename="{file}"\r\nContent-Type: {kind}'
        head = label.encode("utf-8", "surrogatepass")
        parts.append(b"--frontier\r\n" + head + b"\r\n\r\n" + content + b"\r\n")
    whole = b"".join(parts) + b"--frontier--\r\n"
    if chance.random() < 0.1:  # ends in the middle of something
        whole = whole[: chance.randrange(len(whole))]
    return "multipart/form-data; boundary=frontier", whole
