"""Commands of the documents name services, orders and options there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "docs/runbook.md", "docs/recovery.md"),
    *("docs/production.md", "docs/leak-runbook.md", "docs/scale.md"),
)
#: what ``docker compose`` can be told to do here, with the options of each that take a value
ORDERS: dict[str, set[str]] = {
    "build": set(),
    "exec": {"-u", "-e", "--user"},
    "logs": {"--tail"},
    "ps": set(),
    "restart": set(),
    "run": {"-v", "--user", "-u", "-e"},
    "stop": set(),
    "up": {"--scale"},
}
FLAGS: dict[str, set[str]] = {
    "build": set(),
    "exec": {"-T"},
    "logs": {"-f"},
    "ps": {"-a"},
    "restart": set(),
    "run": {"--rm", "--no-deps"},
    "stop": set(),
    "up": {"-d", "--detach", "--no-deps", "--no-recreate", "--force-recreate", "--build"},
}
#: these begin a command inside a container
INSIDE = {"exec", "run"}
SERVICES = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"])


def written() -> Iterator[tuple[str, str]]:
    """Each piece of code of the documents, with the name of its file."""
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
        text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        blocks += re.findall(r"^(?: {4,}|\t)(.*(?:\n {4,}.*)*)", text, re.M)
        for code in [*blocks, *re.findall(r"`([^`\n]+)`", text)]:
            for line in code.splitlines():
                yield name, line.strip()


def commands(line: str) -> Iterator[list[str]]:
    """The words of each program a line starts, up to what a shell puts between two."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    found: list[str] = []
    for word in lexer:
        if set(word) <= set("();<>|&"):
            yield found
            found = []
        else:
            found.append(word)
    yield found


def of_compose() -> Iterator[tuple[str, list[str]]]:
    for document, line in written():
        if not re.search(r"\bdc |docker compose ", line):
            continue
        for words in commands(re.sub(r"\bdocker compose\b", "dc", line)):
            if "dc" in words and "…" not in words:
                yield document, words[words.index("dc") + 1 :]


def of_the_portal() -> Iterator[tuple[str, list[str]]]:
    for document, line in written():
        if "manage.py " not in line:
            continue
        for words in commands(line):
            for place, word in enumerate(words):
                if word.endswith("manage.py"):
                    yield document, words[place + 1 :]


def split(words: list[str]) -> tuple[str, list[str], set[str]]:
    """The order, the services it is for, and the options; what runs inside is left out."""
    order, rest = words[0], words[1:]
    services, options = [], set()
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            options.add(word)
            if word in ORDERS.get(order, set()):
                options.add(f"{word} {rest.pop(0)}")
        else:
            services.append(word)
            if order in INSIDE:
                break
    return order, services, options


def test_orders_to_compose_when_written_down_then_of_services_there_are():
    known = list(of_compose())
    assert len(known) > 40
    wrong = []
    for document, words in known:
        if words[:1] == ["-p"]:  # of a project by name
            words = words[2:]
        order, services, options = split(words)
        allowed = FLAGS.get(order, set()) | ORDERS.get(order, set())
        named = {one for one in options if " " not in one}
        scaled = {one.split()[1].partition("=")[0] for one in options if "--scale " in one}
        if order not in ORDERS or named - allowed or {*services, *scaled} - SERVICES:
            wrong.append((document, " ".join(words)))
    assert wrong == []


def test_orders_to_compose_when_written_down_then_as_root_only_where_root_may_do_more():
    """Without capabilities root can read less than the portal's own user."""
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    bare = {n for n, s in content["services"].items() if s.get("cap_drop") == ["ALL"]}
    assert {"web", "worker", "base-backup"} < bare
    as_root = {f"{flag} {name}" for flag in ("-u", "--user") for name in ("0", "root")}
    orders = [(split(words), document) for document, words in of_compose()]
    assert [
        (services, document)
        for (_order, services, options), document in orders
        if options & as_root and bare & set(services)
    ] == []


def test_user_of_the_portal_when_named_in_the_documents_then_the_image_s():
    [user] = re.findall(r"^USER (\d+):", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    text = (ROOT / "docs" / "recovery.md").read_text("utf-8")
    assert set(re.findall(r"(?:-o |chown -R )(\d+)", text)) == {user}


def test_orders_to_the_portal_when_written_down_then_with_options_they_have():
    known = [(document, words) for document, words in of_the_portal() if words]
    assert {words[0] for _document, words in known} >= {"backup", "restore", "retention", "check"}
    wrong = []
    for document, words in known:
        name, options = words[0], {w.partition("=")[0] for w in words[1:] if w.startswith("-")}
        application = get_commands().get(name)
        if application is None:
            wrong.append((document, name))
            continue
        parser = load_command_class(str(application), name).create_parser("manage.py", name)
        if options - set(parser._option_string_actions):
            wrong.append((document, " ".join(words)))
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dc restart webs", ("restart", ["webs"], set())),
        (
            "dc up -d --scale web=3 web",
            ("up", ["web"], {"-d", "--scale", "--scale web=3"}),
        ),
        ("dc exec -u postgres db psql -c 'SELECT 1'", ("exec", ["db"], {"-u", "-u postgres"})),
        ("dc logs web web-calls | grep x", ("logs", ["web", "web-calls"], set())),
    ],
)
def test_order_when_split_then_services_and_options(line, expected):
    assert split(next(commands(line))[1:]) == expected


def test_panels_when_named_in_the_runbook_then_on_the_dashboard():
    board = (ROOT / "deploy" / "grafana" / "center.json").read_text("utf-8")
    titles = re.findall(r'"title": "([^"]+)"', board)
    text = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    named = [
        one
        for part in re.findall(r"[Pp]anels? (\*[^*]+\*(?: and \*[^*]+\*)*)", text)
        for one in re.findall(r"\*([^*]+)\*", part)
    ]
    assert len(named) > 4
    assert [one for one in named if not any(title.startswith(one) for title in titles)] == []
