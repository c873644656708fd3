"""PDF/UA-1 as far as a program can judge it: what the Matterhorn Protocol of the PDF Association
lists as failures, looked for with pikepdf, which wrote none of the files.

No validator is to be had without Java, so these are the checks (CONTRIBUTING.md lists them);
the numbers in the words are those of the protocol's checkpoints.
"""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
from lxml import etree

#: what paints: text, paths, shadings, pictures
_PAINTS = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI"}
_PAINTS |= {"EI", "INLINE IMAGE"}
_STANDARD = {
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
    "Index",
    "NonStruct",
    "Private",
    "P",
    "H",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "TR",
    "TH",
    "TD",
    "THead",
    "TBody",
    "TFoot",
    "Span",
    "Quote",
    "Note",
    "Reference",
    "BibEntry",
    "Code",
    "Link",
    "Annot",
    "Ruby",
    "RB",
    "RT",
    "RP",
    "Warichu",
    "WT",
    "WP",
    "Figure",
    "Formula",
    "Form",
}
_NAMES = {"dc": "http://purl.org/dc/elements/1.1/", "ua": "http://www.aiim.org/pdfua/ns/id/"}


class Element(NamedTuple):
    """A structure element, its kind as the standard has it, and where it stands."""

    kind: str
    node: Any
    above: tuple[str, ...]


def failures(data: bytes) -> list[str]:
    """What a file breaks; nothing where it keeps all of it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        elements = list(_elements(pdf))
        return [
            *_document(pdf),
            *_content(pdf, elements),
            *_headings(elements),
            *_tables(elements),
            *_alternatives(elements),
            *_lists(elements),
            *_fonts(pdf),
            *_annotations(pdf),
        ]


def _document(pdf: Any) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "06: not marked as tagged"
    if root.get("/MarkInfo", {}).get("/Suspects", False):
        yield "01: tags are suspect"
    if not str(root.get("/Lang", "")):
        yield "11: no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "07: shows its file name instead of its title"
    if pdf.is_encrypted:
        yield "26: encrypted"
    if "/AcroForm" in root or "/OpenAction" in root:
        yield "25: a form or an action nobody asked for"
    described = etree.fromstring(bytes(root.Metadata.read_bytes()))
    titles = described.findall(".//dc:title//{*}li", _NAMES)
    if not titles or titles[0].text != str(pdf.docinfo.get("/Title", "")):
        yield "06: no title in its metadata"
    part = described.find(".//ua:part", _NAMES)
    if part is None or part.text != "1":
        yield "06: does not say that it is PDF/UA-1"


def _elements(pdf: Any) -> Iterator[Element]:
    tree = pdf.Root.StructTreeRoot
    roles = {str(name): str(role) for name, role in tree.get("/RoleMap", {}).items()}

    def walk(node: Any, above: tuple[str, ...]) -> Iterator[Element]:
        if isinstance(node, pikepdf.Array):
            for each in node:
                yield from walk(each, above)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            kind = str(node.S)
            kind = roles.get(kind, kind).removeprefix("/")
            yield Element(kind, node, above)
            yield from walk(node.get("/K", pikepdf.Array()), (*above, kind))

    yield from walk(tree.K, ())


def _content(pdf: Any, elements: list[Element]) -> Iterator[str]:
    """Everything painted is in the structure once, or an artifact."""
    for each in elements:
        if each.kind not in _STANDARD:
            yield f"02: unknown kind of element {each.kind}"
    known = Counter(mark for each in elements for mark in _marks(each.node, None))
    for number, page in enumerate(pdf.pages, 1):
        painted = set()
        for mark in _painted(page, number):
            if isinstance(mark, str):
                yield mark
            else:
                painted.add((page.objgen, mark))
        for mark in painted:
            if known[mark] != 1:
                yield f"01: page {number}: content {mark[1]} is {known[mark]} times in the structure"


def _marks(node: Any, page: Any) -> Iterator[tuple[Any, int]]:
    """The marked content of an element itself: page and number."""
    page = node.get("/Pg", page)
    below = node.get("/K", pikepdf.Array())
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, int):
            yield page.objgen, each
        elif isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/MCR":
            yield each.get("/Pg", page).objgen, int(each.MCID)


def _painted(page: Any, number: int) -> Iterator[int | str]:
    """The numbers of what is painted; in words, what is neither marked nor an artifact."""
    open_: list[int | str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            more = operands[1] if name == "BDC" else {}
            if isinstance(more, pikepdf.Name):
                more = page.Resources.Properties[more]
            mark = more.get("/MCID") if hasattr(more, "get") else None
            tag = "artifact" if operands[0] == "/Artifact" else ""
            open_.append(int(mark) if mark is not None else tag)
        elif name == "EMC":
            open_.pop()
        elif name in _PAINTS:
            numbered = [mark for mark in open_ if isinstance(mark, int)]
            if numbered and "artifact" in open_:
                yield f"01: page {number}: an artifact within the structure"
            elif numbered:
                yield numbered[-1]
            elif "artifact" not in open_:
                yield f"01: page {number}: {name} is neither in the structure nor an artifact"


def _headings(elements: list[Element]) -> Iterator[str]:
    levels = [int(e.kind[1]) for e in elements if len(e.kind) == 2 and e.kind[0] == "H"]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"14: headings begin with {levels[:1]}, of the first level {levels.count(1)}"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"14: a heading of level {after} follows one of level {before}"


def _tables(elements: list[Element]) -> Iterator[str]:
    """Cells in rows, rows in tables, as many columns in each, heads that say what they head."""
    inside = {
        "TR": {"Table", "THead", "TBody", "TFoot"},
        "TH": {"TR"},
        "TD": {"TR"},
        "THead": {"Table"},
        "TBody": {"Table"},
    }
    for each in elements:
        if each.kind in inside and each.above[-1] not in inside[each.kind]:
            yield f"09: {each.kind} in {each.above[-1]}"
        if each.kind == "TH" and _attribute(each.node, "/Scope") not in (
            "/Row",
            "/Column",
            "/Both",
        ):
            yield "15: a head of a table does not say what it is the head of"
        if each.kind == "Table":
            rows = [e for e in _below(each.node) if e.get("/S") == "/TR"]
            widths = {sum(int(_attribute(c, "/ColSpan") or 1) for c in _children(r)) for r in rows}
            if len(widths) != 1:
                yield f"09: rows of one table have {sorted(widths)} columns"


def _attribute(node: Any, name: str) -> str | None:
    given = node.get("/A", pikepdf.Array())
    for each in given if isinstance(given, pikepdf.Array) else [given]:
        if isinstance(each, pikepdf.Dictionary) and name in each:
            return str(each[name])
    return None


def _children(node: Any) -> list[Any]:
    below = node.get("/K", pikepdf.Array())
    found = below if isinstance(below, pikepdf.Array) else [below]
    return [e for e in found if isinstance(e, pikepdf.Dictionary) and "/S" in e]


def _below(node: Any) -> Iterator[Any]:
    for each in _children(node):
        yield each
        yield from _below(each)


def _alternatives(elements: list[Element]) -> Iterator[str]:
    for each in elements:
        if each.kind in ("Figure", "Formula") and not str(each.node.get("/Alt", "")).strip():
            yield f"13: a {each.kind} without a text alternative"
        if each.kind == "Figure" and _attribute(each.node, "/BBox") is None:
            yield "13: a figure without its place"


def _lists(elements: list[Element]) -> Iterator[str]:
    for each in elements:
        if each.kind == "LI" and each.above[-1] != "L":
            yield f"16: LI in {each.above[-1]}"
        if each.kind in ("Lbl", "LBody") and each.above[-1] not in (
            "LI",
            "Note",
            "TOCI",
            "BibEntry",
        ):
            yield f"16: {each.kind} in {each.above[-1]}"


def _fonts(pdf: Any) -> Iterator[str]:
    for name, font in {f.objgen: f for page in pdf.pages for f in _fonts_of(page)}.items():
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
            yield f"31: font {name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"31: font {name} does not say which letters it shows"
        elif b"<0000>" in font.ToUnicode.read_bytes().split(b"endcodespacerange")[-1]:
            yield f"31: font {name} shows a letter it does not have"


def _fonts_of(page: Any) -> Iterator[Any]:
    yield from page.Resources.get("/Font", {}).values()
    for drawn in page.Resources.get("/XObject", {}).values():
        if "/Resources" in drawn:
            yield from drawn.Resources.get("/Font", {}).values()


def _annotations(pdf: Any) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        notes = list(page.get("/Annots", []))
        if notes and page.get("/Tabs") != "/S":
            yield f"28: page {number}: the tab key does not follow the structure"
        for note in notes:
            if "/StructParent" not in note:
                yield f"28: page {number}: {note.Subtype} is not in the structure"
            if not str(note.get("/Contents", "")):
                yield f"28: page {number}: {note.Subtype} says not where it leads"
