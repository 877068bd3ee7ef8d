"""Files that people write: YAML read with every problem named by file, line, column and remedy."""
