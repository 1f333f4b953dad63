"""Questions that must not be searched, stored or answered: patient data, distress, clinical matters, instructions.

Rules in plain sight rather than a model: each can be read, tested and explained to the person it stops.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.outcome import Reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is declined, what the person is told, and where to turn."""

    reason: Reason
    text: str
    next_step: str


PATIENT_DATA = Refusal(
    Reason.PATIENT_DATA,
    "Your question seems to hold details of a patient, so I have not searched for it or kept it. "
    "I must not be given personal data of patients.",
    "Delete your message, then ask again without the NHS number, name, date of birth or address; "
    "for advice on a case, phone your LMC office.",
)
DISTRESS = Refusal(
    Reason.DISTRESS,
    "I am sorry that things are so hard. I am a computer program and cannot give you the support that a person can. "
    "If you or somebody else is in danger, phone 999 or go to A&E now. You can phone Samaritans on 116 123 at any "
    "time, day or night. NHS Practitioner Health is a confidential service for doctors and others who work in the "
    "NHS.",
    "Talk to somebody now: phone Samaritans on 116 123, or ask your LMC for its pastoral lead, who will speak to you "
    "in private.",
)
CLINICAL = Refusal(
    Reason.CLINICAL,
    "This is a clinical question, and I only answer from LMC guidance on running a practice.",
    "Use your clinical judgement, your practice's protocols, NICE guidance and the BNF; in an emergency phone 999.",
)
INJECTION = Refusal(
    Reason.INJECTION,
    "I cannot do that. I answer questions by quoting passages from documents that you may read, and nothing in a "
    "question changes how I work.",
    "Ask a question about practice guidance, and I will show you what the library says.",
)
LEGAL_DRAFTING = Refusal(
    Reason.LEGAL_DRAFTING,
    "I cannot draft legal documents or give legal advice. I can show you what the guidance says about the subject.",
    "Ask a solicitor who knows general practice, and tell your LMC office that you are doing so.",
)


def check(question: str) -> Refusal | None:
    """The refusal that a question calls for, the gravest first; None when it may be answered."""
    plain = question.replace("\u2019", "'")
    checks: Sequence[tuple[bool, Refusal]] = (
        (holds_patient_identifier(plain), PATIENT_DATA),
        (any(pattern.search(plain) for pattern in _DISTRESS), DISTRESS),
        (_is_instruction(plain), INJECTION),
        (_is_clinical(plain), CLINICAL),
        (bool(_DRAFTING.search(plain)), LEGAL_DRAFTING),
    )
    return next((refusal for found, refusal in checks if found), None)


_BY_REASON = {refusal.reason: refusal for refusal in (PATIENT_DATA, DISTRESS, CLINICAL, INJECTION, LEGAL_DRAFTING)}


def refusal_for(reason: Reason) -> Refusal:
    """The refusal with this reason, for a question whose words were not kept."""
    return _BY_REASON[reason]


# --- patient identifiers -----------------------------------------------------------------------------------------

# Looked for at every digit, so that "In 2015 943 476 5919" is not read as another number. A figure with decimals or
# thousands, an amount and a number with +44 in front are none.
_START = r"(?<![\d£])(?<!\d[.,])(?<!\+44)(?<!\+44\s)"
_GAP = r"[\s\-\u2010-\u2014]"
_TEN_DIGITS = re.compile(rf"{_START}(?=(\d(?:{_GAP}?\d){{9}})(?!\d))")
_SPACED_NHS = re.compile(rf"{_START}(?=(\d{{3}}(?:{_GAP}{{1,3}}|\.)\d{{3}}(?:{_GAP}{{1,3}}|\.)\d{{4}})(?!\d))")
_PATIENT_WORDS = re.compile(
    r"\b(?:patients?|pt|nhs\s*(?:no|number|num)|chi(?:\s*(?:no|number))?|d\.?o\.?b|date of birth|born)\b",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\b\.?|date of birth\b|born\b)(?: (?:is|was|on|the))*\W{0,4}(?:\d{1,2}(?:st|nd|rd|th)?(?: of)?[\s/.\-]+"
    r"(?:\d{1,2}|[a-z]{3,9}),?[\s/.\-]+\d{2,4}|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4})",
    re.IGNORECASE,
)
_NAMED_PATIENT = re.compile(
    r"\b(?:[Pp]atient|[Pp]t)(?:'s name is| is called| named| called|,| -|:)?\s+(?:(?:Mr|Mrs|Ms|Miss|Master|Dr)\.?\s+)?"
    r"[A-Z][a-z]+\s+[A-Z][a-z]+|\b(?:my|our|a|the) patient,? (?:Mr|Mrs|Ms|Miss|Master)\.? [A-Z][a-z]+"
)
_NOT_A_PERSON = re.compile(
    r"Participation|Health|Survey|Group|Access|Safety|Record|Online|Choice|Contact|Information|List|Reference|Network|"
    r"Liaison|Advice|Voice|Experience|Forum|Questionnaire|Services?|Registration|Charter|Transport|Care"
)
_HOSPITAL_NUMBER = re.compile(r"\b(?:hospital|mrn|hosp)\s*(?:no|number|num)\.?\s*:?\s*[a-z]?\d{5,}", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b\d+[a-z]?\s+(?:[A-Z][a-z]+\s+){1,3}(?:Street|Road|Avenue|Lane|Close|Drive|Way|Crescent|Court)\b.*"
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"
)


def holds_patient_identifier(text: str) -> bool:
    """Whether a text holds an NHS or CHI number, a birth date, a hospital number, a patient's name or address.

    About 9 % of random ten-digit numbers pass the check digit, so a number counts when it is written 3-3-4 or
    stands near words such as "patient" or "NHS number"; phone numbers do not.
    """
    if _BORN.search(text) or _HOSPITAL_NUMBER.search(text) or _ADDRESS.search(text):
        return True
    named = _NAMED_PATIENT.search(text)
    if named and not _NOT_A_PERSON.search(named.group()):
        return True
    if any(is_nhs_number(re.sub(r"\D", "", match[1])) for match in _SPACED_NHS.finditer(text)):
        return True
    # Somebody who writes "NHS number" and mistypes a digit has still written about a patient.
    return any(_is_near_patient_words(match, text) for match in _TEN_DIGITS.finditer(text))


def _is_near_patient_words(match: re.Match[str], text: str) -> bool:
    return bool(_PATIENT_WORDS.search(text[max(0, match.start(1) - 60) : match.end(1) + 60]))


def is_nhs_number(digits: str) -> bool:
    """Modulus 11 with weights 10 to 2; a check digit of 11 is 0 and of 10 is invalid.

    Source: NHS Data Dictionary, NHS NUMBER. The CHI number's check digit is the same.

    >>> is_nhs_number("9434765919"), is_nhs_number("9990000000")
    (True, False)
    """
    if len(digits) != 10 or not digits.isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check_digit = (11 - total % 11) % 11
    return check_digit == int(digits[9])


# --- distress ----------------------------------------------------------------------------------------------------

_DISTRESS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:kill|harm|hurt|hang)(?:ing)? (?:my|him|her|them)sel(?:f|ves)\b",
        r"\bsuicid(?:e|al)\b(?!.*\b(?:policy|policies|prevention|training|protocol|review)\b)",
        r"\b(?:end|take|taking|ending) (?:it all|my (?:own )?life)\b",
        r"\b(?:want|wish|going|ready) to die\b|\bbetter off (?:dead|without me)\b|\bwish i (?:was|were) dead\b",
        r"\bno (?:way out|point (?:in )?(?:living|going on)|reason to (?:live|go on))\b",
        r"\b(?:don'?t|do not|can'?t|cannot|can not) (?:see|find) (?:a|any) way out\b",
        r"\bi(?:'m| am)? (?:can'?t|cannot|can not|unable to|not able to) (?:cope|go on|carry on"
        r"|take (?:it|this)(?=\s*(?:any|much|[.!?,;]|$)))\b",
        r"\bi(?: am|'m)? (?:feel(?:ing)? )?(?:hopeless|worthless|desperate(?! for\b)|at breaking point|having a breakdown)\b",
        r"\bself[- ]harm(?:ing)?\b(?!.*\b(?:policy|protocol|training|pathway)\b)",
    )
)

# --- instructions instead of questions ---------------------------------------------------------------------------

_INJECTION = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:rules?|instructions?|prompts?|guidelines?|limits?"
        r"|restrictions?|safeguards?|polic(?:y|ies) above|everything above)\b",
        r"\b(?:ignore|disregard|bypass|override|switch off|turn off|remove)\b.{0,20}\b(?:filters?|audiences?|permissions?"
        r"|roles?|access control|checks?)\b",
        r"\brepeat (?:everything|all|the text|the words)\b|\b(?:reveal|including|print|show|tell me) your (?:own )?"
        r"(?:instructions?|rules|configuration|settings)\b",
        r"\b(?:system|hidden|initial|developer) (?:prompt|message|instructions?)\b",
        r"\byou are (?:now|no longer)\b|\bpretend (?:to be|you are|that you)\b|\bact as (?:if|an? )",
        r"\b(?:developer|debug|admin|god|jailbreak|unrestricted) mode\b|\bjailbreak\b",
        r"\b(?:print|dump|output|reveal|show|repeat)\b.{0,20}\b(?:whole|entire|full|complete|all (?:the|your))\b"
        r".{0,30}\b(?:library|index|database|guide|document|corpus|prompt|passwords?|settings|files)\b",
        r"\b(?:my|as) role is (?:now )?(?:officer|confidential|admin)\b|\btreat me as an? (?:officer|admin)",
    )
)

# Whether a practice, or anybody but the assistant, may ignore a rule or act as something is a question like others.
_WHETHER = re.compile(
    r"\b(?:can|could|may|does|do|should|must|would|if|when|who) (?:(?:we|i|they|practices|partners|(?:the|an?|our) (?:\w+ ){0,2}\w+) )?"
    r"(?:should |can |may )?(?:have to |has to )?(?:ignores?|disregards?|overrides?|bypass|removes?|acts? as)\b",
    re.IGNORECASE,
)


def _is_instruction(text: str) -> bool:
    return any(pattern.search(_WHETHER.sub("", text)) for pattern in _INJECTION)


# --- clinical questions ------------------------------------------------------------------------------------------

_CLINICAL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:dos(?:e|es|age|ing)|titrat\w+|mg(?:/kg)?|micrograms?|milligrams?)\b.{0,60}\b(?:of|for|to|start|daily|bd|tds)\b",
        r"\b(?:what|which|right|safe|maximum|starting|correct)\b.{0,20}\bdos(?:e|es|age)\b",
        r"\b(?:phq[- ]?[29]|gad[- ]?[27]|audit-c|qrisk|egfr|hba1c|inr|nt-probnp)\b.{0,60}\b(?:score|of|result|level|treat|mean)",
        r"\bpatients?\b.{0,40}\b(?:scored|scores|has a score)\b",
        r"\b(?:a|my|the|our|this) (?:\w+ )?patient\b.{0,80}\b(?:symptoms?|pain|rash|fever|bleeding|cough|chest|diagnos\w+|treatment"
        r"|blood pressure|infection|pregnan\w+|depress\w+|anxious|suicidal|tablets?|medication|antibiotics?)\b",
        r"\b(?:side effects?|contraindications?|interactions?|half-life) (?:of|between|with)\b",
        r"\b(?:first[- ]line|second[- ]line) (?:treatment|therapy|antibiotics?|drug)\b",
        r"\b(?:treat|treatment (?:of|for)|diagnos(?:e|is of)|management of) (?:an? |the )?(?:acute |chronic |severe |mild )?"
        r"(?:depression|anxiety|asthma|copd|diabetes|hypertension|sepsis|uti|pneumonia|migraine|epilepsy|angina|gout"
        r"|eczema|infection|cellulitis|tonsillitis|cancer|stroke|heart failure|back pain|headache|otitis)\b",
        r"\bshould (?:i|we) (?:prescribe|refer|admit|stop|start) (?:a |the |this |my )?(?:patient|antibiotics?|statins?|him|her"
        r"|\w+(?:pril|olol|statin|azole|cillin|oxetine|traline|pram|formin|prazole|artan|dipine|codone|epam))\b",
        r"\b\w+(?:oxetine|traline|cillin|prazole|formin|statin|sartan|azepam|triptan|mycin)\b.{0,60}\b(?:dose|mg|start|stop"
        r"|prescribe|safe|switch|pregnan\w+|twice|daily|children)\b",
        r"\b(?:stop|start|take|taking|give|giving|prescribe|switch|safe|dose|use|first choice|instead of)\b.{0,60}"
        r"\b(?:warfarin|ibuprofen|paracetamol|aspirin|antibiotics?|antidepressants?|steroids?|insulin|morphine|codeine"
        r"|statins?|inhalers?|lithium|methotrexate|amiodarone|digoxin|ramipril|bisoprolol|apixaban|clopidogrel|hrt"
        r"|the pill|ssris?|nsaids?|ppis?|doacs?)\b",
        r"\b(?:antibiotic|antiviral|inhaler|drug|medicine|treatment|tablet|cream)s?\b.{0,40}\b(?:first choice|for an?|in"
        r" (?:pregnancy|children|a child)|best|recommended)\b",
        r"\b(?:is|are) \w+ safe (?:in|during|for) (?:pregnan\w+|breastfeeding|children)\b",
    )
)  # fmt: skip
# Policy about clinical services is in scope: contracts, shared care, funding, workload.
_POLICY = re.compile(
    r"\b(?:contract\w*|shared care|funding|funded|paid|refuse|commission\w*|enhanced service|policy|polic(?:y|ies)|lmc|"
    r"obliged|workload|take over prescribing|healthcheck|resilience)\b",
    re.IGNORECASE,
)
_DOSE = _CLINICAL[0], _CLINICAL[1], _CLINICAL[3]


def _is_clinical(text: str) -> bool:
    if any(pattern.search(text) for pattern in _DOSE):
        return True
    return any(pattern.search(text) for pattern in _CLINICAL) and not _POLICY.search(text)


_DRAFTING = re.compile(
    r"\b(?:draft|write|draw up|prepare|word)\b.{0,20}\b(?:binding|legal(?:ly)?|enforceable)\b"
    r"|\b(?:draft|write|draw up|word)\b.{0,40}\b(?:clause|deed|contract of employment|settlement agreement"
    r"|partnership agreement|restrictive covenant|letter of claim|lease)\b",
    re.IGNORECASE,
)
