"""Answers to ``two-supports`` from its latent variables: loadings, thresholds, method factors, counts and choices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from analysis.simulate.answers import Column, cut, even_thresholds
from analysis.simulate.latents import Latents, Vector
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Instrument, Likert, Number

LOADINGS: dict[str, tuple[str, tuple[float, ...]]] = {
    "ins": ("INS", (0.75, 0.70, 0.70, 0.65, 0.70, 0.75, -0.60, -0.55)),
    "psy": ("PSY", (0.75, 0.65, 0.65, 0.75, 0.75, 0.75, -0.65, -0.55)),
    "net": ("NET", (0.60, 0.60, 0.65, 0.65, 0.60, 0.45)),
    "dem": ("DEM", (0.75, 0.70, 0.70, 0.70)),
    "str": ("STR", (0.80, 0.70, 0.80, 0.70, 0.70, -0.65, -0.65, 0.75)),
    "neg": ("NEG", (0.70,) * 4),
    "mi": ("MI", (0.70,) * 4),
    "mp": ("MP", (0.70,) * 4),
    "mrk": ("MRK", (0.60,) * 3),
}
"""Stem of the item ids: their latent variable and loadings in item order; a reversed item's are negative."""

ACQUIESCENCE = 0.15
REVERSAL = 0.30
THRESHOLDS = np.array([-1.5, -0.6, 0.3, 1.3])

GRADED = {
    "need_i": (0.3, {}, 0.6),
    "get_i": (0.1, {"INS": 0.8}, 0.6),
    "need_p": (0.6, {}, 0.6),
    "get_p": (-0.2, {"PSY": 0.8}, 0.6),
    "five_year": (0.0, {"NET": 0.3}, 1.0),
    "no_time": (0.0, {"DEM": 0.3, "hours": -0.4}, 1.0),
    "career": (0.0, {"INS": 0.20, "PSY": 0.05}, 1.0),
    "health": (0.0, {"STR": -0.35}, 1.0),
}
"""Single items: constant, coefficients of latents (``hours`` is log1p(hours) standardised), SD of the error."""

SATISFACTION = "job"
"""The item that shows the latent JOB itself."""

LOGNORMAL = {
    "online": (5.0, {"INSr": 0.4, "age": -0.2}, 0.9),
    "hours": (1.5, {"NET": 0.3, "PSY": 0.2}, 0.7),
}
"""Items of which log1p has a linear equation."""

LOG_SD = {"online": 1.005, "hours": 0.806}
"""What standard deviation that equation implies."""

COUNTS = {
    "known_teams": (1.5, {"INSr": 0.4}),
    "known_firms": (1.5, {"INSr": 0.4}),
    "known_fields": (1.5, {"INSr": 0.4}),
    "call_today": (1.6, {"PSY": 0.3}),
    "groups": (0.3, {"INS": 0.25, "NET": 0.2}),
}
"""Poisson items: constant and coefficients of the logarithm of the mean."""

SICK_DAYS = (0.8, {"STR": 0.3})
"""Negative binomial of size 1: constant and coefficients of the logarithm of the mean."""

CHECKLIST = {1: (-0.2, "INS"), 2: (-0.2, "INS"), 3: (-0.2, "INS"), 4: (-0.1, "PSY"), 5: (-0.1, "PSY"), 6: (-0.1, "PSY")}
UNSURE = 0.3
"""Share of 'unsure' among those who do not say yes."""

MENTOR = (0.1, {"INS": 0.5, "PSY": 0.2})
SEVERAL = 0.25
FORMAL = 0.35

SHARES = {"gender": (0.50, 0.45, 0.02, 0.01, 0.02), "level": (0.55, 0.25, 0.12, 0.06, 0.02)}
"""Choices without an equation: how common each is."""

SPREAD = {"tenure": (5.0, 1), "mentor_months": (18.0, 0), "mentees": (0.8, 0)}
"""Numbers without an equation, exponential: their mean, and decimals."""


class Respondents:
    """Draws answers for one set of latents; in the null world constants stay and coefficients are 0."""

    def __init__(self, instrument: Instrument, latents: Latents, rng: np.random.Generator, *, null: bool) -> None:
        self.instrument = instrument
        self.latents = dict(latents.values)
        self.n = len(latents.team)
        self.rng = rng
        self.weight = 0.0 if null else 1.0

    def answers(self) -> dict[str, Column]:
        """Columns of every item that has an equation and is in the instrument."""
        columns = self._likert() | self._lognormal() | self._counts() | self._choices() | self._about()
        columns |= {item: self._graded(item) for item in GRADED if item in self.instrument.items}
        if SATISFACTION in self.instrument.items:
            columns[SATISFACTION] = self._steps(SATISFACTION, self.latents["JOB"])
        return {name: column for name, column in columns.items() if name in self.instrument.items}

    def _linear(self, constant: float, coefficients: dict[str, float]) -> Vector:
        total = np.full(self.n, constant)
        for name, b in coefficients.items():
            total += self.weight * b * self.latents[name]
        return total

    def _likert(self) -> dict[str, Column]:
        agree, turn = self.rng.standard_normal(self.n), self.rng.standard_normal(self.n)
        columns: dict[str, Column] = {}
        for stem, (latent, loadings) in LOADINGS.items():
            for number, loading in enumerate(loadings, start=1):
                item = f"{stem}{number}"
                noise = self.rng.standard_normal(self.n)
                if item not in self.instrument.items:
                    continue
                a = ACQUIESCENCE * self.weight
                r = REVERSAL * self.weight * (loading < 0)
                values = loading * self.latents[latent] + a * agree + r * turn
                values += np.sqrt(1 - loading**2 - a**2 - r**2) * noise
                columns[item] = cut(values, THRESHOLDS, self._codes(item))
        return columns

    def _codes(self, item: str) -> Vector:
        return np.array(codes(self.instrument.format_of(item)), dtype=np.float64)

    def _graded(self, item: str) -> Column:
        constant, coefficients, sd = GRADED[item]
        return self._steps(item, self._linear(constant, coefficients) + sd * self.rng.standard_normal(self.n))

    def _steps(self, item: str, values: Vector) -> Column:
        answer_format = self.instrument.format_of(item)
        if not isinstance(answer_format, Likert):
            raise ValueError(f"item {item} of {self.instrument.id} must be a likert item for the simulator")
        steps = self._codes(item)
        return cut(values, THRESHOLDS if len(steps) == 5 else even_thresholds(len(steps)), steps)

    def _lognormal(self) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for item, (constant, coefficients, sd) in LOGNORMAL.items():
            values = self._linear(constant, coefficients) + sd * self.rng.standard_normal(self.n)
            self.latents[item] = (values - constant) / LOG_SD[item]
            columns[item] = self._within(item, np.expm1(values))
        return columns

    def _counts(self) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for item, (constant, coefficients) in COUNTS.items():
            columns[item] = self._within(item, self.rng.poisson(np.exp(self._linear(constant, coefficients))))
        mean = np.exp(self._linear(*SICK_DAYS))
        # A Poisson count whose mean is gamma with shape 1 is negative binomial of size 1.
        columns["sick_days"] = self._within("sick_days", self.rng.poisson(mean * self.rng.standard_gamma(1.0, self.n)))
        return columns

    def _within(self, item: str, values: npt.NDArray[np.generic]) -> Vector:
        """Numbers within the item's range, whole where the item asks for that, else to a tenth."""
        number = self.instrument.format_of(item)
        if not isinstance(number, Number):
            raise ValueError(f"item {item} of {self.instrument.id} must be a number for the simulator")
        rounded = np.round(values.astype(np.float64), 0 if number.integer else 1)
        return np.clip(rounded, 0.0 if number.min is None else number.min, number.max)

    def _choices(self) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for number, (constant, latent) in CHECKLIST.items():
            yes = self.rng.random(self.n) < expit(self._linear(constant, {latent: 1.0}))
            unsure = self.rng.random(self.n) < UNSURE
            columns[f"ck{number}"] = np.where(yes, "yes", np.where(unsure, "unsure", "no")).astype(object)
        has = self.rng.random(self.n) < expit(self._linear(*MENTOR))
        several = self.rng.random(self.n) < SEVERAL
        columns["mentor"] = np.where(has, np.where(several, "several", "one"), "no").astype(object)
        formal = self.rng.random(self.n) < FORMAL
        columns["mentor_formal"] = np.where(formal, "formal", "informal").astype(object)
        columns["age"] = self._bands("age", self.latents["age"])
        return columns

    def _about(self) -> dict[str, Column]:
        """Plausible answers to what has no equation; the rest is as for any other instrument."""
        columns: dict[str, Column] = {}
        for item, shares in SHARES.items():
            known = np.array([str(code) for code in codes(self.instrument.format_of(item))], dtype=object)
            columns[item] = known[self.rng.choice(len(known), self.n, p=shares)]
        for item, (mean, decimals) in SPREAD.items():
            columns[item] = self._within(item, (mean * self.rng.standard_exponential(self.n)).round(decimals))
        columns["remote"] = 10.0 * self.rng.binomial(10, self.rng.beta(0.6, 0.9, self.n))
        return columns

    def _bands(self, item: str, values: Vector) -> Column:
        """A choice of ordered bands, cut evenly from −1.5 to 1.5."""
        answer_format = self.instrument.format_of(item)
        if not isinstance(answer_format, ChoiceFormat):
            raise ValueError(f"item {item} of {self.instrument.id} must be a choice for the simulator")
        bands = np.array([str(code) for code in codes(answer_format)], dtype=object)
        return bands[np.searchsorted(even_thresholds(len(bands)), values)]
