"""The tables of businesses, one module a noun."""

from merchants.models.businesses import Merchant
from merchants.models.documents import Document, DocumentKind, DocumentPage
from merchants.models.imports import ImportState, ImportSubject, RegisterImport
from merchants.models.members import Invitation, JoinRequest, Membership
from merchants.models.states import BusinessStanding, MerchantKind, MerchantState, ReturnReason
from merchants.models.suspensions import Suspension

__all__ = [
    "BusinessStanding",
    "Document",
    "DocumentKind",
    "DocumentPage",
    "ImportState",
    "ImportSubject",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Merchant",
    "MerchantKind",
    "MerchantState",
    "RegisterImport",
    "ReturnReason",
    "Suspension",
]
