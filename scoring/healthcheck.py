"""Scores a Practice Healthcheck: areas, what raises a flag, what nobody knows, what is strong and what is not."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.fields import Responses
from scoring.instrument import Band, Healthcheck, HealthcheckArea, Question, Statement
from scoring.numbers import TOP, level, mean_of_areas, percent_of, rounded
from scoring.result import AreaScore, HealthcheckResult

DONT_KNOW = "DK"
MOST = 3  # areas named as strong, and as weak


def score_healthcheck(instrument: Healthcheck, responses: Responses) -> HealthcheckResult:
    """Raises: ResponsesError for an answer that cannot be given."""
    areas = tuple(_area(instrument, area, responses) for area in instrument.areas)
    overall = mean_of_areas(areas, instrument.areas_needed)
    strongest = _strongest(instrument, areas)
    statements = [item for area in instrument.areas for item in area.items]
    return HealthcheckResult(
        instrument_id=instrument.id,
        version=instrument.version,
        areas=areas,
        overall=overall,
        shown=rounded(overall),
        band=instrument.band(rounded(overall)),
        flags=tuple(item for item in statements if _is_raised(instrument, item, responses)),
        blind_spots=tuple(item for item in statements if responses.get(item.id) == DONT_KNOW),
        strongest=strongest,
        weakest=_weakest([area for area in areas if area not in strongest]),
        profile=_said(instrument.profile, responses),
        outcomes=_said(instrument.outcomes, responses),
    )


def statement_score(instrument: Healthcheck, item: Statement, responses: Responses) -> int | None:
    """A statement's answer as 0 (bad) to 4 (good), turned round where agreeing is bad; None where it carries no score.

    Raises: ResponsesError for an answer that cannot be given.
    """
    said = level(responses, item.id, unscored=[choice.value for choice in instrument.other_answers])
    return TOP - said if item.reverse and said is not None else said


def _area(instrument: Healthcheck, area: HealthcheckArea, responses: Responses) -> AreaScore:
    scores = [statement_score(instrument, item, responses) for item in area.items]
    answered = [score for score in scores if score is not None]
    enough = len(answered) >= percent_of(instrument.answered_percent, len(scores))
    value = 100 * sum(answered) / (TOP * len(answered)) if enough else None
    # Bands go by the number that is shown: nobody should read "50" beside "under 50".
    band = instrument.band(rounded(value))
    cap = instrument.band(_cap(instrument).at_least)
    flagged = any(_is_raised(instrument, item, responses) for item in area.items)
    capped = flagged and band is not None and cap is not None and band.at_least > cap.at_least
    return AreaScore(
        area.id, area.title, value, rounded(value), cap if capped else band, capped, len(answered), len(scores)
    )


def _cap(instrument: Healthcheck) -> Band:
    return next(band for band in instrument.bands if band.id == instrument.flag_cap)


def _is_raised(instrument: Healthcheck, item: Statement, responses: Responses) -> bool:
    score = statement_score(instrument, item, responses)
    return item.red_flag is not None and score is not None and score <= item.red_flag.at_most


def _strongest(instrument: Healthcheck, areas: Sequence[AreaScore]) -> tuple[AreaScore, ...]:
    """The highest, the instrument's order deciding ties. What is in the lowest band or held down is no strength."""
    fit = [area for area in areas if area.value is not None and not area.capped and area.band != instrument.bands[0]]
    return tuple(sorted(fit, key=lambda area: -(area.value or 0))[:MOST])


def _weakest(areas: Sequence[AreaScore]) -> tuple[AreaScore, ...]:
    """The lowest, one that a red flag holds down before another of the same score."""
    scored = [area for area in areas if area.value is not None]
    return tuple(sorted(scored, key=lambda area: (area.value or 0, not area.capped))[:MOST])


def _said(questions: Sequence[Question], responses: Responses) -> dict[str, str]:
    return {question.id: said for question in questions if (said := responses.get(question.id, ""))}
