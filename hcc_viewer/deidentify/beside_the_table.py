"""What tells the patient or the hospital and does not stand in the profile's table.

The table speaks of attributes that its authors thought of; dicom-anonymizer's copy lacks some of
the standard's own, and retired attributes and free texts of other objects are in neither.
"""

from __future__ import annotations

from pydicom import DataElement

_IDENTIFYING = {
    # Birth and death in another calendar, and which
    "PatientBirthDateInAlternativeCalendar", "PatientDeathDateInAlternativeCalendar",
    "PatientAlternativeCalendar",
    # Of the body: size and weight are in the table
    "PatientBodyMassIndex", "BreedRegistrationNumber",
    # Numbers of an order, retired ones too, and who gave them
    "PlacerOrderNumberProcedure", "FillerOrderNumberProcedure",
    "PlacerOrderNumberImagingServiceRequestRetired",
    "FillerOrderNumberImagingServiceRequestRetired",
    "OrderPlacerIdentifierSequence", "OrderFillerIdentifierSequence",
    "IssuerOfAccessionNumberSequence", "IssuerOfPatientIDQualifiersSequence",
    "AssigningFacilitySequence", "AssigningJurisdictionCodeSequence",
    "AssigningAgencyOrDepartmentCodeSequence", "RouteOfAdmissions",
    # Persons and organisations
    "RequestingPhysicianIdentificationSequence", "HumanPerformerCodeSequence",
    "ResponsibleGroupCodeSequence", "AsserterIdentificationSequence", "EvaluatorSequence",
    "InterlockResolutionUserSequence", "OOIOwnerSequence", "ContactDisplayName",
    "HangingProtocolCreator", "HangingProtocolUserGroupName",
    "HangingProtocolUserIdentificationCodeSequence", "ComponentWelderIDs",
    "DocumentAuthorIdentifierCodeSequenceTrial", "DocumentingObserverIdentifierCodeSequenceTrial",
    "DocumentingOrganizationIdentifierCodeSequenceTrial",
    # Machines, addresses and media
    "NTPSourceAddress", "RadiationMachineName", "PrinterName", "OwnerID", "StorageMediaFileSetID",
    # Travellers (DICOS)
    "BoardingPassID", "ItineraryID",
    # The original, encrypted or signed
    "EncryptedAttributesSequence", "EncryptedContent", "Signature",
}  # fmt: skip

_FREE_TEXTS = {"LT", "ST", "UR", "UT"}
"""Paragraphs and addresses: anything may be written in them, and no image needs them."""

_OF_CODES = {
    "ExtendedCodeMeaning", "URNCodeValue", "CodingSchemeName", "CodingSchemeExternalID",
}  # fmt: skip
"""Paragraphs and addresses that say what a code means."""


def is_identifying(element: DataElement) -> bool:
    """Whether an attribute has to go that the table does not speak of."""
    if element.keyword in _IDENTIFYING:
        return True
    return element.VR in _FREE_TEXTS and element.keyword not in _OF_CODES
