"""What is true of simulated data: the coefficients behind them, and what composite scores show of them."""

from __future__ import annotations

from typing import Any

from analysis.simulate import latents, reference, spoil, two_supports
from analysis.simulate.answers import LOADING
from survey.instrument.model import Instrument

NO_TRUTH = "no known truth"

COMPOSITE_ALPHA = {
    "instrumental": 0.85,
    "psychosocial": 0.86,
    "networking": 0.75,
    "demands": 0.79,
    "stress": 0.88,
}
COMPOSITE_R = {
    "stress~psychosocial": -0.21,
    "stress~instrumental": -0.13,
    "stress~demands": 0.36,
    "instrumental~psychosocial": 0.44,
}
COMPOSITE_STRESS = {
    "instrumental": -0.046,
    "psychosocial": -0.166,
    "networking": 0.006,
    "demands": 0.348,
    "demands:psychosocial": -0.071,
    "r2_change": 0.005,
}
"""Standardised coefficients of stress on composite scores; the product is of standardised scores."""


def of_scales(instrument: Instrument) -> dict[str, Any]:
    """Truth of an instrument without a model of its own: one factor a scale, nothing related to anything."""
    return {
        "scales": {name: {"loading": LOADING} for name in instrument.scales},
        "relations": NO_TRUTH,
        "no_truth": dict.fromkeys([*instrument.scales, *instrument.items], NO_TRUTH),
    }


def of_two_supports(instrument: Instrument, *, null: bool) -> dict[str, Any]:
    """Truth of ``two-supports``: latent coefficients, what composites show, and who has no equation."""

    def zeroed(numbers: dict[str, float]) -> dict[str, float]:
        return dict.fromkeys(numbers, 0.0) if null else dict(numbers)

    def equation(constant: float, coefficients: dict[str, float]) -> dict[str, float]:
        return {"constant": constant, **zeroed(coefficients)}

    names = latents.EXOGENOUS
    pairs = {(a, b): latents.CORRELATION[i, j] for j, b in enumerate(names) for i, a in enumerate(names[:j])}
    known: dict[str, Any] = {
        "STR": zeroed(latents.STRESS),
        "JOB": zeroed(latents.JOB),
        "NEG": zeroed({"residual of STR": latents.NEG}),
        "MI": zeroed({"INS": 0.6}),
        "MP": zeroed({"PSY": 0.6}),
        **{item: equation(c, b) for item, (c, b, _) in two_supports.GRADED.items()},
        **{f"log1p({item})": equation(c, b) for item, (c, b, _) in two_supports.LOGNORMAL.items()},
        **{f"log mean of {item}": equation(c, b) for item, (c, b) in two_supports.COUNTS.items()},
        "log mean of sick_days": equation(*two_supports.SICK_DAYS),
        **{f"logit of ck{i}": equation(c, {name: 1.0}) for i, (c, name) in two_supports.CHECKLIST.items()},
        "logit of mentor": equation(*two_supports.MENTOR),
    }
    composite = {
        "alpha": NO_TRUTH if null else COMPOSITE_ALPHA,
        "r": zeroed(COMPOSITE_R),
        "stress": zeroed(COMPOSITE_STRESS),
    }
    return {
        "latent": {
            "r": {f"{a}~{b}": 0.0 if null else float(r) for (a, b), r in pairs.items()},
            "coefficients": known,
            "icc": {**dict(zip(names, latents.ICC.tolist(), strict=True)), "STR (residual)": latents.STRESS_TEAM},
        },
        "loadings": {
            f"{stem}{i}": loading
            for stem, (_, loadings) in two_supports.LOADINGS.items()
            for i, loading in enumerate(loadings, start=1)
        },
        "thresholds": two_supports.THRESHOLDS.tolist(),
        "acquiescence": 0.0 if null else two_supports.ACQUIESCENCE,
        "reversal": 0.0 if null else two_supports.REVERSAL,
        "composite": composite,
        "missing": {"at_random": spoil.AT_RANDOM, "stress_logit": equation(spoil.BLOCK[0], {"DEM": spoil.BLOCK[1]})},
        "no_truth": dict.fromkeys(_without_equation(instrument), NO_TRUTH),
    }


def of_the_plan(waves: int, *, null: bool) -> dict[str, Any]:
    """What the shipped plan finds in clean answers: of each analysis its estimates, or that no truth is known.

    Of several waves an analysis of one is of the first; what crosses waves is known for three alone. In the null world
    an analysis of what depends on what finds 0; the others are not known there.
    """
    over_waves = reference.THREE.keys() - reference.ONE.keys()
    known = {**reference.THREE, **(reference.ONE if waves == 1 else {})}

    def told(value: float, se: float) -> dict[str, float]:
        return {"value": 0.0 if null else value, "se": 0.0 if null else se}

    return {
        name: NO_TRUTH
        if (null and name in reference.FROM_CONSTANTS) or (waves != 3 and name in over_waves)
        else {what: {of: told(*value) for of, value in values.items()} for what, values in statistics.items()}
        for name, statistics in known.items()
    }


def _without_equation(instrument: Instrument) -> list[str]:
    """Items that no equation of ours mentions."""
    known = {f"{stem}{i + 1}" for stem, (_, loadings) in two_supports.LOADINGS.items() for i in range(len(loadings))}
    known |= {*two_supports.GRADED, *two_supports.LOGNORMAL, *two_supports.COUNTS, "sick_days", "mentor"}
    known |= {f"ck{i}" for i in two_supports.CHECKLIST} | {check.item for check in instrument.checks.values()}
    return [item for item in instrument.items if item not in known]
