"""What we stand on: floors below which a package is known to be unsafe, and a lock that names no registry.

No advisory database can be asked from everywhere the tests run, so the floors are written here.
"""

import importlib.metadata
import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
FLOORS = {
    "starlette": "1.3.1",
    "python-jose": "3.5.0",  # before it: algorithm confusion, and a token that unpacks to gigabytes
    "cryptography": "44.0.1",
    "pillow": "11.3.0",
    "jinja2": "3.1.6",
    "pyyaml": "6.0.1",
    "urllib3": "2.5.0",
    "certifi": "2024.7.4",
    "h11": "0.16.0",  # requests smuggled in chunks
    "python-multipart": "0.0.31",
}


def locked() -> dict[str, Version]:
    """The packages of the lock, by their names."""
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", LOCK, re.M)
    return {re.sub(r"[-_.]+", "-", name).lower(): Version(version) for name, version in found}


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_stands_below_its_floor(name: str):
    version = locked().get(name)
    assert version is None or version >= Version(FLOORS[name])
    with suppress(importlib.metadata.PackageNotFoundError):  # what is not used at all is safest
        assert Version(importlib.metadata.version(name)) >= Version(FLOORS[name])


def test_each_direct_dependency_has_a_floor_and_the_lock_keeps_it():
    for written in importlib.metadata.requires("zhidu") or []:
        one = Requirement(written)
        if one.marker is None:
            assert one.specifier, f"{one.name} has no floor"
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        assert name in locked(), f"{one.name} is not in the lock"
        assert locked()[name] in one.specifier, f"{one.name} is locked at {locked()[name]}, outside {one.specifier}"


def test_sign_in_needs_no_form_parser():
    """What is not installed cannot be attacked: bodies are JSON, a file is the body itself."""
    assert "python-multipart" not in locked()


def test_the_locks_name_no_registry():
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host|@ (file|git)", LOCK)
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert not [name for name, one in packages.items() if "resolved" in one and not one.get("link")]


def test_the_same_versions_are_installed_as_are_locked():
    for name, version in locked().items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform, or for development only
        assert Version(installed) == version, f"{name}: {installed} is installed, {version} is locked"
