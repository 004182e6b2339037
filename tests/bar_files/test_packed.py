"""A packed file that is broken is refused in one sentence that names it."""

import contextlib
import gzip
import io
import zipfile

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.bar_files.packed import unpacked
from rustro_kernel.bar_files.source import read_source
from rustro_kernel.domain.errors import BadData

TEXT = b"date,open,high,low,close\n" + b"2021-01-01 09:15,1,2,1,2\n" * 50
CENTRAL = b"PK\x01\x02"
"""Where a zip's table of contents begins."""


def zipped(method=zipfile.ZIP_DEFLATED, names=("bars.csv",)):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as package:
        for name in names:
            package.writestr(name, TEXT)
    return made.getvalue()


def changed(content, at, value):
    return content[:at] + bytes([value]) + content[at + 1 :]


def encrypted(content):
    """The flag alone: nobody has the password anyway."""
    return changed(content, content.index(CENTRAL) + 8, 1)


def elsewhere(content):
    """A table of contents that says it is longer than the file before it."""
    return changed(content, content.rindex(b"PK\x05\x06") + 17, 1)


PACKED = [
    gzip.compress(TEXT, mtime=0),
    zipped(),
    zipped(zipfile.ZIP_BZIP2),
    zipped(zipfile.ZIP_LZMA),
]


@pytest.mark.parametrize("content", [TEXT, *PACKED], ids=["text", "gzip", "zip", "bzip2", "lzma"])
def test_whatever_it_is_packed_with_the_text_comes_out(content):
    assert unpacked("bars.csv", content) == TEXT


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (PACKED[0][:40], "cannot be unpacked: Compressed file ended before the end-of-stream"),
        (PACKED[0][:-5] + bytes(5), "cannot be unpacked: CRC check failed"),
        (PACKED[1][:40], "cannot be unpacked: File is not a zip file"),
        (changed(PACKED[3], 60, 255), "cannot be unpacked: Corrupt input data"),
        (encrypted(PACKED[1]), "cannot be unpacked: File 'bars.csv' is encrypted"),
        (elsewhere(PACKED[1]), "cannot be unpacked: "),
        (zipped(names=("a.csv", "b.csv")), "holds 2 files; unpack the one that is meant"),
    ],
    ids=["cut gzip", "rotten gzip", "cut zip", "rotten lzma", "encrypted", "lost", "two"],
)
def test_a_broken_package_is_one_sentence_that_names_the_file(tmp_path, content, problem):
    path = tmp_path / "bars.packed"
    path.write_bytes(content)
    with pytest.raises(BadData) as caught:
        read_source(path)
    assert str(caught.value).startswith(f"bars.packed: {problem}")
    assert "\n" not in str(caught.value)


@given(st.sampled_from(PACKED), st.data())
def test_whatever_byte_is_wrong_nothing_but_a_refusal_comes_out(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    wrong = changed(content, at, data.draw(st.integers(0, 255)))[: data.draw(st.integers(1, 2000))]
    with contextlib.suppress(BadData):
        unpacked("bars.csv", wrong)
