from programs.models.applications import (
    Answer,
    Application,
    ApplicationState,
    Product,
    ProductPhoto,
)
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
    "CHASES",
    "WISHES",
    "Answer",
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
