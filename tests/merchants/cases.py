"""Cases of verification in every state, made through the services."""

from merchants.models import Document, DocumentKind
from merchants.services import register, verify
from tests import factories
from tests.merchants.test_register import papers_for, submitted


def waiting(**fields):
    """A first registration, with a business number of its own."""
    return submitted(number=factories.fresh_number(), **fields)


def returned(by=None, **fields):
    merchant = waiting(**fields)
    return verify.send_back(
        merchant=merchant,
        revision=merchant.revision,
        reasons=["differs"],
        note="",
        by=by or factories.staff(),
    )


def submitted_again(**fields):
    """Returned, its representative corrected, submitted again."""
    mended = register.change(merchant=returned(), entries={"representative": "김달순", **fields})
    return register.submit(merchant=mended)


def changed():
    """A verified business with papers whose owner has changed its name."""
    merchant = papers_for(factories.merchant(founded_on="2015-03-02"))
    merchant.documents.update(checked_at=merchant.created_at)
    return register.change(merchant=merchant, entries={"name": "새 이름"})


def renewed():
    """A verified business that handed in a new confirmation."""
    merchant = register.change(merchant=changed(), entries={"name": "아주 새 이름"})
    Document.objects.filter(merchant=merchant, kind=confirmation()).update(checked_at=None)
    return merchant


def confirmation():
    return DocumentKind.objects.get(code="small_merchant")
