"""What a packed file holds: gzip, or a zip of one file."""

import gzip
import io
import lzma
import zipfile
import zlib

from rustro_kernel.domain.errors import BadData

BROKEN = (
    OSError,  # gzip and bzip2: no such package, a wrong checksum
    EOFError,  # cut off
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    ValueError,  # zipfile, where a broken package says its parts are
    RuntimeError,  # zipfile: encrypted, or packed in a way it does not know
)


def unpacked(name: str, content: bytes) -> bytes:
    """The content of the file `name`, unpacked if it was packed.

    Raises:
        BadData: If the package is broken or holds several files.
    """
    try:
        if content[:2] == b"\x1f\x8b":
            return gzip.decompress(content)
        if content[:4] == b"PK\x03\x04":
            return _unzipped(name, content)
    except BROKEN as exc:
        reason = str(exc).rstrip(".") or "it ends too early"
        raise BadData(name, f"cannot be unpacked: {reason}") from exc
    return content


def _unzipped(name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        inside = [each for each in package.namelist() if not each.endswith("/")]
        if len(inside) != 1:
            raise BadData(name, f"holds {len(inside)} files; unpack the one that is meant")
        return package.read(inside[0])
