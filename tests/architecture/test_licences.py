"""What is installed with the station: licences that are free to use under Apache-2.0, and the list for clinic IT."""

import json
import re
import subprocess
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "licences.md"

FREE_UNDER_APACHE = {
    "Apache-2.0", "Apache-2.0 OR BSD-3-Clause", "BSD-2-Clause", "BSD-3-Clause",
    "ISC", "LGPL-2.1", "MIT", "MIT-0", "PSF-2.0",
}  # fmt: skip
"""LGPL: used as a library that anybody may replace (a wheel of its own), which its section 6 asks for."""
AS_THEY_SAY = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "ISC License": "ISC",
    "LGPL v2.1": "LGPL-2.1",
}
ONLY_IN_A_FILE = {"pyrage": ("MIT", "The MIT License")}
"""Packages whose metadata say nothing: the licence, and how its text in the package begins."""


def test_every_licence_is_known_and_free_to_use_under_apache() -> None:
    licences = {name: licence_of(found) for name, found in installed_with_the_station().items()}

    assert {name: licence for name, licence in licences.items() if licence not in FREE_UNDER_APACHE} == {}


def test_the_page_lists_every_package_with_its_licence() -> None:
    listed = re.findall(r"^\| ([\w.-]+) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert dict(listed[1:]) == {name: licence_of(found) for name, found in installed_with_the_station().items()}


def test_the_list_for_clinic_it_names_every_package_with_version_and_origin() -> None:
    script = HOUSE / "systemd" / "sbom.sh"

    bom = json.loads(subprocess.run([str(script)], capture_output=True, text=True, check=True).stdout)

    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.5")
    named = {component["name"]: component for component in bom["components"]}
    assert installed_with_the_station().keys() <= named.keys()
    assert all(component["purl"].endswith(component["version"]) for component in named.values())


def test_the_station_is_made_of_more_than_itself() -> None:
    assert {"bleak", "pygame-ce", "cryptography", "pyserial"} <= installed_with_the_station().keys()


def installed_with_the_station() -> dict[str, Distribution]:
    """Every distribution that the station needs on this machine, itself left out."""
    found: dict[str, Distribution] = {}
    waiting = [distribution("motbakke")]
    while waiting:
        for line in waiting.pop().requires or []:
            wanted = Requirement(line)
            package = canonicalize_name(wanted.name)
            if package in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
                continue  # for an extra, another system or an older Python
            found[package] = distribution(package)
            waiting.append(found[package])
    return dict(sorted(found.items()))


def licence_of(package: Distribution) -> str:
    metadata = package.metadata
    if metadata["Name"] in ONLY_IN_A_FILE:
        licence, begins = ONLY_IN_A_FILE[metadata["Name"]]
        texts = [file.read_text() for file in package.files or [] if file.name == "LICENSE"]
        assert any(text.startswith(begins) for text in texts)
        return licence
    classified = [
        line.rpartition(":: ")[2] for line in metadata.get_all("Classifier", []) if line.startswith("License")
    ]
    said = metadata.get("License-Expression") or metadata.get("License") or (classified or ["none"])[0]
    said = re.sub(r" \(.*\)$", "", said)
    return AS_THEY_SAY.get(said, said)
