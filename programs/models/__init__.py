from programs.models.answers import Answer, AnswerFile, Draft
from programs.models.applications import Application, ApplicationState
from programs.models.attendance import Attendance, NotedBy, Presence
from programs.models.call_parts import Criterion, DistrictQuota, Question, QuestionKind
from programs.models.certificates import Certificate, PaperKind
from programs.models.pictures import Picture
from programs.models.products import Product, ProductPhoto
from programs.models.programs import Program, ProgramState, SelectionMode, TieRule
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
    "AnswerFile",
    "Application",
    "ApplicationState",
    "Assignment",
    "AssignmentQuerySet",
    "Attendance",
    "Certificate",
    "Criterion",
    "DistrictQuota",
    "Draft",
    "Draw",
    "Ground",
    "Mark",
    "NotedBy",
    "PaperKind",
    "Picture",
    "Presence",
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
