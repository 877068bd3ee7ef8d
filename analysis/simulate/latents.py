"""The latent variables behind the instrument ``two-supports``: what causes what, with teams of eight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.simulate.answers import TEAM

Vector = npt.NDArray[np.float64]

EXOGENOUS = ("INS", "PSY", "NET", "DEM")
CORRELATION = np.array(
    [[1.0, 0.50, 0.40, -0.05], [0.50, 1.0, 0.25, -0.10], [0.40, 0.25, 1.0, 0.05], [-0.05, -0.10, 0.05, 1.0]]
)
ICC = np.array([0.08, 0.05, 0.03, 0.12])
STRESS_TEAM = 0.03
"""Share of STR's variance that lies between teams and comes from nothing else in the model."""

STRESS = {"INS": -0.05, "PSY": -0.20, "NET": 0.0, "DEM": 0.40, "DEM:PSY": -0.10}
JOB = {"INS": 0.20, "PSY": 0.15, "STR": -0.30}
NEG = 0.4
"""Loading of negative affectivity on the residual of stress."""


@dataclass(frozen=True)
class Latents:
    """One value a respondent of each latent variable; all have unit variance in expectation.

    values: INS, PSY, NET, DEM, STR, JOB, NEG, MI, MP, MRK, INSr (INS freed of PSY) and age. team: number from 0.
    """

    values: dict[str, Vector]
    team: npt.NDArray[np.int64]

    def __getitem__(self, name: str) -> Vector:
        return self.values[name]


def draw(n: int, rng: np.random.Generator, *, null: bool) -> Latents:
    """Draw n respondents in teams of 8; in the null world every coefficient and correlation is 0.

    A variable with latent ICC c is √c times a team's part plus √(1 − c) times a person's; the parts are correlated so
    that the whole has the correlations above.
    """
    team = np.arange(n) // TEAM
    teams = int(team[-1]) + 1
    correlation = np.eye(4) if null else CORRELATION
    between = correlation * np.sqrt(np.outer(ICC, ICC))
    x = rng.standard_normal((teams, 4)) @ np.linalg.cholesky(between).T
    x = x[team] + rng.standard_normal((n, 4)) @ np.linalg.cholesky(correlation - between).T
    ins, psy, net, dem = x.T

    b = dict.fromkeys(STRESS, 0.0) if null else STRESS
    slopes = np.array([b[name] for name in EXOGENOUS])
    r = correlation[3, 1]
    # The product of two standard normals has mean r and variance 1 + r², and no covariance with either.
    product = dem * psy - r
    rest = 1 - slopes @ correlation @ slopes - b["DEM:PSY"] ** 2 * (1 + r**2)
    own = np.sqrt(STRESS_TEAM) * rng.standard_normal(teams)[team]
    own += np.sqrt(rest - STRESS_TEAM) * rng.standard_normal(n)
    stress = x @ slopes + b["DEM:PSY"] * product + own

    j = dict.fromkeys(JOB, 0.0) if null else JOB
    with_stress = correlation[:2] @ slopes
    weights = np.array(list(j.values()))
    among = np.array(
        [[1, correlation[0, 1], with_stress[0]], [correlation[0, 1], 1, with_stress[1]], [*with_stress, 1.0]]
    )
    job = np.column_stack([ins, psy, stress]) @ weights
    job += np.sqrt(1 - weights @ among @ weights) * rng.standard_normal(n)

    def mix(share: float, cause: Vector) -> Vector:
        share = 0.0 if null else share
        return share * cause + np.sqrt(1 - share**2) * rng.standard_normal(n)

    return Latents(
        {
            "INS": ins, "PSY": psy, "NET": net, "DEM": dem, "STR": stress, "JOB": job,
            "NEG": mix(NEG, own / np.sqrt(rest)), "MI": mix(0.6, ins), "MP": mix(0.6, psy),
            "MRK": rng.standard_normal(n), "INSr": (ins - 0.5 * psy) / np.sqrt(0.75),
            "age": rng.standard_normal(n),
        },
        team,
    )  # fmt: skip
