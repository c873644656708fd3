"""Programs with everything that makes their figures hard, written row by row."""

import datetime as dt

from programs import models as rows
from tests import factories
from tests.reports.worlds import MINUTE, World, moment

HALF_HOUR = 30 * MINUTE
#: from the draft to what cannot be reached at once
_WAYS = {
    "draft": (),
    "withdrawn": ("submitted", "withdrawn"),
    "completed": ("selected", "completed"),
    "not_completed": ("selected", "not_completed"),
}


class ProgramWorld(World):
    """The house, and four programs of three kinds; two with a partner, one not listed."""

    def __init__(self):
        super().__init__()
        start = moment(-20, 0)
        times = {"opens_at": start, "closes_at": start + dt.timedelta(days=9)}
        self.programs = [
            factories.program("live_commerce", **times, partner="Pine Media"),
            factories.program("live_commerce", **times, partner="Pine Media"),
            factories.program("education", **times, is_listed=False),
            factories.program("exhibition_offline", **times, title_en="Market day"),
        ]

    def apply(self, *, program=0, firm=0, state="selected", at, decided=None, **more):
        """An application as the services would leave it; ``at`` when it was handed in;
        ``partners``: firms of a joint one, and what they answered."""
        partners = more.pop("partners", {})
        ended = at + dt.timedelta(days=3) if state in ("completed", "not_completed") else None
        handed_in = None if state == "draft" else at
        made = factories.application(
            self.programs[program],
            self.firms[firm],
            "draft" if partners else state,
            submitted_at=handed_in,
            decided_at=decided,
            ended_at=more.pop("ended_at", ended),
            **more,
        )
        if partners:
            self._named(made, partners)
            for step in _WAYS.get(state, (state,)):
                place = self.programs[program].applications.exclude(pk=made.pk).placed().count()
                numbered = {"place": place + 1 if step in rows.ApplicationState.placed else None}
                rows.Application.objects.filter(pk=made.pk).update(state=step, **numbered)
        return made

    def _named(self, draft, partners):
        """Before the handing in; afterwards nobody is named any more."""
        for firm, answer in partners.items():
            answered = None if answer == "asked" else moment(0, 0)
            rows.CoApplicant.objects.create(
                application=draft,
                merchant=self.firms[firm],
                state=answer,
                answered_at=answered,
            )

    def call_off(self, program):
        rows.Program.objects.filter(pk=self.programs[program].pk).update(
            state="cancelled", ended_at=moment(20, 0), ended_because="강사 사정"
        )

    def outcome(self, application, stage, day, *, sales=None, doubtful=False, viewers=None, use=""):
        """``day`` the program ended; without ``sales`` and ``use`` the answer is missing."""
        said = {"state": "missing", "chases": 2}
        if sales is not None or use:
            sold = {"sales": sales, "orders": 1, "viewers": viewers} if sales is not None else {}
            said = {"state": "answered", "use": use, **sold}
            said |= {"source": "form", "answered_at": moment(0, 0)}
            said["flags"] = ["median"] if doubtful else []
        row = {"application": application, "stage": stage, "ended_on": day}
        return rows.Outcome.objects.create(**row, **said)

    def opinion(self, application, at, *marks):
        content, conduct, usefulness = marks
        rows.Satisfaction.objects.create(
            application=application,
            at=at,
            content=content,
            conduct=conduct,
            usefulness=usefulness,
        )

    def broadcast(self, application, starts, *sales, viewers=50, entered=True):
        """Rehearsed, on air at ``starts``, one product for each of ``sales``."""
        for kind, at in (("rehearsal", starts - HALF_HOUR), ("broadcast", starts)):
            factories.session(
                application.program,
                at,
                ends=at + HALF_HOUR,
                kind=kind,
                state="held",
                application=application,
                merchant=application.merchant,
            )
        results = {"entered_at": starts, "viewers": viewers} if entered else {}
        made = rows.Broadcast.objects.create(application=application, **results)
        for n, won in enumerate(sales, 1):
            product = rows.Product.objects.create(
                application=application, position=n, name="김", price=1, stock=1
            )
            rows.ProductResult.objects.create(broadcast=made, product=product, orders=n, sales=won)

    def offer(self, application, *, chosen=0, refused=0, written=0, others=0):
        """Products of an application: so many of each."""
        known = application.products.count()
        kinds = ["chosen"] * chosen + ["refused"] * refused + ["written"] * written
        for n, kind in enumerate(kinds + [""] * others, known + 1):
            made = rows.Product.objects.create(
                application=application,
                position=n,
                name="김",
                price=1,
                stock=1,
                is_chosen=kind == "chosen",
                is_ready=kind != "written",
            )
            if kind == "refused":
                rows.ProductReview.objects.create(product=made, state="refused", reason="외산")

    def settle(self, application, at, sales):
        rows.Settlement.objects.create(
            application=application, sales=sales, settled_at=at, settled_by=self.staff
        )

    def certify(self, application, at, *, void=False, partner=None):
        kept = {"voided_at": at, "void_reason": "오기"} if void else {}
        rows.Certificate.objects.create(
            application=application,
            co_applicant=partner,
            kind="participation",
            business=application.merchant.name,
            program=application.program.title,
            first_day=dt.date(2026, 11, 1),
            last_day=dt.date(2026, 11, 1),
            issued_at=at,
            **kept,
        )

    def advise(self, application, at):
        """A consultation held and closed at ``at``."""
        meeting = factories.session(
            application.program, at - HALF_HOUR, kind="consultation", state="held", ends=at
        )
        words = {"situation": "가", "advice": "나", "next_steps": "다"}
        factories.consultation(
            application,
            state="closed",
            session=meeting,
            consultant=self.staff,
            assigned_at=at,
            closed_at=at,
            **words,
        )
