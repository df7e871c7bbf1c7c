"""How many bytes of a served picture are not the picture: EXIF, XMP, IPTC, positions, comments, profiles, appendages.

Counted in the file as it is written, by its format's own rules, so that nobody has to believe an encoder.
"""

from __future__ import annotations

import struct

JFIF = 0xE0
APPLICATION, COMMENT = range(0xE1, 0xF0), 0xFE
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
JFIF_BYTES = 18  # marker, length, name, version, density, and no thumbnail
DRAWING_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"ALPH"})


def count(data: bytes, kind: str) -> int:
    """kind: "jpeg" or "webp". Bytes of segments or chunks that are no picture, and all that follows its end."""
    return _of_jpeg(data) if kind == "jpeg" else _of_webp(data)


def _of_jpeg(data: bytes) -> int:
    at, found = 2, 0
    while at + 4 <= len(data):
        marker, length = data[at + 1], 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == START_OF_SCAN:
            at = _after_scan(data, at + length)
            if data[at + 1 : at + 2] == bytes([END_OF_IMAGE]):
                return found + len(data) - at - 2
            continue
        if marker == JFIF:
            found += max(0, length - JFIF_BYTES)
        elif marker in APPLICATION or marker == COMMENT:
            found += length
        at += length
    return found + max(0, len(data) - at)


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker stands; a byte 255 of the scan itself is followed by 0, or by a restart's number."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            return len(data)
        if data[at + 1 : at + 2] != b"\x00" and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _of_webp(data: bytes) -> int:
    inside = 8 + int.from_bytes(data[4:8], "little")
    at, found = 12, max(0, len(data) - inside)
    while at + 8 <= inside:
        name, length = struct.unpack("<4sI", data[at : at + 8])
        whole = 8 + length + length % 2
        if name not in DRAWING_CHUNKS and name != b"VP8X":
            found += whole
        at += whole
    return found
