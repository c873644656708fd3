from programs.models.applications import (
    Answer,
    Application,
    ApplicationState,
    Product,
    ProductPhoto,
)
from programs.models.pictures import Picture
from programs.models.programs import (
    Criterion,
    DistrictQuota,
    Program,
    ProgramState,
    Question,
    QuestionKind,
    SelectionMode,
    TieRule,
)
from programs.models.results import Announcement, Draw, Ground, Result, Verdict
from programs.models.reviews import (
    MOST_POINTS,
    Assignment,
    AssignmentQuerySet,
    Mark,
    Sheet,
    SheetState,
)
from programs.models.sessions import Session, SessionKind, SessionState

__all__ = [
    "MOST_POINTS",
    "Announcement",
    "Answer",
    "Application",
    "ApplicationState",
    "Assignment",
    "AssignmentQuerySet",
    "Criterion",
    "DistrictQuota",
    "Draw",
    "Ground",
    "Mark",
    "Picture",
    "Product",
    "ProductPhoto",
    "Program",
    "ProgramState",
    "Question",
    "QuestionKind",
    "Result",
    "SelectionMode",
    "Session",
    "SessionKind",
    "SessionState",
    "Sheet",
    "SheetState",
    "TieRule",
    "Verdict",
]
