from programs.models.answers import Answer, AnswerFile, Draft
from programs.models.applications import Application, ApplicationState
from programs.models.attendance import Attendance, Mark, NotedBy
from programs.models.call_parts import Criterion, DistrictQuota, Question, QuestionKind
from programs.models.certificates import Certificate, PaperKind
from programs.models.pictures import Picture
from programs.models.products import Product, ProductPhoto
from programs.models.programs import Program, ProgramState, SelectionMode, TieRule
from programs.models.sessions import Session, SessionKind, SessionState

__all__ = [
    "Answer",
    "AnswerFile",
    "Application",
    "ApplicationState",
    "Attendance",
    "Certificate",
    "Criterion",
    "DistrictQuota",
    "Draft",
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
