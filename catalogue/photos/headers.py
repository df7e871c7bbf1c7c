"""What a file is by its first bytes, what its header promises, and the file without its metadata.

Read without any decoder: those unpack texts and work through EXIF blocks before anyone can count the pixels.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
)
OTHERS = (  # what people send instead, named so that the refusal can say it
    (b"GIF8", gettext_noop("a GIF")),
    (b"II*\x00", gettext_noop("a TIFF or a camera's raw file")),
    (b"MM\x00*", gettext_noop("a TIFF or a camera's raw file")),
    (b"BM", gettext_noop("a BMP")),
    (b"8BPS", gettext_noop("a Photoshop file")),
    (b"%PDF", gettext_noop("a PDF")),
    (b"PK\x03\x04", gettext_noop("a ZIP, or a document of an office program")),
    (b"\x00\x00\x01\x00", gettext_noop("an icon")),
    (b"\xff\x0a", gettext_noop("a JPEG XL")),
    (b"\x00\x00\x00\x0cJXL ", gettext_noop("a JPEG XL")),
    (b"\x00\x00\x00\x0cjP  ", gettext_noop("a JPEG 2000")),
)
MARKUP = re.compile(rb"\s*(<\?xml|<svg|<!doctype|<html|<script)", re.IGNORECASE)

MOST_PARTS = 10_000  # segments of a JPEG, chunks of a PNG; each costs the decoder some steps, however short it is
MOST_SCANS = 50  # passes over a JPEG; cameras and programs make up to 15
MOST_TAGS = 500
ORIENTATION = 0x0112

NEXT_MARKER = re.compile(rb"\xff[^\x00\xff]")
AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # the others belong to the scan
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BY_ROWS = frozenset({0xC0, 0xC1})  # sequential: with one scan, decoded row by row
ALONE = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})  # markers without a length
START_OF_SCAN, END_OF_IMAGE, EXIF, PROFILE, COMMENT = 0xDA, 0xD9, 0xE1, 0xE2, 0xFE
METADATA = frozenset({*range(0xE1, 0xF0), COMMENT}) - {0xEE}  # the last says how colours are written (Adobe)
PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"})


class Unreadable(ValueError):
    """The header breaks off or contradicts itself."""


class TooManyParts(ValueError):
    """More segments, chunks or passes than any camera or program makes."""


@dataclass(frozen=True, slots=True)
class Header:
    """orientation: of EXIF, 1 to 8; by_rows: decoded row by row, never held as a whole;
    bare: the file without what is no picture
    """

    width: int
    height: int
    frames: int = 1
    orientation: int = 1
    by_rows: bool = False
    bare: bytes = field(default=b"", repr=False)


def kind_of(data: bytes) -> str:
    """JPEG, PNG, WEBP, AVIF or HEIC; "" for anything else."""
    for start, kind in STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return _of_brands(data) if data[4:8] == b"ftyp" else ""


def other_kind(data: bytes) -> str:
    """What the file is instead, as a text to translate; "" when nobody can say."""
    if data[4:8] == b"ftyp":
        return gettext_noop("a video")
    if MARKUP.match(data[:200].removeprefix(b"\xef\xbb\xbf")):
        return gettext_noop("a web page or a drawing (SVG)")
    return next((words for start, words in OTHERS if data.startswith(start)), "")


def _of_brands(data: bytes) -> str:
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[at : at + 4] for at in (8, *range(16, length, 4))}
    if brands & AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & HEIC_BRANDS else ""


def orientation_of(exif: bytes) -> int:
    """How the picture stands, from the first directory of an EXIF block; 1 where that cannot be read."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    start = struct.unpack_from(order + "I", exif, 4)[0]
    for at in range(start + 2, min(len(exif) - 11, start + 2 + 12 * MOST_TAGS), 12):
        tag, kind, count, value = struct.unpack_from(order + "HHIH", exif, at)
        if (tag, kind, count) == (ORIENTATION, 3, 1):
            return value if 1 <= value <= 8 else 1
    return 1


def of_jpeg(data: bytes) -> Header:
    """Raises Unreadable, TooManyParts."""
    frame, size, scans, stands, kept = 0, (0, 0), 0, 0, [data[:2]]
    for marker, start, end in _segments(data):
        body = data[start + 4 : min(end, start + 20)]
        if marker == START_OF_SCAN:
            scans += 1
        elif marker in FRAMES and len(body) >= 6:
            if frame:
                raise Unreadable("two frames")
            frame, size = marker, struct.unpack_from(">HH", body, 1)
        elif marker == EXIF and body.startswith(b"Exif") and not stands:
            stands = orientation_of(data[start + 4 : end])
        if marker not in METADATA or (marker == PROFILE and body.startswith(b"ICC_PROFILE\x00")):
            kept.append(data[start:end])
        if scans > MOST_SCANS:
            raise TooManyParts(f"{scans} scans")
    if not frame or not scans:
        raise Unreadable("no frame or no scan")
    return Header(size[1], size[0], 1, stands or 1, frame in BY_ROWS and scans == 1, b"".join(kept))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Markers with where their segments begin and end, a scan with all that belongs to it; ends with the first picture.

    What lies between segments, where decoders step over it byte by byte, is in none of them.
    """
    found, parts = NEXT_MARKER.search(data, 2), 0
    while found:
        marker, start, end = data[found.start() + 1], found.start(), found.end()
        parts += 1
        if parts > MOST_PARTS:
            raise TooManyParts(f"{parts} segments")
        if marker == END_OF_IMAGE:
            yield marker, start, end
            return
        if marker not in ALONE:
            end += int.from_bytes(data[end : end + 2], "big")
        found = (AFTER_SCAN if marker == START_OF_SCAN else NEXT_MARKER).search(data, end)
        if marker == START_OF_SCAN:
            end = found.start() if found else len(data)
        if marker not in ALONE:
            yield marker, start, end


def of_png(data: bytes) -> Header:
    """Raises Unreadable, TooManyParts."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise Unreadable("no IHDR")
    width, height = struct.unpack_from(">II", data, 16)
    at, parts, frames, stands, kept = 8, 0, 1, 1, [data[:8]]
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end, parts = at + 12 + length, parts + 1
        if parts > MOST_PARTS:
            raise TooManyParts(f"{parts} chunks")
        if name == b"acTL":
            frames = int.from_bytes(data[at + 8 : at + 12], "big")
        elif name == b"eXIf":
            stands = orientation_of(data[at + 8 : end - 4])
        elif name in PNG_CHUNKS:
            kept.append(data[at:end])
        if name == b"IEND":
            break
        at = end
    return Header(width, height, frames, stands, False, b"".join(kept))


def of_webp(data: bytes) -> Header:
    """Raises Unreadable. The size is that of the canvas, or of the only frame."""
    name, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise Unreadable("breaks off")
    if name == b"VP8X":
        width, height = (int.from_bytes(body[start : start + 3], "little") + 1 for start in (4, 7))
    elif name == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
    else:
        raise Unreadable("no frame")
    frames, stands = _chunks_of_webp(data)
    return Header(width, height, frames, stands, False, data)


def _chunks_of_webp(data: bytes) -> tuple[int, int]:
    """How many frames move, at least 1, and how the picture stands."""
    at, parts, frames, stands = 12, 0, 0, 1
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        parts += 1
        if parts > MOST_PARTS:
            raise TooManyParts(f"{parts} chunks")
        frames += name == b"ANMF"
        if name == b"EXIF":
            stands = orientation_of(data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return max(1, frames), stands
