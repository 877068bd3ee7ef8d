"""The store: an append-only log of submissions, and the studies, links and accounts around it."""
