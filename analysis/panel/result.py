"""What a panel gives: paths from wave to wave, within persons where there are three, growth, change, and attrition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from analysis.cfa.fit import Change, Fit
from analysis.panel.attrition import Attrition
from analysis.result import Number, Test, wanted

CROSS_LAGGED, RANDOM_INTERCEPT = "cross_lagged", "random_intercept"
TITLES = {CROSS_LAGGED: "Cross-lagged model", RANDOM_INTERCEPT: "Random-intercept cross-lagged model"}
FIT = ("n", "chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr")


@dataclass(frozen=True)
class Path:
    """One parameter of a model: ``a->b`` for b on a, ``a~b`` for a covariance of what is left, whose beta is a
    correlation. b, se, z, p, bounds at the result's level, and beta, standardised."""

    term: str
    b: float
    se: float
    z: float
    p: float
    ci_low: float
    ci_high: float
    beta: float


@dataclass(frozen=True)
class Lagged:
    """One model of the panel.

    name: 'cross_lagged' or 'random_intercept'. fit: None where it could not be fitted, for the ``reason``. paths: the
    lagged ones first. between: names of the variables to the variance of their random intercepts. change: how much
    worse the model fits whose lagged paths are equal over time; None with two waves. equal: whether the paths are
    those of that model. improper: what has a negative variance or an impossible correlation.
    """

    name: str
    fit: Fit | None
    paths: tuple[Path, ...] = ()
    between: tuple[tuple[str, float], ...] = ()
    change: Change | None = None
    equal: bool = False
    improper: tuple[str, ...] = ()
    reason: str = ""

    def lagged(self) -> tuple[Path, ...]:
        """The paths from one wave to the next."""
        return tuple(path for path in self.paths if "->" in path.term)


@dataclass(frozen=True)
class Growth:
    """Linear growth of one variable: means and (co)variances of start and slope, and the lines that they imply.

    times: of the waves, the first 0. means: of each wave in the data. line: what the model says of each.
    """

    variable: str
    times: tuple[float, ...]
    fit: Fit | None
    parameters: tuple[Path, ...]
    means: tuple[float, ...]
    line: tuple[float, ...]
    improper: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Reliable:
    """Reliable change of one variable from the first to the last wave (Jacobson & Truax 1991): the change needed, and
    the shares that rose and fell by more; NaN where ``reason`` says why."""

    variable: str
    rci: float
    rci_up: float
    rci_down: float
    reason: str = ""


@dataclass(frozen=True)
class Panel:
    """Two variables over waves.

    x, y: their names in the order of the waves. names: what each is called over all waves. models: of two waves the
    cross-lagged model; of more the random-intercept one first. dropped: people without any value. level: of intervals.
    """

    kind: ClassVar[str] = "panel"

    x: tuple[str, ...]
    y: tuple[str, ...]
    names: tuple[str, str]
    covariates: tuple[str, ...]
    models: tuple[Lagged, ...]
    growth: tuple[Growth, ...]
    reliable: tuple[Reliable, ...]
    attrition: Attrition
    n: int
    dropped: int
    level: float
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> Lagged:
        """The model that claims rest on: within persons where there are three waves or more."""
        return self.models[0]

    def target(self, model: Lagged) -> str:
        """The target of a model's numbers: empty for the main one."""
        return "" if model is self.main else model.name

    def numbers(self) -> tuple[Number, ...]:
        """The main model with an empty target, the other by its name; then growth, change and attrition."""
        return tuple(self._numbers())

    def _numbers(self) -> Iterator[Number]:
        for model in self.models:
            target = self.target(model)
            if model.fit is None:
                yield Number(target, "", "not_applicable", float("nan"))
                continue
            yield from _fit(target, "", model.fit)
            yield from _paths(target, model.paths)
            for name, variance in model.between:
                yield Number(target, name, "var_between", variance)
            if model.change is not None:
                for name, value in model.change.numbers().items():
                    yield Number(target, "equal", name, value)
        for one in self.growth:
            if one.fit is None:
                yield Number(one.variable, "growth", "not_applicable", float("nan"))
                continue
            yield from _fit(one.variable, "growth", one.fit)
            yield from _paths(one.variable, one.parameters)
        for change in self.reliable:
            for name in ("rci", "rci_up", "rci_down") if not change.reason else ():
                yield Number(change.variable, "", name, getattr(change, name))
        yield from self._attrition()

    def _attrition(self) -> Iterator[Number]:
        lost = self.attrition
        for name, value in (("n", lost.n), ("stayed", lost.stayed)):
            yield Number("attrition", "", name, float(value))
        for name in ("weight_min", "weight_max") if not lost.reason else ():
            yield Number("attrition", "", name, getattr(lost, name))
        for row in lost.differences:
            for name in ("mean_stayed", "mean_left", "t", "df", "p", "d"):
                if getattr(row, name) == getattr(row, name):
                    yield Number("attrition", row.variable, name, getattr(row, name))
        for path in lost.paths:
            target = "weighted" if path.weighted else "unweighted"
            for name in ("b", "se", "t", "df", "p"):
                yield Number(target, f"{path.predictor}->{path.outcome}", name, getattr(path, name))

    def frame(self) -> pd.DataFrame:
        """One row a parameter: model, path, b, se, z, p, ci_low, ci_high, beta."""
        rows = []
        for model in self.models:
            for path in model.paths:
                values = vars(path) | {"path": path.term}
                rows.append({"model": model.name, **{k: values[k] for k in ("path", *PATH)}})
        return pd.DataFrame(rows, columns=["model", "path", *PATH])

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """The lagged paths of the main model; of all that there are those from one variable to the other."""
        chosen = crossing(self.x, self.y) if terms is None else terms
        return tuple(
            Test("", path.term, "β", path.beta, path.p, abs(path.beta / path.z) if path.z else float("nan"))
            for path in self.main.lagged()
            if wanted(path.term, chosen)
        )


PATH = ("b", "se", "z", "p", "ci_low", "ci_high", "beta")


def crossing(x: Sequence[str], y: Sequence[str]) -> tuple[str, ...]:
    """The paths from one variable to the other in the next wave, as terms.

    >>> crossing(["a@1", "a@2"], ["b@1", "b@2"])
    ('b@1->a@2', 'a@1->b@2')
    """
    pairs = zip(x, y, x[1:], y[1:], strict=False)
    return tuple(term for a, b, c, d in pairs for term in (f"{b}->{c}", f"{a}->{d}"))


def _fit(target: str, term: str, fit: Fit) -> Iterator[Number]:
    values = fit.numbers()
    for name in FIT:
        if values[name] == values[name]:
            yield Number(target, term, name, values[name])


def _paths(target: str, paths: Sequence[Path]) -> Iterator[Number]:
    for path in paths:
        for name in PATH:
            value = getattr(path, name)
            if value == value:
                yield Number(target, path.term, name, value)
