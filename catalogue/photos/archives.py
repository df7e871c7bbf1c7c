"""A ZIP of pictures matched to a supplier's products by SKU; each picture is taken or refused on its own.

`PS-E01-01.jpg` is a picture of the product with that SKU, `PS-E01-01-2.png`, `PS-E01-01_3.webp` and `PS-E01-01 (4).jpg`
its second, third and fourth; folders are looked into. SKUs are compared as `imports.skus.normalised` makes them.
Nothing is ever unpacked to disk, so no name in the archive can lead anywhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from catalogue.imports import skus
from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from catalogue.photos import files, keeping, reading
from catalogue.photos.reading import MIB, PictureRefused

MOST_ARCHIVE_BYTES = 500 * MIB
MOST_ENTRIES = 2000
MOST_UNPACKED_BYTES = 1000 * MIB
MOST_DIRECTORY_BYTES = 2 * MIB  # of the list at the archive's end, read as a whole before anything can be counted
MOST_RATIO = 40  # times an entry may grow; pictures are compressed already and hardly grow at all
RATIO_FROM_BYTES = MIB  # smaller entries may grow as they like
ENCRYPTED, NAME_IN_UTF8 = 0x1, 0x800
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
NUMBERED = re.compile(r"(.+?)(?:[-_](\d{1,3})|\((\d{1,3})\))")
LEAVINGS = frozenset({"thumbs.db", "desktop.ini"})  # what systems put into folders by themselves


class ArchiveRefused(ValueError):
    """Nothing of the archive is taken; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry. file: its name in the archive; sku: of the product it was matched to, or "";
    picture: kept, or None when refused; reason: why refused, or advice; place, of: for a progress bar
    """

    file: str
    sku: str
    picture: Any | None
    reason: str
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class _Entry:
    info: zipfile.ZipInfo
    name: str
    sku: str = ""
    product: int = 0
    number: int = 1
    reason: str = ""


def take(*, file: IO[bytes], partner: Partner) -> Iterator[Outcome]:
    """Keep the archive's pictures with the supplier's products, by SKU and then by number; refusals come first.

    Each picture is kept in a transaction of its own while the result is iterated.

    Raises ArchiveRefused at once when the archive as a whole cannot be taken.
    """
    archive = _opened(file)
    return _taken(archive, _matched(archive, partner))


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    if file.seek(0, 2) > MOST_ARCHIVE_BYTES:
        raise ArchiveRefused(
            _("The ZIP is larger than %(most)d MiB. Send it in several parts.") % {"most": MOST_ARCHIVE_BYTES // MIB}
        )
    bounded = _Bounded(file)
    try:
        archive = zipfile.ZipFile(bounded)  # type: ignore[call-overload]  # a file, as far as it is one
    except ArchiveRefused:
        raise
    except Exception as error:  # hostile bytes; whatever the parser stumbles on, it is no ZIP
        raise ArchiveRefused(_("The file is no whole ZIP. Pack the pictures anew and send that.")) from error
    bounded.most = reading.MOST_BYTES + MIB
    if len(archive.infolist()) > MOST_ENTRIES:
        raise _too_many()
    return archive


class _Bounded:
    """A file that is never read in larger pieces than expected, whatever the lengths in it say."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.most = file, MOST_DIRECTORY_BYTES

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            raise _too_many()
        data = self._file.read(self.most + 1 if size < 0 else size)
        if len(data) > self.most:
            raise _too_many()
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _too_many() -> ArchiveRefused:
    return ArchiveRefused(
        _("The ZIP holds more than %(most)d entries. Send it in several parts.") % {"most": MOST_ENTRIES}
    )


def _matched(archive: zipfile.ZipFile, partner: Partner) -> list[_Entry]:
    """The entries that could be pictures, each with its product or the reason against it."""
    known = _products_by_sku(partner)
    named = [(info, _name(info)) for info in archive.infolist()]
    found = [_entry(info, name, known) for info, name in named if not _is_leaving(name)]
    return sorted(found, key=lambda entry: (not entry.reason, entry.sku, entry.number, entry.name))


def _products_by_sku(partner: Partner) -> dict[str, list[tuple[str, int]]]:
    """SKU as written and product, under the SKU as compared; two of them are nobody's."""
    known: dict[str, list[tuple[str, int]]] = {}
    rows = StockRecord.objects.filter(partner=partner).values_list("partner_sku", "product_id")
    for sku, product in rows.iterator():
        known.setdefault(skus.normalised(sku), []).append((sku, product))
    return known


def _name(info: zipfile.ZipInfo) -> str:
    """As UTF-8 where the archive says so or the name reads as such; else as GBK, as Windows packs Chinese names."""
    if info.flag_bits & NAME_IN_UTF8:
        return info.filename.replace("\\", "/")
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_leaving(name: str) -> bool:
    parts = PurePosixPath(name).parts
    last = parts[-1] if parts else ""
    return name.endswith("/") or "__MACOSX" in parts or last.startswith(".") or last.casefold() in LEAVINGS


def _entry(info: zipfile.ZipInfo, name: str, known: dict[str, list[tuple[str, int]]]) -> _Entry:
    reason = _against(info, name)
    if reason:
        return _Entry(info, name, reason=reason)
    stem = skus.normalised(PurePosixPath(name).name.rpartition(".")[0] or name)
    found, number = known.get(stem, []), 1
    numbered = NUMBERED.fullmatch(stem)
    if numbered and not found:
        found, number = known.get(numbered[1], []), int(numbered[2] or numbered[3])
    if len(found) == 1:
        return _Entry(info, name, *found[0], number)
    words = _("None of your products has the SKU “%(sku)s”. Name the file by the SKU, as in SKU.jpg or SKU-2.jpg.")
    if found:
        words = _("Two of your products have the SKU “%(sku)s”. Give them different ones first.")
    return _Entry(info, name, reason=words % {"sku": stem})


def _against(info: zipfile.ZipInfo, name: str) -> str:
    """What speaks against an entry before it is opened; "" when nothing."""
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name:
        return _("The name leads out of the archive. Pack the pictures anew, from one folder.")
    if info.flag_bits & ENCRYPTED:
        return _("The entry is locked with a password. Pack the pictures without one.")
    if info.compress_type not in METHODS:
        return _("The entry is packed in a way we do not take. Pack the pictures as a plain ZIP.")
    if info.file_size > RATIO_FROM_BYTES and info.file_size > MOST_RATIO * info.compress_size:
        return _("The entry would grow to %(times)d times its size, as no picture does. Send the picture itself.") % {
            "times": info.file_size // max(1, info.compress_size)
        }
    return ""


def _taken(archive: zipfile.ZipFile, entries: list[_Entry]) -> Iterator[Outcome]:
    left = MOST_UNPACKED_BYTES
    for place, entry in enumerate(entries, 1):
        picture, reason = None, entry.reason
        if not reason:
            try:
                data = _unpacked(archive, entry, left)
                left -= len(data)
                picture, reason = _kept(data, entry)
            except PictureRefused as refused:
                reason = str(refused)
        yield Outcome(entry.name, entry.sku, picture, reason, place, len(entries))


def _unpacked(archive: zipfile.ZipFile, entry: _Entry, left: int) -> bytes:
    try:
        with archive.open(entry.info) as opened:
            data = opened.read(min(reading.MOST_BYTES, left) + 1)
    except Exception as error:  # hostile bytes: zipfile and zlib raise a dozen kinds of errors
        raise PictureRefused(_("The entry is broken. Pack the picture anew and send that.")) from error
    if len(data) > left:
        raise PictureRefused(
            _("What the ZIP holds is larger than %(most)d MiB in all. Send the rest in another ZIP.")
            % {"most": MOST_UNPACKED_BYTES // MIB}
        )
    return data


def _kept(data: bytes, entry: _Entry) -> tuple[Any, str]:
    photo = files.made(BytesIO(data))
    try:
        product = Product.objects.get(pk=entry.product)
    except Product.DoesNotExist as gone:
        raise PictureRefused(_("The product was deleted meanwhile.")) from gone
    return keeping.add(product=product, photo=photo, name=entry.sku), photo.advice
