"""The simulated study that R was given; ``python -m tests.support.study`` writes it anew (then run study.R)."""

from __future__ import annotations

from pathlib import Path

from analysis.simulate import simulate
from survey.instrument.load import shipped

PATH = Path(__file__).parents[1] / "reference" / "study.csv"
N, SEED = 480, 20160930


def main() -> None:
    """Write the answers as codes, without items that were asked of nobody."""
    respondents = simulate(shipped("two-supports"), N, SEED).dataset.respondents
    respondents.dropna(axis=1, how="all").to_csv(PATH, lineterminator="\n", float_format="%.10g")


if __name__ == "__main__":
    main()
