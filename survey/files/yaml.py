"""Reading YAML that people write: one front door to the document reader and to validation."""

from survey.files.document import Document, decode, read_yaml, scan_yaml
from survey.files.validation import Validated, validate, validate_document

__all__ = ["Document", "Validated", "decode", "read_yaml", "scan_yaml", "validate", "validate_document"]
