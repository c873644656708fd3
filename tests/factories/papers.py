from __future__ import annotations

import hashlib
import itertools

from merchants.models import Document, DocumentKind, DocumentPage, Merchant
from merchants.papers import store
from tests.factories.people import merchant as a_merchant

_count = itertools.count(1)


def paper(merchant: Merchant | None = None, *contents: bytes) -> Document:
    """A paper of a business with a stored file for each of ``contents``."""
    kind = DocumentKind.objects.create(code=f"kind-{next(_count)}", name="서류")
    document = Document.objects.create(merchant=merchant or a_merchant(), kind=kind)
    DocumentPage.objects.bulk_create(
        _page(document, position, content) for position, content in enumerate(contents, 1)
    )
    return document


def _page(document: Document, position: int, content: bytes) -> DocumentPage:
    stored = store.save(content)
    return DocumentPage(
        document=document,
        position=position,
        stored_name=stored.name,
        key_id=stored.key_id,
        content_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        name="사업자등록증.jpg",
    )
