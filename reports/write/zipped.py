"""Archives: the same parts always become the same bytes, in a folder's .zip and in Office files, which are such too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip archive can hold, given to every part."""


def steadied(archive: bytes) -> bytes:
    """The same archive with every part dated alike, so that nothing in it tells when it was written."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as target:
        for part in source.infolist():
            info = ZipInfo(part.filename, EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(part.filename))
    return out.getvalue()


def folder_zipped(folder: Path) -> bytes:
    """A folder as the bytes of a .zip, its files in the order of their names."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            about = ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            about.compress_type = ZIP_DEFLATED
            archive.writestr(about, path.read_bytes())
    return out.getvalue()
