from programs.models.answers import Answer, AnswerFile, Draft
from programs.models.application_states import ApplicationState
from programs.models.applications import Application
from programs.models.attendance import Attendance, NotedBy, Presence
from programs.models.broadcasts import Broadcast, Cue, ProductResult
from programs.models.call_parts import Criterion, DistrictQuota, Question, QuestionKind
from programs.models.certificates import Certificate, PaperKind
from programs.models.consultants import (
    Consultant,
    ConsultantAbsence,
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
from programs.models.materials import Material
from programs.models.outcomes import (
    CHASES,
    Outcome,
    OutcomeFlag,
    OutcomeSource,
    OutcomeStage,
    OutcomeState,
    Satisfaction,
    Use,
)
from programs.models.partners import CoApplicant, CoState, Partner, PartnerLetter
from programs.models.pictures import Picture
from programs.models.products import Product, ProductPhoto
from programs.models.program_states import ProgramState, SelectionMode, TieRule
from programs.models.programs import Program
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
    "CHASES",
    "MOST_POINTS",
    "WISHES",
    "Announcement",
    "Answer",
    "AnswerFile",
    "Application",
    "ApplicationState",
    "Assignment",
    "AssignmentQuerySet",
    "Attendance",
    "Booth",
    "Broadcast",
    "Certificate",
    "CoApplicant",
    "CoState",
    "Consultant",
    "ConsultantAbsence",
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
    "Draw",
    "Ground",
    "Mark",
    "Material",
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
    "Presence",
    "Product",
    "ProductPhoto",
    "ProductResult",
    "ProductReview",
    "Program",
    "ProgramState",
    "Question",
    "QuestionKind",
    "Result",
    "ReviewState",
    "Satisfaction",
    "SelectionMode",
    "Session",
    "SessionKind",
    "SessionState",
    "Settlement",
    "Sheet",
    "SheetState",
    "TieRule",
    "Use",
    "Verdict",
    "Weekday",
]
