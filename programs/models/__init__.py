from programs.models.answers import Answer, AnswerFile, Draft
from programs.models.applications import Application, ApplicationState
from programs.models.attendance import Attendance, Mark, NotedBy
from programs.models.broadcasts import Broadcast, Cue, ProductResult
from programs.models.call_parts import Criterion, DistrictQuota, Question, QuestionKind
from programs.models.certificates import Certificate, PaperKind
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
from programs.models.exhibitions import Booth, ProductReview, ReviewState, Settlement
from programs.models.outcomes import (
    CHASES,
    Outcome,
    OutcomeFlag,
    OutcomeSource,
    OutcomeStage,
    OutcomeState,
    Satisfaction,
)
from programs.models.partners import CoApplicant, CoState, Partner, PartnerLetter
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
    "Attendance",
    "Booth",
    "Broadcast",
    "Certificate",
    "CoApplicant",
    "CoState",
    "Consultant",
    "ConsultantHours",
    "Consultation",
    "ConsultationState",
    "ConsultationWay",
    "ConsultationWish",
    "ConsultingField",
    "ConsultingRule",
    "Criterion",
    "Cue",
    "DistrictQuota",
    "Draft",
    "Mark",
    "NotedBy",
    "Outcome",
    "OutcomeFlag",
    "OutcomeSource",
    "OutcomeStage",
    "OutcomeState",
    "PaperKind",
    "Partner",
    "PartnerLetter",
    "Picture",
    "Product",
    "ProductPhoto",
    "ProductResult",
    "ProductReview",
    "Program",
    "ProgramState",
    "Question",
    "QuestionKind",
    "ReviewState",
    "Satisfaction",
    "SelectionMode",
    "Session",
    "SessionKind",
    "SessionState",
    "Settlement",
    "TieRule",
    "Weekday",
]
