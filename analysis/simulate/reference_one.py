"""Made by ``python -m tests.support.truth``: see ``analysis.simulate.reference``."""

from __future__ import annotations

# fmt: off
ONE: dict[str, dict[str, dict[str, tuple[float, float]]]] = {
    "descriptives": {
        "mean": {"instrumental": (3.06912, 0.00232), "psychosocial": (3.06784, 0.00181),
            "networking": (2.13386, 0.00110), "demands": (2.13508, 0.00175), "stress": (2.06734, 0.00178),
            "negative_affect": (2.13969, 0.00193), "marker": (3.13459, 0.00127),
            "mentor_instrumental": (3.25179, 0.00319), "mentor_psychosocial": (3.22466, 0.00310),
            "checklist_i": (1.37633, 0.00230), "checklist_p": (1.43765, 0.00220)},
        "sd": {"instrumental": (0.74538, 0.00145), "psychosocial": (0.75805, 0.00091),
            "networking": (0.71366, 0.00113), "demands": (0.83105, 0.00111), "stress": (0.78296, 0.00084),
            "negative_affect": (0.82389, 0.00092), "marker": (0.80085, 0.00109),
            "mentor_instrumental": (0.81108, 0.00227), "mentor_psychosocial": (0.81597, 0.00098),
            "checklist_i": (1.00288, 0.00109), "checklist_p": (1.00512, 0.00097)},
    },
    "reliability": {
        "alpha": {"instrumental": (0.85343, 0.00062), "psychosocial": (0.86244, 0.00045),
            "demands": (0.79043, 0.00076), "stress": (0.88021, 0.00032), "negative_affect": (0.78011, 0.00067),
            "marker": (0.61721, 0.00202), "mentor_instrumental": (0.77545, 0.00127),
            "mentor_psychosocial": (0.77748, 0.00070)},
        "omega": {"instrumental": (0.85471, 0.00063), "psychosocial": (0.86377, 0.00045),
            "demands": (0.79068, 0.00076), "stress": (0.88100, 0.00033), "negative_affect": (0.78013, 0.00067),
            "marker": (0.61727, 0.00202), "mentor_instrumental": (0.77548, 0.00127),
            "mentor_psychosocial": (0.77750, 0.00070)},
    },
    "correlations": {
        "r": {"instrumental~psychosocial": (0.44296, 0.00160), "instrumental~networking": (0.33012, 0.00206),
            "instrumental~demands": (-0.02192, 0.00201), "instrumental~stress": (-0.12282, 0.00171),
            "instrumental~negative_affect": (0.01742, 0.00182), "instrumental~marker": (0.01844, 0.00229),
            "instrumental~mentor_instrumental": (0.47682, 0.00175),
            "instrumental~mentor_psychosocial": (0.23912, 0.00349), "instrumental~checklist_i": (0.56717, 0.00172),
            "instrumental~checklist_p": (0.28297, 0.00205), "psychosocial~networking": (0.21410, 0.00273),
            "psychosocial~demands": (-0.06232, 0.00167), "psychosocial~stress": (-0.20718, 0.00199),
            "psychosocial~negative_affect": (0.02052, 0.00224), "psychosocial~marker": (0.02089, 0.00260),
            "psychosocial~mentor_instrumental": (0.23670, 0.00301),
            "psychosocial~mentor_psychosocial": (0.48874, 0.00202), "psychosocial~checklist_i": (0.28680, 0.00181),
            "psychosocial~checklist_p": (0.57299, 0.00087), "networking~demands": (0.07464, 0.00198),
            "networking~stress": (-0.01839, 0.00214), "networking~negative_affect": (0.03982, 0.00187),
            "networking~marker": (0.04147, 0.00195), "networking~mentor_instrumental": (0.19835, 0.00244),
            "networking~mentor_psychosocial": (0.14319, 0.00296), "networking~checklist_i": (0.20914, 0.00259),
            "networking~checklist_p": (0.13197, 0.00213), "demands~stress": (0.35754, 0.00136),
            "demands~negative_affect": (0.03381, 0.00122), "demands~marker": (0.03328, 0.00329),
            "demands~mentor_instrumental": (0.01085, 0.00205), "demands~mentor_psychosocial": (-0.01633, 0.00232),
            "demands~checklist_i": (-0.02631, 0.00142), "demands~checklist_p": (-0.05493, 0.00191),
            "stress~negative_affect": (0.29649, 0.00222), "stress~marker": (0.01632, 0.00254),
            "stress~mentor_instrumental": (-0.05360, 0.00384), "stress~mentor_psychosocial": (-0.10742, 0.00249),
            "stress~checklist_i": (-0.09513, 0.00131), "stress~checklist_p": (-0.15331, 0.00177),
            "negative_affect~marker": (0.03801, 0.00238), "negative_affect~mentor_instrumental": (0.03454, 0.00344),
            "negative_affect~mentor_psychosocial": (0.03379, 0.00372),
            "negative_affect~checklist_i": (0.00096, 0.00180), "negative_affect~checklist_p": (-0.00128, 0.00243),
            "marker~mentor_instrumental": (0.03207, 0.00239), "marker~mentor_psychosocial": (0.03680, 0.00332),
            "marker~checklist_i": (-0.00013, 0.00169), "marker~checklist_p": (0.00104, 0.00209),
            "mentor_instrumental~mentor_psychosocial": (0.15840, 0.00334),
            "mentor_instrumental~checklist_i": (0.29943, 0.00254),
            "mentor_instrumental~checklist_p": (0.14741, 0.00202),
            "mentor_psychosocial~checklist_i": (0.14787, 0.00176),
            "mentor_psychosocial~checklist_p": (0.31325, 0.00170), "checklist_i~checklist_p": (0.19154, 0.00207)},
    },
    "C1": {
        "std": {"instrumental/ins1": (0.73131, 0.00190), "instrumental/ins2": (0.68301, 0.00161),
            "instrumental/ins3": (0.68449, 0.00131), "instrumental/ins4": (0.63721, 0.00194),
            "instrumental/ins5": (0.68547, 0.00138), "instrumental/ins6": (0.73441, 0.00129),
            "instrumental/ins7": (0.53335, 0.00161), "instrumental/ins8": (0.48848, 0.00172),
            "psychosocial/psy1": (0.73297, 0.00147), "psychosocial/psy2": (0.63923, 0.00173),
            "psychosocial/psy3": (0.63801, 0.00180), "psychosocial/psy4": (0.73483, 0.00123),
            "psychosocial/psy5": (0.73312, 0.00090), "psychosocial/psy6": (0.73461, 0.00114),
            "psychosocial/psy7": (0.58408, 0.00189), "psychosocial/psy8": (0.49136, 0.00141),
            "method/ins7": (0.37946, 0.00366), "method/ins8": (0.37442, 0.00378), "method/psy7": (0.38445, 0.00308),
            "method/psy8": (0.37318, 0.00366)},
        "factor_r": {"instrumental~psychosocial": (0.50734, 0.00188)},
    },
    "C2_and_C3": {
        "mean": {"gap_instrumental": (0.24225, 0.00208), "gap_psychosocial": (0.85733, 0.00288),
            "log_online": (5.00121, 0.00201), "log_today": (1.71387, 0.00112), "five_year": (3.13681, 0.00242)},
        "sd": {"gap_instrumental": (1.26461, 0.00255), "gap_psychosocial": (1.26392, 0.00154),
            "log_online": (1.00252, 0.00154), "log_today": (0.49288, 0.00089), "five_year": (1.09430, 0.00166)},
    },
    "C2": {
        "b": {"gap_psychosocial~gap_instrumental": (0.38740, 0.00199), "gap_psychosocial": (0.53998, 0.00206),
            "gap_instrumental": (0.15258, 0.00131)},
    },
    "C4_instrumental": {
        "beta": {"log_online": (0.31502, 0.00142)},
    },
    "C4_psychosocial": {
        "beta": {"log_online": (-0.00452, 0.00233)},
    },
    "C4": {
        "b": {"instrumental~psychosocial/log_online": (0.31954, 0.00221),
            "instrumental/log_online": (0.31502, 0.00142), "psychosocial/log_online": (-0.00452, 0.00233)},
    },
    "C7_hours": {
        "beta": {"log_hours": (0.30517, 0.00143), "no_time": (-0.02988, 0.00173)},
    },
    "C7_no_time": {
        "beta": {"log_hours": (0.30517, 0.00143), "no_time": (-0.02988, 0.00173)},
    },
    "C8": {
        "beta": {"instrumental": (0.16856, 0.00307), "psychosocial": (0.05442, 0.00230)},
    },
    "C8_compared": {
        "b": {"career/instrumental~psychosocial": (0.11414, 0.00455), "career/instrumental": (0.16856, 0.00307),
            "career/psychosocial": (0.05442, 0.00230)},
    },
    "C9": {
        "beta": {"demands": (0.34622, 0.00143), "instrumental": (-0.04106, 0.00239),
            "psychosocial": (-0.16743, 0.00215)},
    },
    "C9_interaction": {
        "beta": {"demands": (0.34647, 0.00134), "psychosocial": (-0.18546, 0.00185),
            "demands:psychosocial": (-0.07312, 0.00198)},
    },
    "C9_compared": {
        "b": {"stress/psychosocial~instrumental": (-0.12637, 0.00401), "stress/psychosocial": (-0.16743, 0.00215),
            "stress/instrumental": (-0.04106, 0.00239)},
    },
    "C9_rival": {
        "beta": {"demands": (0.35534, 0.00130), "instrumental": (-0.11503, 0.00205),
            "demands:instrumental": (-0.03676, 0.00266)},
    },
    "C9_latent": {
        "beta": {"demands": (0.42025, 0.00172), "psychosocial": (-0.20572, 0.00197),
            "demands:psychosocial": (-0.09125, 0.00332), "low": (0.51149, 0.00339), "mean": (0.42025, 0.00172),
            "high": (0.32900, 0.00406)},
    },
    "C9_squares": {
        "beta": {"demands": (0.34296, 0.00176), "psychosocial": (-0.18648, 0.00187),
            "demands_squared": (0.01755, 0.00231), "psychosocial_squared": (0.00948, 0.00188)},
    },
    "C9_adjusted": {
        "beta": {"age": (-0.00117, 0.00143), "tenure": (-0.00080, 0.00191), "level": (-0.00318, 0.00258),
            "remote": (-0.00034, 0.00210), "demands": (0.33613, 0.00147), "instrumental": (-0.04401, 0.00260),
            "psychosocial": (-0.17263, 0.00206), "negative_affect": (0.28949, 0.00230),
            "marker": (-0.00146, 0.00211)},
    },
    "C10_instrumental": {
        "beta": {"checklist_i": (0.48894, 0.00165), "checklist_p": (0.16549, 0.00193)},
    },
    "C10_psychosocial": {
        "beta": {"checklist_i": (0.17782, 0.00173), "checklist_p": (0.51808, 0.00126)},
    },
    "C10_stress": {
        "beta": {"checklist_i": (-0.06826, 0.00138), "checklist_p": (-0.14024, 0.00181)},
    },
    "C11": {
        "beta": {"groups": (0.26694, 0.00255), "net2": (0.09578, 0.00201), "net3": (0.11707, 0.00225),
            "net5": (0.09743, 0.00169)},
    },
    "C15": {
        "beta": {"stress": (-0.29526, 0.00123)},
    },
    "C15_days": {
        "b": {"stress": (0.35765, 0.00414)},
    },
    "C16_surface": {
        "b": {"b0": (3.99638, 0.00398), "b1": (0.43073, 0.00378), "b2": (0.43920, 0.00446), "b3": (0.00226, 0.00632),
            "b4": (0.00501, 0.00722), "b5": (0.00395, 0.00531), "a1": (0.86993, 0.00600), "a2": (0.01122, 0.00480),
            "a3": (-0.00847, 0.00568), "a4": (0.00121, 0.01363)},
    },
    "C18_instrumental": {
        "beta": {"has_mentor": (0.24910, 0.00238)},
    },
    "C18_psychosocial": {
        "beta": {"has_mentor": (0.18912, 0.00197)},
    },
    "C18_mentor_instrumental": {
        "beta": {"mentor_instrumental": (0.47682, 0.00175)},
    },
    "C18_mentor_psychosocial": {
        "beta": {"mentor_psychosocial": (0.48874, 0.00202)},
    },
    "C18_stress": {
        "beta": {"mentor_psychosocial": (-0.10742, 0.00249)},
    },
    "C2_balance": {
        "mean": {"ties.n_instrumental": (3.08213, 0.00825), "ties.n_psychosocial": (2.21945, 0.00688),
            "ties.balance": (0.19326, 0.00231)},
    },
    "C4_weak": {
        "beta": {"ties.weak_share": (0.01202, 0.00401)},
    },
    "C5_outside": {
        "b": {"closeness[within]": (-0.00246, 0.00403), "closeness[between]": (0.00347, 0.01131)},
    },
    "C5_novelty": {
        "b": {"closeness[within]": (-0.25478, 0.00176), "closeness[between]": (-0.26241, 0.00452)},
    },
    "C5_news_between": {
        "b": {"closeness[within]": (-0.25418, 0.00185), "closeness[between]": (-0.26152, 0.00437),
            "closeness_squared[within]": (-0.00462, 0.00099), "closeness_squared[between]": (-0.00643, 0.00443)},
    },
    "C5_slightly_known": {
        "b": {"closeness[within]": (-0.24628, 0.00485), "closeness[between]": (-0.26025, 0.00332)},
    },
    "C5_level": {
        "b": {"closeness[within]": (-0.00272, 0.00439), "closeness[between]": (-0.01006, 0.00750)},
    },
    "C5_family": {
        "b": {"closeness[within]": (0.44894, 0.00530), "closeness[between]": (0.44168, 0.01106)},
    },
    "C6": {
        "b": {"closeness[within]": (0.59221, 0.00295), "closeness[between]": (0.59246, 0.00536),
            "years[within]": (0.02614, 0.00119), "years[between]": (0.03108, 0.00294),
            "other_phase[within]": (0.30663, 0.00880), "other_phase[between]": (0.28913, 0.00984),
            "similar_family[within]": (0.28148, 0.00700), "similar_family[between]": (0.28691, 0.00796)},
    },
    "C17": {
        "b": {"online_tie[within]": (0.11120, 0.01350), "online_tie[between]": (0.02565, 0.02470)},
    },
    "C9_exchange": {
        "beta": {"demands": (0.34797, 0.00553), "psychosocial": (-0.17422, 0.00537),
            "ties.reciprocity": (-0.01830, 0.00341), "demands:psychosocial": (-0.07385, 0.00397),
            "demands:ties.reciprocity": (-0.00270, 0.00643), "psychosocial:ties.reciprocity": (-0.00030, 0.00598),
            "demands:psychosocial:ties.reciprocity": (-0.00041, 0.00386)},
    },
    "C12": {
        "b": {"net6": (-0.00575, 0.00488)},
    },
    "C13_size": {
        "r": {"networking~ties.size": (0.32619, 0.00490)},
    },
    "C13": {
        "beta": {"ties.size": (0.28027, 0.00323), "networking": (0.24289, 0.00259),
            "ties.size:networking": (-0.00178, 0.00517)},
    },
    "C16_weak": {
        "beta": {"log_weak": (0.14584, 0.00329)},
    },
    "C16_strong": {
        "beta": {"log_strong": (0.15062, 0.00570)},
    },
    "ties_psychosocial": {
        "b": {"closeness[within]": (1.03324, 0.00640), "closeness[between]": (0.91215, 0.01428),
            "not_work[within]": (0.55852, 0.01344), "not_work[between]": (0.53055, 0.05201),
            "psychosocial": (0.51844, 0.00646)},
    },
    "ties_instrumental": {
        "b": {"closeness[within]": (-0.25663, 0.00477), "closeness[between]": (-0.24684, 0.01106),
            "other_unit[within]": (0.39020, 0.00858), "other_unit[between]": (0.35979, 0.01898),
            "instrumental": (0.55419, 0.00755)},
    },
    "C5_outside|conditional": {
        "b": {"closeness[within]": (-0.00692, 0.00014), "closeness[between]": (-0.01628, 0.01323)},
    },
    "C5_novelty|conditional": {
        "b": {"closeness[within]": (-0.25612, 0.00688), "closeness[between]": (-0.26395, 0.00794)},
    },
    "C5_news_between|conditional": {
        "b": {"closeness[within]": (-0.25549, 0.00696), "closeness[between]": (-0.26301, 0.00663),
            "closeness_squared[within]": (-0.00498, 0.00049), "closeness_squared[between]": (-0.00776, 0.01030)},
    },
    "C5_slightly_known|conditional": {
        "b": {"closeness[within]": (-0.24540, 0.00275), "closeness[between]": (-0.26014, 0.00493)},
    },
    "C5_level|conditional": {
        "b": {"closeness[within]": (0.00148, 0.00708), "closeness[between]": (0.00063, 0.00227)},
    },
    "C5_family|conditional": {
        "b": {"closeness[within]": (0.44245, 0.01018), "closeness[between]": (0.39231, 0.00069)},
    },
    "C6|conditional": {
        "b": {"closeness[within]": (0.59566, 0.00550), "closeness[between]": (0.60219, 0.00571),
            "years[within]": (0.02374, 0.00176), "years[between]": (0.03055, 0.00051),
            "other_phase[within]": (0.30115, 0.00065), "other_phase[between]": (0.29979, 0.01088),
            "similar_family[within]": (0.29979, 0.02088), "similar_family[between]": (0.26675, 0.00056)},
    },
    "C17|conditional": {
        "b": {"online_tie[within]": (0.10692, 0.00678), "online_tie[between]": (0.01474, 0.10775)},
    },
    "C12|conditional": {
        "b": {"net6": (-0.00141, 0.01703)},
    },
    "ties_psychosocial|conditional": {
        "b": {"closeness[within]": (1.02154, 0.00108), "closeness[between]": (0.91106, 0.01497),
            "not_work[within]": (0.60889, 0.02019), "not_work[between]": (0.69398, 0.00192),
            "psychosocial": (0.51040, 0.01400)},
    },
    "ties_instrumental|conditional": {
        "b": {"closeness[within]": (-0.24767, 0.01844), "closeness[between]": (-0.23047, 0.00272),
            "other_unit[within]": (0.38552, 0.03016), "other_unit[between]": (0.34714, 0.02268),
            "instrumental": (0.56406, 0.00626)},
    },
}
# fmt: on
