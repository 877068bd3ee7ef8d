"""Reference values of PROCESS as PyProcessMacro 2.2 computes it. Needs `pip install pyprocessmacro==2.2 pingouin`.

Usage, in this folder: python process.py > process.json
"""

from __future__ import annotations

import json
import sys
import warnings
from importlib.metadata import version
from typing import Any

import pingouin

warnings.simplefilter("ignore")
DATA = pingouin.read_dataset("mediation").astype(float).rename(columns={"W1": "V1"})
FRAMES = {"mediation": DATA, "tips": pingouin.read_dataset("tips")[["tip", "total_bill", "size"]].astype(float)}
STATISTICS = {
    "estimate": "b",
    "std_error": "se",
    "statistic": "t",
    "p_value": "p",
    "conf_low": "ci_low",
    "conf_high": "ci_high",
}


def rows(table: Any, component: str, keep: list[str]) -> list[dict[str, Any]]:
    """Rows of one component of the tidy table, with the columns asked for."""
    return table[table["component"] == component][keep].to_dict("records")


def moderated(
    case: str,
    model: int,
    names: dict[str, Any],
    covariates: list[str],
    errors: str,
    probe: str,
    x: str = "X",
    y: str = "Y",
    data: str = "mediation",
) -> dict[str, Any]:
    """One of models 1 to 3."""
    from pyprocessmacro import Process

    spotlight = {"sd": "moments", "percentiles": "percentiles"}[probe]
    frame, w = FRAMES[data].copy(), list(names.values())
    frame[[x, *w]] -= frame[[x, *w]].mean()  # its own option to centre fails with pandas 3 where x is moderated twice
    found = Process(data=frame, model=model, x=x, y=y, controls=covariates or None, spotlight=spotlight,
                    hc3=errors == "HC3", suppr_init=True, **names)  # fmt: skip
    table = found.tidy()
    outcome = [
        {"term": row["term"], **{ours: row[theirs] for theirs, ours in STATISTICS.items()}}
        for row in table[table["component"] == "outcome"].to_dict("records")
    ]
    direct = [
        {"at": {name: row[name] for name in w}, "slope": row["estimate"],
         **{ours: row[theirs] for theirs, ours in STATISTICS.items() if ours != "b"}}
        for row in table[table["component"] == "direct"].to_dict("records")
    ]  # fmt: skip
    made = {"case": case, "model": model, "moderators": w, "covariates": covariates, "errors": errors, "probe": probe,
            "data": data, "x": x, "y": y,
            "outcome": outcome, "direct": direct}  # fmt: skip
    if model == 1:
        regions = found.floodlight_direct_effect(w[0])
        made["region"] = sorted(bounds_of(regions))
    return made


def bounds_of(found: Any) -> set[float]:
    """The ends of the regions of significance that are not ends of the data."""
    ends = {round(float(end), 12) for region in found.sig_regions for end in region}
    least, most = (round(float(end), 12) for end in found.modval_range)
    return {end for end in ends if least < end < most}


def mediated(case: str, model: int, names: dict[str, Any], covariates: list[str], **options: Any) -> dict[str, Any]:
    """One of models 4, 6, 7 and 14: point estimates, for its bootstrap draws otherwise than ours."""
    from pyprocessmacro import Process

    found = Process(data=DATA, model=model, x="X", y="Y", controls=covariates or None, boot=5000, seed=20160930,
                    percent=True, suppr_init=True, **names, **options)  # fmt: skip
    table = found.tidy()
    keep = ["outcome", "term", "estimate", "std_error", "conf_low", "conf_high"]
    keep += [name for name in ("V1",) if name in table.columns]
    return {
        "case": case, "model": model, "mediators": names["m"], "covariates": covariates,
        "moderator": next((v for k, v in names.items() if k in ("w", "v")), None),
        **{part: rows(table, part, keep) for part in dict.fromkeys(table["component"])},
    }  # fmt: skip


def main() -> None:
    """Write all cases."""
    cases = [
        moderated("model 1", 1, {"m": "M"}, [], "classical", "sd"),
        moderated("model 1, HC3, percentiles, a covariate", 1, {"m": "V1"}, ["M"], "HC3", "percentiles"),
        moderated("model 1 with a region", 1, {"m": "total_bill"}, [], "classical", "sd", "size", "tip", "tips"),
        moderated("model 2", 2, {"m": "M", "w": "V1"}, [], "HC3", "sd"),
        moderated("model 3", 3, {"m": "M", "w": "V1"}, ["Mbin"], "classical", "sd"),
        mediated("model 4", 4, {"m": ["M", "Mbin"]}, ["V1"], total=True, contrast=True, effsize=True),
        mediated("model 6", 6, {"m": ["M", "Mbin"]}, [], total=True, contrast=True, effsize=True),
        mediated("model 7", 7, {"m": ["M"], "w": "V1"}, []),
        mediated("model 14", 14, {"m": ["M", "Mbin"], "v": "V1"}, []),
    ]
    made_by = {name: version(name) for name in ("pyprocessmacro", "numpy", "pandas")}
    json.dump({"made_by": made_by, "cases": cases}, sys.stdout)


if __name__ == "__main__":
    main()
