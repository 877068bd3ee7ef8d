"""The commands of the terminal, a module for each kind: what was typed becomes one call, its result lines."""
