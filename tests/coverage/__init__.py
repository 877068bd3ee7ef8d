"""Whether intervals and tests hold what they promise, on many simulated data sets: ``make coverage``.

One module a kind; each registers its studies (``study``), with what it simulates and why, if theory says so, the
promise cannot hold there. Too slow for continuous integration: the table that it writes is committed.
"""
