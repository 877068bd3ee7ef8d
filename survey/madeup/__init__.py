"""Made-up answers: what somebody could have answered who stands at a page, for authors who look at it."""
