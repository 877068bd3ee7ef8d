"""Several waves of ``two-supports``: what a person brings to every wave, and what carries over from one to the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from analysis.simulate import latents
from analysis.simulate.latents import Latents, Vector

BETWEEN = 0.5
"""Share of each latent's variance that lies between persons."""
PATHS = np.array([[0.35, -0.10], [-0.05, 0.40]])
"""Within persons, from a wave to the next: rows STR and PSY are explained by columns STR and PSY."""
WITHIN = -0.15
"""Correlation of STR and PSY within persons, in every wave: a plain cross-lagged model then shows about .67 and −.07,
which are no truths of anything within persons."""
DROPOUT = (-1.4, 0.35)
"""Logit that somebody is not there from a wave on: constant, and slope of their STR in the wave before."""
CLOSENESS = (0.6, 0.10)
"""Of a tie: closeness in the next wave from closeness, and from help both given and received (any of either kind)."""
LASTING = ("age", "gender", "gender_text", "tenure", "level", "remote", "mentor", "mentor_formal", "mentor_months")
"""Items that are asked again and do not change."""


def draw(n: int, waves: int, rng: np.random.Generator, *, null: bool) -> list[Latents]:
    """The latents of each wave: √½ times a person's part plus √½ times the wave's, each with the model's correlations.

    The wave's part of STR and PSY follows ``PATHS`` from the wave before, with residuals that keep unit variances and
    the correlation ``WITHIN``; every other one is drawn anew. In the null world nothing carries over.
    """
    lasting = latents.draw(n, rng, null=null)
    paths = np.zeros((2, 2)) if null else PATHS
    whitened = np.linalg.inv(np.linalg.cholesky(_pair(0.0 if null else correlation())))
    together = _pair(0.0 if null else WITHIN)
    begins = np.linalg.cholesky(together) @ whitened
    goes_on = np.linalg.cholesky(together - paths @ together @ paths.T) @ whitened
    found: list[Latents] = []
    before: npt.NDArray[np.float64] | None = None
    for _ in range(waves):
        fresh = latents.draw(n, rng, null=null)
        own = np.vstack([fresh["STR"], fresh["PSY"]])
        now = begins @ own if before is None else paths @ before + goes_on @ own
        before = now
        parts = {**fresh.values, "STR": now[0], "PSY": now[1]}
        values = {name: np.sqrt(BETWEEN) * lasting[name] + np.sqrt(1 - BETWEEN) * part for name, part in parts.items()}
        values["age"] = lasting["age"]
        values["INSr"] = (values["INS"] - 0.5 * values["PSY"]) / np.sqrt(0.75)
        found.append(Latents(values, lasting.team))
    return found


def _pair(r: float) -> npt.NDArray[np.float64]:
    return np.array([[1.0, r], [r, 1.0]])


def correlation() -> float:
    """The correlation of STR and PSY that the model implies."""
    slopes = np.array([latents.STRESS[name] for name in latents.EXOGENOUS])
    return float((latents.CORRELATION @ slopes)[latents.EXOGENOUS.index("PSY")])


def stays(stress: list[Vector], rng: np.random.Generator, *, null: bool) -> list[npt.NDArray[np.bool_]]:
    """Who is there in each wave; who left does not come back."""
    n = len(stress[0])
    there = [np.ones(n, dtype=np.bool_)]
    constant, slope = DROPOUT
    for before in stress[:-1]:
        left = rng.random(n) < expit(constant + (0.0 if null else slope) * before)
        there.append(there[-1] & ~left)
    return there


def truth(waves: int, *, null: bool) -> dict[str, Any]:
    """What is true from wave to wave, for ``truth.json``."""
    w = 0.0 if null else 1.0
    names = ("STR", "PSY")
    return {
        "waves": waves,
        "between": BETWEEN,
        "within": {
            f"{cause}->{effect}": w * float(PATHS[i, j])
            for i, effect in enumerate(names)
            for j, cause in enumerate(names)
        },
        "dropout_logit": {"constant": DROPOUT[0], "STR": w * DROPOUT[1]},
        "closeness": {"closeness": w * CLOSENESS[0], "given:received": w * CLOSENESS[1]},
    }
