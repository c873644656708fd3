from center.reports.models.comparisons import Comparison
from center.reports.models.compilings import Compiling, CompilingState, Step
from center.reports.models.editions import Edition, EditionQuerySet
from center.reports.models.office_forms import OfficeForm
from center.reports.models.outside import OutsideFigure, OutsideKind
from center.reports.models.subscriptions import MOST_FAILURES, Subscription
from center.reports.models.targets import SavedTable, YearlyTarget

__all__ = [
    "MOST_FAILURES",
    "Comparison",
    "Compiling",
    "CompilingState",
    "Edition",
    "EditionQuerySet",
    "OfficeForm",
    "OutsideFigure",
    "OutsideKind",
    "SavedTable",
    "Step",
    "Subscription",
    "YearlyTarget",
]
