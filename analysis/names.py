"""The kinds of analysis and the statistics that each gives, as ``results.csv`` names them."""

from __future__ import annotations

AVAILABLE: tuple[str, ...] = (
    "descriptives", "correlation", "reliability", "agreement", "retest", "factor", "cfa", "invariance", "regression",
    "moderation", "mediation", "missing", "screening", "mixed", "panel", "network", "dyad", "logistic", "ordinal",
    "count", "tie", "contrast", "dominance", "response_surface", "compare",
)  # fmt: skip
"""The kinds that this version can do."""

COEFFICIENT: tuple[str, ...] = ("b", "se", "t", "p", "ci_low", "ci_high", "beta", "sr2", "vif", "robustness_value")
DIAGNOSTIC: tuple[str, ...] = ("bp_p", "reset_p", "shapiro_p", "max_cook", "max_leverage")
"""What residuals say against a regression."""
POOLED: tuple[str, ...] = ("df", "riv", "fmi")
"""What pooling over imputations adds to an estimate."""
BLOCK: tuple[str, ...] = ("r2_change", "f_change", "df1_change", "df2_change", "p_change")
FIT: tuple[str, ...] = (
    "n", "chi2", "df", "p", "baseline_chi2", "baseline_df", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr",
    "loglik", "aic", "bic", "scaling", "chi2_scaled", "p_scaled", "cfi_robust", "tli_robust", "rmsea_robust",
    "rmsea_robust_low", "rmsea_robust_high", "cfi_scaled", "tli_scaled", "rmsea_scaled", "rmsea_scaled_low",
    "rmsea_scaled_high",
)  # fmt: skip
"""Fit of a model of covariances; the scaled and robust ones where the estimator has them."""
CHANGE: tuple[str, ...] = ("chi2_change", "df_change", "p_change", "cfi_change", "rmsea_change")
"""From one such model to one nested in it."""
MIXED_FIT: tuple[str, ...] = (
    "n_groups", "var_group", "var_slope", "slope_r", "var_resid", "icc", "r2_marginal", "r2_conditional", "loglik",
)  # fmt: skip
"""Of a mixed model beside its terms."""
MIXED_TERM: tuple[str, ...] = ("b", "se", "df", "t", "p", "ci_low", "ci_high", "beta")
WALD: tuple[str, ...] = ("b", "se", "z", "p", "ci_low", "ci_high")
FITTED: tuple[str, ...] = ("n", "loglik", "aic", "chi2", "df", "p", "r2_mcfadden", "r2_nagelkerke")
"""Fit of a model of a choice, of ordered answers or of a count."""
STEP: tuple[str, ...] = ("chi2_change", "df_change", "p_change")
TIE_FIT: tuple[str, ...] = ("n_groups", "correlation", "var_group", "loglik")
TIE_TERM: tuple[str, ...] = ("b", "se", "z", "p", "ci_low", "ci_high", "df", "odds_ratio")
PAIRWISE: tuple[str, ...] = (
    "b", "se", "t", "df", "p", "ci_low", "ci_high", "sd", "d", "d_ci_low", "d_ci_high", "g", "g_ci_low",
    "g_ci_high", "t_student", "df_student", "p_student", "u", "p_u", "rank_biserial", "bf10", "tost_p", "p_gh",
    "gh_ci_low", "gh_ci_high", "p_tukey", "tukey_ci_low", "tukey_ci_high", "riv", "fmi",
)  # fmt: skip
"""Of two groups."""
OMNIBUS: tuple[str, ...] = (
    "f", "df1", "df2", "p", "f_welch", "df2_welch", "p_welch", "eta2", "eta2_ci_low", "eta2_ci_high", "omega2",
    "omega2_ci_low", "omega2_ci_high", "h", "p_h",
)  # fmt: skip
"""Of three groups or more."""
LATENT_TERM: tuple[str, ...] = (
    "b", "se", "z", "p", "ci_low", "ci_high", "beta", "beta_se", "beta_ci_low", "beta_ci_high",
)  # fmt: skip
LATENT_FIT: tuple[str, ...] = (
    "chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "scaling", "chi2_scaled", "p_scaled",
    "cfi_robust", "rmsea_robust",
)  # fmt: skip
"""Of a moderation between factors."""
CLAIM: tuple[str, ...] = (
    "p_family", "supported", "p_equivalent", "spec_estimate", "spec_low", "spec_high", "spec_p", "spec_n",
)  # fmt: skip
"""What correction over a family of claims adds to any kind that can carry a claim."""

KINDS: dict[str, tuple[str, ...]] = {
    "descriptives": ("n", "missing", "mean", "sd", "median", "min", "max", "skew", "kurtosis", *POOLED),
    "correlation": ("r", "p", "p_adjusted", "ci_low", "ci_high", "n", "r_disattenuated", *POOLED, *CLAIM),
    "reliability": (
        "n", "alpha", "alpha_low", "alpha_high", "alpha_boot_low", "alpha_boot_high", "alpha_std", "alpha_ordinal",
        "lambda2", "lambda4", "lambda6", "omega", "omega_se", "omega_low", "omega_high", "omega_total", "omega_h",
        "mean_inter_item_r", "sem", *POOLED, "mean", "sd", "r_drop", "alpha_if_dropped", "loading", "frequency",
    ),
    "agreement": (
        "n", "groups", "icc1", "icc1_low", "icc1_high", "icc2", "f", "df1", "df2", "p", "rwg_mean", "rwg_median",
        "rwgj_mean", "rwgj_median", "ad_mean", "omega_within", "omega_between", *POOLED,
    ),
    "retest": (
        "n", "icc", "icc_low", "icc_high", "r", "r_low", "r_high", "sem", "sdc", "rci", "rci_up", "rci_down", *POOLED,
    ),
    "factor": (
        "kmo", "bartlett_chi2", "bartlett_df", "bartlett_p", "parallel_observed", "parallel_simulated",
        "parallel_percentile", "n_factors", "map", "map_n_factors", "loading", "variance_share", "communality",
        "factor_r", "n",
    ),
    "cfa": (
        *FIT, "loading", "se", "z", "std", "std_se", "residual", "residual_se", "factor_r", "ave", "cr", "cr_observed",
        "htmt", "htmt2", "mi", "epc", "sepc", *CHANGE, *POOLED[1:],
    ),
    "invariance": (*FIT, *CHANGE),
    "regression": tuple(
        dict.fromkeys((
            "n", "r2", "r2_low", "r2_high", "adj_r2", "f", "df1", "df2", "p", "f2", "f2_low", "f2_high", *DIAGNOSTIC,
            *BLOCK, *COEFFICIENT, *POOLED, *CLAIM,
        ))
    ),
    "logistic": tuple(dict.fromkeys((*FITTED, *STEP, *WALD, "or", "or_ci_low", "or_ci_high", *POOLED, *CLAIM))),
    "ordinal": tuple(dict.fromkeys((
        *FITTED, "brant_p", "brant_chi2", "brant_df", *STEP, *WALD, "or", "or_ci_low", "or_ci_high", *POOLED, *CLAIM,
    ))),
    "count": tuple(dict.fromkeys((
        *FITTED, "theta", "theta_se", "dispersion", "poisson_chi2", "poisson_p", *STEP, *WALD, "irr", "irr_ci_low",
        "irr_ci_high", *POOLED, *CLAIM,
    ))),
    "moderation": (
        "n", "r2", "adj_r2", "f", "df1", "df2", "p", "f2", *BLOCK, "b", "se", "t", "ci_low", "ci_high", "beta", "sr2",
        "vif", *POOLED, "slope", "at", "at_second", "jn_low", "jn_high", "jn_share_below",
        "jn_share_above", "b_squares", "se_squares", "t_squares", "p_squares", "z", "beta_se", "beta_ci_low",
        "beta_ci_high", *(name for name in LATENT_FIT if name not in ("df", "p")), *CLAIM,
    ),
    "mediation": (
        "n", *(f"{path}{part}" for path in ("a", "b", "c", "c_prime", "d", "product")
               for part in ("", "_se", "_t", "_p", "_ci_low", "_ci_high")),
        "indirect", "contrast", "index", "se", "p", "ci_low", "ci_high", "percentile_low", "percentile_high",
        "bca_low", "bca_high", "at", "std_partial", "std_partial_low", "std_partial_high", "std", "std_low", "std_high",
        *CLAIM,
    ),
    "mixed": ("n", *MIXED_TERM, *MIXED_FIT, *POOLED[1:], *CLAIM),
    "compare": tuple(dict.fromkeys(("n", "mean", "sd", *PAIRWISE, *OMNIBUS, *CLAIM))),
    "response_surface": (
        "n", "r2", "r2_change", "f_change", "p_change", "b", "se", "t", "p", "ci_low", "ci_high", *POOLED, *CLAIM,
    ),
    "dominance": ("n", "r2", "weight", "share", "dominance"),
    "panel": (
        "n", "chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "b", "se", "z", "ci_low",
        "ci_high", "beta", "var_between", *CHANGE, "rci", "rci_up", "rci_down", "stayed", "mean_stayed", "mean_left",
        "t", "d", "weight_min", "weight_max", *CLAIM,
    ),
    "dyad": (
        "n", "n_dyads", "b", "se", "df", "t", "p", "ci_low", "ci_high", "beta", "k", "k_low", "k_high", "icc", "sigma",
        "riv", "fmi", *CLAIM,
    ),
    "contrast": ("n", "b", "se", "t", "p", "ci_low", "ci_high", "tost_p", *POOLED, *CLAIM),
    "network": (
        "size", "density", "effective_size", "efficiency", "constraint", "mean_closeness", "weak_share",
        "multiplex_share", "blau_context", "iqv_context", "ei_department", "balance", "reciprocity", "n_ties", "n_weak",
        "n_strong", "one_sided", "one_sided_shuffled", "n", "mean", "sd", "min", "max",
    ),
    "tie": ("n", *TIE_FIT, *TIE_TERM, *CLAIM),
    "screening": (
        "n", "attention_failed", "seconds_per_item", "longstring", "irv", "even_odd", "mahalanobis_p", "psychsyn",
        "psychant", "duplicate", "excluded", "reason", "estimate", "estimate_everyone", "n_everyone",
    ),
    "missing": ("n", "rate", "pattern", "little_chi2", "little_df", "little_p"),
    "power": ("power", "mcse", "power_first", "power_family", "runs", "n_needed", "n_needed_low", "n_needed_high"),
}  # fmt: skip
"""Every kind that the format of plans knows, with its statistics; 'not_applicable' may stand in place of any."""

NOT_APPLICABLE = "not_applicable"
