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
from programs.models.sessions import Session, SessionKind, SessionState

__all__ = [
    "Answer",
    "Application",
    "ApplicationState",
    "Criterion",
    "DistrictQuota",
    "Picture",
    "Product",
    "ProductPhoto",
    "Program",
    "ProgramState",
    "Question",
    "QuestionKind",
    "SelectionMode",
    "Session",
    "SessionKind",
    "SessionState",
    "TieRule",
]
