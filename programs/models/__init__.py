from programs.models.applications import (
    Answer,
    Application,
    ApplicationState,
    Product,
    ProductPhoto,
)
from programs.models.attendance import Attendance, Mark, NotedBy
from programs.models.certificates import Certificate, PaperKind
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
    "Attendance",
    "Certificate",
    "Criterion",
    "DistrictQuota",
    "Mark",
    "NotedBy",
    "PaperKind",
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
