"""`lmc tools drivers`, for officers: coverage, reliability, and what the outlook is linked with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from cli.ask import print_json
from cli.settings import Settings
from cli.tools.given import HEALTHCHECK, find_healthcheck, refuse_team, say_problems, scored, today
from cli.tools.output import plain
from corpus.errors import SettingsError
from scoring.drivers import Drivers, drivers
from scoring.form import Responses
from scoring.healthcheck import score_healthcheck
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.officers import AreaReliability, Coverage, coverage, reliability


def run_drivers(options: argparse.Namespace, settings: Settings) -> int:
    instrument = find_healthcheck(HEALTHCHECK, "analysed")
    if options.responses is None:
        return _analyse(options, instrument, _recorded(options, settings))
    refuse_team(options)
    sheet, _ = scored(options.responses, instrument)
    code = _analyse(options, instrument, [row.responses for row in sheet.rows])
    return say_problems(sheet) or code


def _recorded(options: argparse.Namespace, settings: Settings) -> list[Responses]:
    from cli.tools.recorded import recorded

    with recorded(options, settings, HEALTHCHECK) as kept:
        return kept.responses(today())


def _analyse(options: argparse.Namespace, instrument: Healthcheck, answered: Sequence[Responses]) -> int:
    healthchecks = [score_healthcheck(instrument, responses) for responses in answered]
    taken = sum(result.overall is not None for result in healthchecks)
    if options.practices is not None and options.practices < taken:
        raise SettingsError(
            f"--practices {options.practices} is fewer than answered; give the number of all there are."
        )
    covered = coverage(taken, options.practices) if options.practices is not None else None
    trusted = reliability(answered, instrument)
    linked = drivers(healthchecks, instrument, bootstraps=options.bootstraps)
    if options.json:
        print_json({"coverage": plain(covered), "reliability": plain(trusted), "drivers": plain(linked)})
    else:
        sys.stdout.writelines(f"{line}\n" for line in _officers_words(covered, trusted, linked))
    return 0


def _officers_words(
    covered: Coverage | Hidden | None, trusted: Sequence[AreaReliability | Hidden] | Hidden, linked: Drivers | Hidden
) -> Iterator[str]:
    if covered is not None:
        yield f"Coverage: {covered.reason if isinstance(covered, Hidden) else f'{covered.words} {covered.caveat}'}"
    yield "How far each area can be trusted (alpha, with its 95 % interval; omega)"
    if isinstance(trusted, Hidden):
        yield f"  {trusted.reason}"
    else:
        for area in trusted:
            yield f"  {_trust_words(area)}"
    yield "What the outlook is linked with"
    if isinstance(linked, Hidden):
        yield f"  {linked.reason}"
        return
    yield from (f"  {words}" for words in linked.words)
    width = max(len(driver.effect.title) for driver in linked.drivers)
    for driver in linked.drivers:
        share = f"{driver.dominance:.1%} ({driver.low:.1%} to {driver.high:.1%})"
        yield f"  {driver.effect.title:<{width}}  accounts for {share}; variance inflation {driver.effect.vif:.1f}"
    yield f"  About {linked.n} practices; adjusted R² {linked.adjusted_r2:.2f}. {linked.caveat}"


def _trust_words(area: AreaReliability | Hidden) -> str:
    if isinstance(area, Hidden):
        return area.reason
    change = f"a change of {area.reliable_change:.0f} points or more is more than chance"
    omega = "no omega, since one factor does not fit" if area.omega is None else f"omega {area.omega:.2f}"
    return f"{area.title}: {area.alpha:.2f} ({area.low:.2f} to {area.high:.2f}); {omega}; {change}. {area.words}"
