"""Statistics as pure functions of frames and arrays; no input, no output."""
