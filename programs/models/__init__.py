from programs.models.answers import Answer, AnswerFile, Draft
from programs.models.applications import Application, ApplicationState
from programs.models.call_parts import Criterion, DistrictQuota, Question, QuestionKind
from programs.models.consultants import (
    Consultant,
    ConsultantHours,
    ConsultingField,
    ConsultingRule,
    Weekday,
)
from programs.models.consultations import (
    WISHES,
    Consultation,
    ConsultationState,
    ConsultationWay,
    ConsultationWish,
)
from programs.models.outcomes import (
    CHASES,
    Outcome,
    OutcomeFlag,
    OutcomeSource,
    OutcomeStage,
    OutcomeState,
    Satisfaction,
)
from programs.models.pictures import Picture
from programs.models.products import Product, ProductPhoto
from programs.models.programs import Program, ProgramState, SelectionMode, TieRule
from programs.models.sessions import Session, SessionKind, SessionState

__all__ = [
    "CHASES",
    "WISHES",
    "Answer",
    "AnswerFile",
    "Application",
    "ApplicationState",
    "Consultant",
    "ConsultantHours",
    "Consultation",
    "ConsultationState",
    "ConsultationWay",
    "ConsultationWish",
    "ConsultingField",
    "ConsultingRule",
    "Criterion",
    "DistrictQuota",
    "Draft",
    "Outcome",
    "OutcomeFlag",
    "OutcomeSource",
    "OutcomeStage",
    "OutcomeState",
    "Picture",
    "Product",
    "ProductPhoto",
    "Program",
    "ProgramState",
    "Question",
    "QuestionKind",
    "Satisfaction",
    "SelectionMode",
    "Session",
    "SessionKind",
    "SessionState",
    "TieRule",
    "Weekday",
]
