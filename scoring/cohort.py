"""A made-up cohort of practices, for the demonstration and the tests: seeded, plausible, and nobody's real answers.

Behind each practice stand one strength that all areas share and one for each area; answers are cut from them with
noise. Small practices and those with few partners do a little worse, and the outlook (OUT1 to OUT3) follows some areas
more than others: succession and finance most. So the drivers analysis has something to find, and it is known what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scoring.form import Responses
from scoring.instrument import Healthcheck, Question, Statement

COUNT = 138
SEED = 138
SHARED, OWN = 0.6, 0.8
"""How much an area takes from the strength that all share, and from its own; squares add up to 1."""
LOADING = 0.72
CUTS = (-1.7, -0.8, -0.1, 0.9)
"""Where an answer turns from one to the next, in standard deviations: most agree rather than not, as people do."""
OUTLOOK = {
    "partnership": 0.2, "succession": 0.5, "team": 0.1, "workload": 0.2, "finance": 0.4, "premises": 0.15,
    "digital": 0.0, "quality": 0.05, "collaboration": 0.1, "planning": 0.15,
}  # fmt: skip
SIZES = (0.16, 0.36, 0.27, 0.13, 0.08)
PARTNERS = (2.0, 3.5, 5.5, 8.0, 11.0)
CONTRACTS = (0.76, 0.17, 0.04, 0.03)
LOCALITIES = {
    "Fenbridge": 0.24,
    "Ashcombe": 0.2,
    "Marlow Vale": 0.18,
    "Thornby": 0.16,
    "Northmere": 0.14,
    "Kettle": 0.08,
}
DONT_KNOW, NOT_FOR_US = 0.03, 0.01


def cohort(instrument: Healthcheck, count: int = COUNT, seed: int = SEED) -> tuple[Responses, ...]:
    """Responses of `count` made-up practices, complete but for the odd "don't know"; same seed, same practices."""
    rng = np.random.default_rng(seed)
    return tuple(_practice(instrument, rng) for _ in range(count))


def _practice(instrument: Healthcheck, rng: np.random.Generator) -> Responses:
    profile, lift = _profile(instrument, rng)
    shared = rng.normal(lift)
    areas = {area.id: SHARED * shared + OWN * rng.normal() for area in instrument.areas}
    answers = {item.id: _answer(item, areas[area.id], rng) for area in instrument.areas for item in area.items}
    return {**profile, **answers, **_outcomes(instrument, areas, rng)}


def _profile(instrument: Healthcheck, rng: np.random.Generator) -> tuple[dict[str, str], float]:
    """The profile, and by how much such practices do better, in standard deviations."""
    size = int(rng.choice(len(SIZES), p=SIZES))
    partners = max(1, int(rng.poisson(PARTNERS[size])))
    chosen: dict[str, str] = {}
    for question in instrument.profile:
        match question.id:
            case "list_size_band":
                chosen[question.id] = question.options[size].value
            case "partners_n":
                chosen[question.id] = str(partners)
            case "contract":
                chosen[question.id] = question.options[int(rng.choice(len(CONTRACTS), p=CONTRACTS))].value
            case "locality":
                chosen[question.id] = _locality(question, rng)
            case _:
                chosen[question.id] = _any(question, rng)
    return chosen, 0.12 * (size - 1.6) + 0.05 * (min(partners, 8) - 4)


def _locality(question: Question, rng: np.random.Generator) -> str:
    return _any(question, rng) if question.options else str(rng.choice(list(LOCALITIES), p=list(LOCALITIES.values())))


def _any(question: Question, rng: np.random.Generator) -> str:
    if question.options:
        return str(rng.choice([option.value for option in question.options]))
    if question.kind == "whole":
        return str(rng.integers(question.least or 0, (question.most or 10) + 1))
    return ""


def _answer(item: Statement, strength: float, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < DONT_KNOW + NOT_FOR_US:
        return "DK" if chance < DONT_KNOW else "NA"
    latent = LOADING * strength + np.sqrt(1 - LOADING**2) * rng.normal()
    value = int(np.searchsorted(CUTS, latent))
    return str(4 - value if item.reverse else value)


def _outcomes(instrument: Healthcheck, areas: Mapping[str, float], rng: np.random.Generator) -> dict[str, str]:
    """OUT1 from the areas by `OUTLOOK`; the others follow the same outlook and, for OUT3, the workload."""
    outlook = sum(weight * areas.get(name, 0.0) for name, weight in OUTLOOK.items()) + 0.75 * rng.normal()
    pressure = -0.6 * areas.get("workload", 0.0) - 0.5 * outlook + 0.7 * rng.normal()
    made = {
        "OUT1": str(int(np.clip(np.floor(7.2 + 1.7 * outlook + 0.5), 0, 10))),
        "OUT2": _discussed(outlook, rng),
        "OUT3": _option(instrument, "OUT3", int(np.searchsorted((-0.2, 0.9, 1.9), pressure))),
    }
    asked = {question.id for question in instrument.outcomes}
    return {name: value for name, value in made.items() if name in asked}


def _discussed(outlook: float, rng: np.random.Generator) -> str:
    if rng.random() < 0.05:
        return "not_said"
    return "yes" if rng.random() < 1 / (1 + np.exp(1.0 + 1.4 * outlook)) else "no"


def _option(instrument: Healthcheck, question_id: str, place: int) -> str:
    options: Sequence[str] = [o.value for q in instrument.outcomes if q.id == question_id for o in q.options]
    return options[place] if options else ""
