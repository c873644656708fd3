"""The figures of programs once more, from the raw rows, one row at a time.

Written from the words of the definitions and sharing no code with them.
"""

from collections import defaultdict
from fractions import Fraction

from programs import models as rows
from tests.reports.oracle import Oracle, per_cent
from tests.reports.oracle_opening import CAME, midnight

OF_PROGRAMS = ("", "month", "program_kind", "program", "partner")
CUTS = (*OF_PROGRAMS, "district", "section", "kind", "trait", "age")
#: what is counted by business too, and how that is called
_FIRMS = {
    "selected": "businesses",
    "consultations": "advised",
    "broadcasts": "broadcast_businesses",
    "settled": "settled_businesses",
    "with_figures": "businesses_with_figures",
    "compared": "businesses_compared",
}
_PLACED = ("selected", "offered", "completed", "not_completed")


class Programs(Oracle):
    """What is true of programs on the days ``first`` to ``last`` as of ``as_of``."""

    def __init__(self, first, last, as_of):
        super().__init__(first, last, as_of)
        self.programs = {p["id"]: p for p in rows.Program.objects.values()}
        self.applications = {a["id"]: self.once(a) for a in rows.Application.objects.values()}
        self.products = list(rows.Product.objects.values())
        reviews = rows.ProductReview.objects.values()
        self.refused = {r["product_id"] for r in reviews if r["state"] == "refused"}
        self.outcomes = list(rows.Outcome.objects.values())

    def facts(self):
        """Each thing that happened: what, when, of which application or program, numbers."""
        for a in self.applications.values():
            if a["state"] != "draft":
                yield "applied", a["submitted_at"], a, {}
            if self._has_place(a):
                yield "selected", a["decided_at"] or a["submitted_at"], a, {}
                for _product in self._supported(a):
                    yield "products", a["decided_at"] or a["submitted_at"], a, {}
            judged = a["state"] in ("completed", "not_completed") and a["ended_at"]
            if judged and self._has_place(a):
                yield a["state"], a["ended_at"], a, {}
        yield from self._meetings()
        for paper in rows.Certificate.objects.values():
            if paper["voided_at"] is None and not self._is_called_off(self._of(paper)):
                yield "certificates", paper["issued_at"], self._holder(paper), {}
        for settled in rows.Settlement.objects.values():
            numbers = {"settled_sales": settled["sales"]}
            yield "settled", settled["settled_at"], self._of(settled), numbers
        for said in rows.Satisfaction.objects.values():
            marks = {name: said[name] for name in ("content", "conduct", "usefulness")}
            yield "opinions", said["at"], self._of(said), marks
        yield from self._broadcasts()
        yield from self._outcomes()
        yield from self._uses()

    def _has_place(self, application):
        return application["state"] in _PLACED and not self._is_called_off(application)

    def _is_called_off(self, application):
        return self.programs[application["program_id"]]["state"] == "cancelled"

    def _supported(self, application):
        """Its products: the chosen ones where there are any, none refused or being written."""
        mine = [p for p in self.products if p["application_id"] == application["id"]]
        chosen = [p for p in mine if p["is_chosen"]]
        return [p for p in chosen or mine if p["is_ready"] and p["id"] not in self.refused]

    def _of(self, row):
        return self.applications[row["application_id"]]

    def _holder(self, paper):
        """The application, as of the business the paper was issued to."""
        if paper["co_applicant_id"] is None:
            return self._of(paper)
        named = rows.CoApplicant.objects.filter(pk=paper["co_applicant_id"]).values().get()
        return {**self._of(paper), "merchant_id": self.once(named)["merchant_id"]}

    def _meetings(self):
        for session in rows.Session.objects.values():
            alone = session["application_id"] is not None or session["kind"] == "consultation"
            if session["state"] == "held" and not alone:
                yield "sessions", session["starts"], session, {}
        for meeting in rows.Consultation.objects.values():
            if meeting["state"] == "closed":
                yield "consultations", meeting["closed_at"], self._of(meeting), {}

    def _partners(self):
        """Who applied together with somebody who got a place."""
        for named in map(self.once, rows.CoApplicant.objects.values()):
            a = self._of(named)
            if named["state"] == "confirmed" and self._has_place(a):
                yield "selected", a["decided_at"] or a["submitted_at"], named, {}

    def _broadcasts(self):
        for broadcast in rows.Broadcast.objects.values():
            began = [
                s["starts"]
                for s in rows.Session.objects.values()
                if s["application_id"] == broadcast["application_id"]
                and s["kind"] == "broadcast"
                and s["state"] != "cancelled"
            ]
            if broadcast["entered_at"] is None or not began:
                continue
            numbers = {"broadcast_viewers": broadcast["viewers"]}
            for sold in rows.ProductResult.objects.filter(broadcast_id=broadcast["id"]).values():
                for name in ("sales", "orders"):
                    key = f"broadcast_{name}"
                    numbers[key] = numbers.get(key, 0) + sold[name]
            yield "broadcasts", max(began), self._of(broadcast), numbers

    def _outcomes(self):
        newest = {}
        for row in self.outcomes:
            a, ended = self._of(row), midnight(row["ended_on"])
            if row["state"] == "asked":
                continue
            yield row["state"], ended, a, {}  # answered or missing
            if row["state"] == "missing":
                continue
            if row["flags"] and row["checked_at"] is None:
                yield "doubtful", ended, a, {}
                continue
            if row["sales"] is None:
                continue
            if a["id"] not in newest or newest[a["id"]]["stage"] < row["stage"]:
                newest[a["id"]] = row
            if row["stage"] == 90 and a["baseline_sales"] is not None:
                numbers = {"after": row["sales"], "before": a["baseline_sales"]}
                yield "compared", ended, a, numbers
        for row in newest.values():
            told = {n: row[n] for n in ("sales", "orders", "viewers") if row[n] is not None}
            yield "with_figures", midnight(row["ended_on"]), self._of(row), told

    def _uses(self):
        """Of each participation the last word on whether what was learned is used."""
        last = {}
        for row in sorted(self.outcomes, key=lambda row: row["stage"]):
            if row["use"] and (not row["flags"] or row["checked_at"] is not None):
                last[row["application_id"]] = row
        for row in last.values():
            yield "use_told", midnight(row["ended_on"]), self._of(row), {}
            if row["use"] in ("yes", "partly"):
                yield "used", midnight(row["ended_on"]), self._of(row), {}

    def keys_of(self, cut, row, span):
        if cut in ("", "month"):
            return [span]
        if cut in ("program", "program_kind", "partner"):
            program = self.programs[row["program_id"]]
            slug = program["slug"] if program["is_listed"] else "unlisted"
            told = {"program": slug, "program_kind": program["kind"]}
            return [told.get(cut, program["partner"] or "none")]
        return self.keys_of_firm(cut, row["merchant_id"])

    def count(self, cut, kept=lambda row: True):
        """Every figure by the key of its row."""
        found = defaultdict(lambda: defaultdict(Fraction))
        firms = {what: defaultdict(set) for what in _FIRMS}
        for what, at, row, numbers in self.facts():
            for span, low, high in self.spans(cut):
                if not low <= at < high or not kept(row):
                    continue
                for key in self.keys_of(cut, row, span):
                    found[key][what] += 1
                    for name, number in numbers.items():
                        found[key][name] += number
                    if what in firms:
                        firms[what][key].add(row["merchant_id"])
        for key, values in found.items():
            values |= {name: len(firms[what][key]) for what, name in _FIRMS.items()}
            self._ratios(values)
        return {key: dict(values) for key, values in found.items()}

    def _ratios(self, values):
        done, not_done = values["completed"], values["not_completed"]
        values["completion_rate"] = per_cent(done, done + not_done)
        values["use_rate"] = per_cent(values["used"], values["use_told"])
        after, before = values.pop("after", 0), values.pop("before", 0)
        values["change"] = per_cent(after - before, before)
        said = values["opinions"]
        marks = [values.pop(name, 0) for name in ("content", "conduct", "usefulness")]
        if said:
            values["satisfaction"] = sum(marks) / (3 * said)
            named = zip(("content", "conduct", "usefulness"), marks, strict=True)
            values |= {name: mark / said for name, mark in named}

    def concerns(self, filters):
        """Whether a row is asked for."""
        return lambda row: all(
            chosen & set(self.keys_of(name, row, "")) for name, chosen in filters.items()
        )

    def supported(self, cut, kept=lambda row: True):
        """Businesses with a use, a place or a consultation, each once."""
        came = defaultdict(set)
        uses = [("use", b["starts"], b, {}) for b in self.bookings if b["state"] in CAME]
        for what, at, row, _numbers in [*uses, *self._partners(), *self.facts()]:
            if what not in ("use", "selected", "consultations") or row["merchant_id"] is None:
                continue
            if not kept(row):
                continue
            for span, low, high in self.spans(cut):
                if low <= at < high:
                    for key in self.keys_of(cut, row, span):
                        came[key].add(row["merchant_id"])
        return {key: {"supported": len(firms)} for key, firms in came.items()}
