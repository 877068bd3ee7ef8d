"""Made by ``python -m tests.support.truth``: see ``analysis.simulate.reference``."""

from __future__ import annotations

# fmt: off
THREE: dict[str, dict[str, dict[str, tuple[float, float]]]] = {
    "descriptives": {
        "mean": {"instrumental": (3.07351, 0.00254), "psychosocial": (3.07309, 0.00281),
            "networking": (2.13695, 0.00271), "demands": (2.14227, 0.00641), "stress": (2.06880, 0.00294),
            "negative_affect": (2.13415, 0.00289), "marker": (3.14009, 0.00280),
            "mentor_instrumental": (3.25277, 0.00299), "mentor_psychosocial": (3.21934, 0.00543),
            "checklist_i": (1.37589, 0.00323), "checklist_p": (1.44461, 0.00315)},
        "sd": {"instrumental": (0.74942, 0.00324), "psychosocial": (0.75612, 0.00207),
            "networking": (0.71330, 0.00201), "demands": (0.83074, 0.00145), "stress": (0.78460, 0.00220),
            "negative_affect": (0.82496, 0.00197), "marker": (0.79837, 0.00168),
            "mentor_instrumental": (0.81367, 0.00215), "mentor_psychosocial": (0.81925, 0.00264),
            "checklist_i": (1.00130, 0.00208), "checklist_p": (1.00149, 0.00212)},
    },
    "reliability": {
        "alpha": {"instrumental": (0.85551, 0.00147), "psychosocial": (0.86147, 0.00082),
            "demands": (0.78975, 0.00066), "stress": (0.88080, 0.00066), "negative_affect": (0.77998, 0.00122),
            "marker": (0.61670, 0.00193), "mentor_instrumental": (0.77655, 0.00174),
            "mentor_psychosocial": (0.77832, 0.00181)},
        "omega": {"instrumental": (0.85682, 0.00147), "psychosocial": (0.86279, 0.00083),
            "demands": (0.79011, 0.00065), "stress": (0.88158, 0.00066), "negative_affect": (0.78003, 0.00122),
            "marker": (0.61688, 0.00195), "mentor_instrumental": (0.77664, 0.00175),
            "mentor_psychosocial": (0.77840, 0.00181)},
    },
    "correlations": {
        "r": {"instrumental~psychosocial": (0.44353, 0.00212), "instrumental~networking": (0.33184, 0.00303),
            "instrumental~demands": (-0.01957, 0.00306), "instrumental~stress": (-0.12888, 0.00355),
            "instrumental~negative_affect": (0.02195, 0.00207), "instrumental~marker": (0.01050, 0.00358),
            "instrumental~mentor_instrumental": (0.48316, 0.00339),
            "instrumental~mentor_psychosocial": (0.23422, 0.00516), "instrumental~checklist_i": (0.56593, 0.00218),
            "instrumental~checklist_p": (0.28021, 0.00398), "psychosocial~networking": (0.21405, 0.00649),
            "psychosocial~demands": (-0.03779, 0.00354), "psychosocial~stress": (-0.15598, 0.00520),
            "psychosocial~negative_affect": (0.03868, 0.00348), "psychosocial~marker": (0.01654, 0.00336),
            "psychosocial~mentor_instrumental": (0.23384, 0.00541),
            "psychosocial~mentor_psychosocial": (0.48256, 0.00394), "psychosocial~checklist_i": (0.28308, 0.00299),
            "psychosocial~checklist_p": (0.57005, 0.00213), "networking~demands": (0.07813, 0.00318),
            "networking~stress": (-0.01542, 0.00439), "networking~negative_affect": (0.04109, 0.00370),
            "networking~marker": (0.03789, 0.00345), "networking~mentor_instrumental": (0.20605, 0.00414),
            "networking~mentor_psychosocial": (0.13328, 0.00634), "networking~checklist_i": (0.21016, 0.00236),
            "networking~checklist_p": (0.12986, 0.00275), "demands~stress": (0.35956, 0.00234),
            "demands~negative_affect": (0.03601, 0.00211), "demands~marker": (0.03686, 0.00392),
            "demands~mentor_instrumental": (0.01311, 0.00322), "demands~mentor_psychosocial": (-0.01178, 0.00700),
            "demands~checklist_i": (-0.02424, 0.00397), "demands~checklist_p": (-0.04032, 0.00332),
            "stress~negative_affect": (0.30401, 0.00295), "stress~marker": (0.01618, 0.00304),
            "stress~mentor_instrumental": (-0.05859, 0.00445), "stress~mentor_psychosocial": (-0.10246, 0.00714),
            "stress~checklist_i": (-0.09445, 0.00461), "stress~checklist_p": (-0.12379, 0.00281),
            "negative_affect~marker": (0.02749, 0.00341), "negative_affect~mentor_instrumental": (0.03790, 0.00372),
            "negative_affect~mentor_psychosocial": (0.02528, 0.00520),
            "negative_affect~checklist_i": (0.00166, 0.00361), "negative_affect~checklist_p": (0.01206, 0.00395),
            "marker~mentor_instrumental": (0.03208, 0.00631), "marker~mentor_psychosocial": (0.03061, 0.00389),
            "marker~checklist_i": (-0.00268, 0.00514), "marker~checklist_p": (-0.00301, 0.00315),
            "mentor_instrumental~mentor_psychosocial": (0.14989, 0.00547),
            "mentor_instrumental~checklist_i": (0.30227, 0.00509),
            "mentor_instrumental~checklist_p": (0.14424, 0.00461),
            "mentor_psychosocial~checklist_i": (0.13952, 0.00525),
            "mentor_psychosocial~checklist_p": (0.30336, 0.00468), "checklist_i~checklist_p": (0.18476, 0.00336)},
    },
    "C1": {
        "std": {"instrumental/ins1": (0.73795, 0.00236), "instrumental/ins2": (0.68824, 0.00316),
            "instrumental/ins3": (0.69197, 0.00271), "instrumental/ins4": (0.63694, 0.00292),
            "instrumental/ins5": (0.68569, 0.00317), "instrumental/ins6": (0.73338, 0.00335),
            "instrumental/ins7": (0.53694, 0.00342), "instrumental/ins8": (0.49262, 0.00394),
            "psychosocial/psy1": (0.73254, 0.00222), "psychosocial/psy2": (0.63728, 0.00214),
            "psychosocial/psy3": (0.63505, 0.00260), "psychosocial/psy4": (0.73541, 0.00142),
            "psychosocial/psy5": (0.73080, 0.00157), "psychosocial/psy6": (0.73233, 0.00255),
            "psychosocial/psy7": (0.58068, 0.00304), "psychosocial/psy8": (0.49236, 0.00300),
            "method/ins7": (0.37909, 0.00332), "method/ins8": (0.37090, 0.00356), "method/psy7": (0.38411, 0.00471),
            "method/psy8": (0.38469, 0.00466)},
        "factor_r": {"instrumental~psychosocial": (0.50687, 0.00217)},
    },
    "C2_and_C3": {
        "mean": {"gap_instrumental": (0.24296, 0.00294), "gap_psychosocial": (0.84530, 0.00492),
            "log_online": (4.99973, 0.00291), "log_today": (1.71577, 0.00241), "five_year": (3.12556, 0.00364)},
        "sd": {"gap_instrumental": (1.26505, 0.00296), "gap_psychosocial": (1.26464, 0.00320),
            "log_online": (1.00525, 0.00321), "log_today": (0.49190, 0.00155), "five_year": (1.08909, 0.00231)},
    },
    "C3_trend": {
        "b": {"age": (-0.01523, 0.00015), "time": (-0.00357, 0.00254)},
    },
    "C2": {
        "b": {"gap_psychosocial~gap_instrumental": (0.37852, 0.00450), "gap_psychosocial": (0.53117, 0.00336),
            "gap_instrumental": (0.15265, 0.00171)},
    },
    "C4_instrumental": {
        "beta": {"log_online": (0.32260, 0.00346)},
    },
    "C4_psychosocial": {
        "beta": {"log_online": (0.00123, 0.00376)},
    },
    "C4": {
        "b": {"instrumental~psychosocial/log_online": (0.32138, 0.00390),
            "instrumental/log_online": (0.32260, 0.00346), "psychosocial/log_online": (0.00123, 0.00376)},
    },
    "C7_hours": {
        "beta": {"log_hours": (0.30540, 0.00342), "no_time": (-0.02373, 0.00375)},
    },
    "C7_no_time": {
        "beta": {"log_hours": (0.30540, 0.00342), "no_time": (-0.02373, 0.00375)},
    },
    "C8": {
        "beta": {"instrumental": (0.16789, 0.00556), "psychosocial": (0.06114, 0.00355)},
    },
    "C8_compared": {
        "b": {"career/instrumental~psychosocial": (0.10674, 0.00667), "career/instrumental": (0.16789, 0.00556),
            "career/psychosocial": (0.06114, 0.00355)},
    },
    "C9": {
        "beta": {"demands": (0.35391, 0.00232), "instrumental": (-0.07310, 0.00226),
            "psychosocial": (-0.11016, 0.00503)},
    },
    "C9_interaction": {
        "beta": {"demands": (0.35395, 0.00236), "psychosocial": (-0.14300, 0.00488),
            "demands:psychosocial": (-0.04659, 0.00322)},
    },
    "C9_compared": {
        "b": {"stress/psychosocial~instrumental": (-0.03706, 0.00606), "stress/psychosocial": (-0.11016, 0.00503),
            "stress/instrumental": (-0.07310, 0.00226)},
    },
    "C9_rival": {
        "beta": {"demands": (0.35697, 0.00247), "instrumental": (-0.12197, 0.00282),
            "demands:instrumental": (-0.02680, 0.00357)},
    },
    "C9_latent": {
        "beta": {"demands": (0.42961, 0.00232), "psychosocial": (-0.16105, 0.00529),
            "demands:psychosocial": (-0.06048, 0.00521), "low": (0.49009, 0.00410), "mean": (0.42961, 0.00232),
            "high": (0.36913, 0.00695)},
    },
    "C9_reversed": {
        "b": {"psychosocial@1->psychosocial@2": (0.26876, 0.00837),
            "psychosocial@2->psychosocial@3": (0.27418, 0.01125), "stress@1->stress@2": (0.24493, 0.01129),
            "stress@2->stress@3": (0.23536, 0.00821), "stress@1->psychosocial@2": (-0.04426, 0.00863),
            "psychosocial@1->stress@2": (-0.09343, 0.00670), "stress@2->psychosocial@3": (-0.05279, 0.00686),
            "psychosocial@2->stress@3": (-0.08864, 0.00766),
            "cross_lagged/psychosocial@1->psychosocial@2": (0.58794, 0.00261),
            "cross_lagged/psychosocial@2->psychosocial@3": (0.58943, 0.00288),
            "cross_lagged/stress@1->stress@2": (0.57971, 0.00399),
            "cross_lagged/stress@2->stress@3": (0.57479, 0.00387),
            "cross_lagged/stress@1->psychosocial@2": (-0.06446, 0.00364),
            "cross_lagged/psychosocial@1->stress@2": (-0.09478, 0.00230),
            "cross_lagged/stress@2->psychosocial@3": (-0.06729, 0.00194),
            "cross_lagged/psychosocial@2->stress@3": (-0.09061, 0.00245)},
        "var_between": {"psychosocial": (0.25619, 0.00463), "stress": (0.28177, 0.00379)},
    },
    "C9_squares": {
        "beta": {"demands": (0.35196, 0.00253), "psychosocial": (-0.14278, 0.00467),
            "demands_squared": (0.01196, 0.00263), "psychosocial_squared": (0.00202, 0.00408)},
    },
    "C9_adjusted": {
        "beta": {"age": (-0.00138, 0.00362), "tenure": (-0.00108, 0.00259), "level": (-0.00400, 0.00285),
            "remote": (0.00261, 0.00309), "demands": (0.34289, 0.00261), "instrumental": (-0.07480, 0.00251),
            "psychosocial": (-0.12132, 0.00415), "negative_affect": (0.29795, 0.00293),
            "marker": (-0.00184, 0.00229)},
    },
    "C10_instrumental": {
        "beta": {"checklist_i": (0.49115, 0.00284), "checklist_p": (0.16513, 0.00404)},
    },
    "C10_psychosocial": {
        "beta": {"checklist_i": (0.17729, 0.00247), "checklist_p": (0.51791, 0.00192)},
    },
    "C10_stress": {
        "beta": {"checklist_i": (-0.07417, 0.00464), "checklist_p": (-0.11007, 0.00297)},
    },
    "C11": {
        "beta": {"groups": (0.26950, 0.00303), "net2": (0.09642, 0.00361), "net3": (0.11664, 0.00580),
            "net5": (0.09801, 0.00567)},
    },
    "C15": {
        "beta": {"stress": (-0.29418, 0.00392)},
    },
    "C15_days": {
        "b": {"stress": (0.36146, 0.00755)},
    },
    "C15_path": {
        "a": {"stress@2": (-0.09452, 0.00230)},
        "b": {"stress@2": (-0.20394, 0.00462)},
        "c_prime": {"health@3": (0.02090, 0.00477)},
        "c": {"health@3": (0.04022, 0.00452)},
        "indirect": {"psychosocial@1->stress@2->health@3": (0.01932, 0.00076), "total": (0.01932, 0.00076)},
    },
    "C16_surface": {
        "b": {"b0": (3.99647, 0.00663), "b1": (0.45268, 0.00960), "b2": (0.39059, 0.00704), "b3": (-0.00332, 0.01078),
            "b4": (0.00674, 0.01563), "b5": (0.00826, 0.00915), "a1": (0.84327, 0.01018), "a2": (0.01169, 0.00974),
            "a3": (0.06209, 0.01341), "a4": (-0.00179, 0.02922)},
    },
    "C18_instrumental": {
        "beta": {"has_mentor": (0.25318, 0.00401)},
    },
    "C18_psychosocial": {
        "beta": {"has_mentor": (0.18538, 0.00370)},
    },
    "C18_mentor_instrumental": {
        "beta": {"mentor_instrumental": (0.48316, 0.00339)},
    },
    "C18_mentor_psychosocial": {
        "beta": {"mentor_psychosocial": (0.48256, 0.00394)},
    },
    "C18_stress": {
        "beta": {"mentor_psychosocial": (-0.10246, 0.00714)},
    },
    "C2_balance": {
        "mean": {"ties.n_instrumental": (3.09357, 0.01317), "ties.n_psychosocial": (2.21086, 0.01709),
            "ties.balance": (0.19713, 0.00369)},
    },
    "C4_weak": {
        "beta": {"ties.weak_share": (0.00256, 0.00921)},
    },
    "C5_outside": {
        "b": {"closeness[within]": (-0.00292, 0.00898), "closeness[between]": (0.02315, 0.01915)},
    },
    "C5_novelty": {
        "b": {"closeness[within]": (-0.25456, 0.00504), "closeness[between]": (-0.25471, 0.01125)},
    },
    "C5_news_between": {
        "b": {"closeness[within]": (-0.25422, 0.00520), "closeness[between]": (-0.25411, 0.01083),
            "closeness_squared[within]": (-0.00247, 0.00518), "closeness_squared[between]": (-0.00446, 0.00586)},
    },
    "C5_slightly_known": {
        "b": {"closeness[within]": (-0.25810, 0.01032), "closeness[between]": (-0.23553, 0.01322)},
    },
    "C5_level": {
        "b": {"closeness[within]": (0.00924, 0.00854), "closeness[between]": (0.03937, 0.01736)},
    },
    "C5_family": {
        "b": {"closeness[within]": (0.45000, 0.01148), "closeness[between]": (0.45536, 0.01815)},
    },
    "C6": {
        "b": {"closeness[within]": (0.59114, 0.00500), "closeness[between]": (0.59014, 0.00965),
            "years[within]": (0.02331, 0.00169), "years[between]": (0.02890, 0.00715),
            "other_phase[within]": (0.31137, 0.01349), "other_phase[between]": (0.28025, 0.01677),
            "similar_family[within]": (0.29076, 0.00620), "similar_family[between]": (0.27568, 0.01247)},
    },
    "C17": {
        "b": {"online_tie[within]": (0.12486, 0.02554), "online_tie[between]": (0.14825, 0.04985)},
    },
    "C9_exchange": {
        "beta": {"demands": (0.34225, 0.00598), "psychosocial": (-0.14571, 0.00583),
            "ties.reciprocity": (-0.01750, 0.00705), "demands:psychosocial": (-0.04697, 0.00864),
            "demands:ties.reciprocity": (-0.00112, 0.00858), "psychosocial:ties.reciprocity": (0.00273, 0.00836),
            "demands:psychosocial:ties.reciprocity": (-0.00115, 0.01099)},
    },
    "C12": {
        "b": {"net6": (0.00482, 0.01005)},
    },
    "C13_size": {
        "r": {"networking~ties.size": (0.32543, 0.00957)},
    },
    "C13": {
        "beta": {"ties.size": (0.28380, 0.00864), "networking": (0.24729, 0.00806),
            "ties.size:networking": (-0.01020, 0.00515)},
    },
    "C14": {
        "b": {"closeness[within]": (0.50057, 0.00289), "closeness[between]": (0.78583, 0.00454),
            "given[within]": (0.02120, 0.00177), "given[between]": (0.01590, 0.00389),
            "received[within]": (0.01599, 0.00157), "received[between]": (0.01120, 0.00506),
            "given:received": (0.00279, 0.00119)},
    },
    "C16_weak": {
        "beta": {"log_weak": (0.14582, 0.00684)},
    },
    "C16_strong": {
        "beta": {"log_strong": (0.15467, 0.01036)},
    },
    "ties_psychosocial": {
        "b": {"closeness[within]": (1.03316, 0.00823), "closeness[between]": (0.90198, 0.01712),
            "not_work[within]": (0.57057, 0.02505), "not_work[between]": (0.48415, 0.03580),
            "psychosocial": (0.49318, 0.01373)},
    },
    "ties_instrumental": {
        "b": {"closeness[within]": (-0.26651, 0.01054), "closeness[between]": (-0.29012, 0.02725),
            "other_unit[within]": (0.37743, 0.02138), "other_unit[between]": (0.33140, 0.03098),
            "instrumental": (0.55766, 0.01227)},
    },
    "C5_outside|conditional": {
        "b": {"closeness[within]": (0.02296, 0.00771), "closeness[between]": (0.05431, 0.00727)},
    },
    "C5_novelty|conditional": {
        "b": {"closeness[within]": (-0.25172, 0.00915), "closeness[between]": (-0.21569, 0.01846)},
    },
    "C5_news_between|conditional": {
        "b": {"closeness[within]": (-0.25141, 0.00882), "closeness[between]": (-0.21788, 0.01747),
            "closeness_squared[within]": (-0.00228, 0.00286), "closeness_squared[between]": (0.02150, 0.00476)},
    },
    "C5_slightly_known|conditional": {
        "b": {"closeness[within]": (-0.25985, 0.01872), "closeness[between]": (-0.21716, 0.05440)},
    },
    "C5_level|conditional": {
        "b": {"closeness[within]": (0.01542, 0.00719), "closeness[between]": (0.03666, 0.06469)},
    },
    "C5_family|conditional": {
        "b": {"closeness[within]": (0.46395, 0.02467), "closeness[between]": (0.41774, 0.04734)},
    },
    "C6|conditional": {
        "b": {"closeness[within]": (0.60125, 0.01279), "closeness[between]": (0.59066, 0.03003),
            "years[within]": (0.01584, 0.00041), "years[between]": (0.03567, 0.02416),
            "other_phase[within]": (0.27716, 0.00691), "other_phase[between]": (0.21917, 0.00883),
            "similar_family[within]": (0.30754, 0.01248), "similar_family[between]": (0.27064, 0.01691)},
    },
    "C17|conditional": {
        "b": {"online_tie[within]": (0.10965, 0.06857), "online_tie[between]": (0.21487, 0.05482)},
    },
    "C12|conditional": {
        "b": {"net6": (0.00912, 0.01028)},
    },
    "C14|conditional": {
        "b": {"closeness[within]": (0.50968, 0.00256), "closeness[between]": (0.79384, 0.01083),
            "given[within]": (0.02196, 0.00546), "given[between]": (0.01768, 0.01476),
            "received[within]": (0.01545, 0.00755), "received[between]": (-0.00735, 0.01055),
            "given:received": (0.00512, 0.00283)},
    },
    "ties_psychosocial|conditional": {
        "b": {"closeness[within]": (1.02879, 0.00853), "closeness[between]": (0.93930, 0.04353),
            "not_work[within]": (0.55743, 0.09240), "not_work[between]": (0.61215, 0.00646),
            "psychosocial": (0.50391, 0.02463)},
    },
    "ties_instrumental|conditional": {
        "b": {"closeness[within]": (-0.28110, 0.03691), "closeness[between]": (-0.23281, 0.08155),
            "other_unit[within]": (0.38720, 0.10233), "other_unit[between]": (0.39604, 0.06966),
            "instrumental": (0.53463, 0.00201)},
    },
}
# fmt: on
