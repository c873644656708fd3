"""Archives that offices bring: looked at within limits, written again with some parts changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from center.errors import RuleViolation
from center.reports import office_refusals as refusals

#: a form has pictures at most; what unpacks to more than this is none (bytes)
LARGEST, UNPACKED = 3_000_000, 30_000_000
_MOST_PARTS = 500
#: programs inside, and what would reach for something outside
_REFUSED = ("vbaproject.bin", "externallinks/", "activex/", "embeddings/", "scripts/")


def parts(data: bytes) -> dict[str, bytes]:
    """The parts by name, in their order. Raises RuleViolation("no_form" | "form_too_large" |
    "form_with_program")."""
    if len(data) > LARGEST:
        raise RuleViolation(refusals.too_large())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_PARTS or sum(m.file_size for m in members) > UNPACKED:
                raise RuleViolation(refusals.too_large())
            _refuse_programs(members)
            return {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise RuleViolation(refusals.no_form()) from error


def _refuse_programs(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        if any(part in member.filename.lower() for part in _REFUSED):
            raise RuleViolation(refusals.with_program())


def written(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The same archive with some parts changed; times and order stay, so that the same change
    gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, member.date_time)
            info.compress_type = member.compress_type
            info.external_attr = member.external_attr
            new.writestr(info, changed.get(member.filename, old.read(member)))
    return buffer.getvalue()


def read_xml(part: bytes) -> etree._Element:
    """Raises RuleViolation("no_form") for what is no XML or brings a document type, with which
    entities would come."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise RuleViolation(refusals.no_form()) from error
    if root.getroottree().docinfo.doctype:
        raise RuleViolation(refusals.no_form())
    return root


def write_xml(root: etree._Element) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
