"""tools/sbom from outside: what Meson knows of the release build is in it, in the form that CycloneDX 1.5 asks for."""

import json
import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GROTTO_BUILD", TOP / "build"))
OF_THE_C_LIBRARY = {"threads", "dl"}


def sbom(*words, **environment):
    return subprocess.run([TOP / "tools/sbom", *words], capture_output=True, text=True, check=False, env=os.environ | environment)


def dependencies():
    told = subprocess.run(["meson", "introspect", "--dependencies", BUILD], capture_output=True, text=True, check=True).stdout
    return {each["name"]: each["version"] for each in json.loads(told) if each["name"] not in OF_THE_C_LIBRARY}


@pytest.fixture(scope="module")
def bill():
    done = sbom(BUILD, SOURCE_DATE_EPOCH="1700000000")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"text": done.stdout}


def test_it_has_the_fields_of_cyclonedx_1_5(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert bill["metadata"]["component"]["name"] == "grotto"
    for component in bill["components"]:
        assert component["type"] == "library" and component["name"]
        assert component["scope"] in ("required", "excluded")
        assert re.fullmatch(r"pkg:[a-z]+/[^ @+]+@[^ @+?]+(\?[a-z]+=[^ &]+(&[a-z]+=[^ &]+)*)?", component["purl"]), component
    names = [each["bom-ref"] for each in bill["components"]]
    assert len(set(names)) == len(names)
    assert {each["ref"] for each in bill["dependencies"]} == {"grotto", *names}


def test_each_dependency_that_meson_knows_is_a_component_of_that_version(bill):
    assert {each["name"]: each.get("version", "unknown") for each in bill["components"]} == dependencies()


def test_each_component_has_its_licence(bill):
    assert [each["name"] for each in bill["components"] if "licenses" not in each] == []


def test_what_only_tests_use_is_told_from_what_the_programs_need(bill):
    scopes = {each["name"].lower(): each["scope"] for each in bill["components"]}
    needed = bill["dependencies"][0]["dependsOn"]
    assert scopes["libuv"] == scopes["openssl"] == scopes["boost"] == "required"
    assert scopes.get("doctest", "excluded") == scopes.get("benchmark", "excluded") == "excluded"
    assert sorted(needed) == sorted(each["bom-ref"] for each in bill["components"] if each["scope"] == "required")


def test_the_same_build_gives_the_same_bytes(bill, tmp_path):
    assert sbom(BUILD, "-o", tmp_path / "bom.json", SOURCE_DATE_EPOCH="1700000000").returncode == 0
    assert (tmp_path / "bom.json").read_text() == bill["text"]


def test_a_folder_that_is_no_build_gets_a_sentence(tmp_path):
    done = sbom(tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"tools/sbom: {tmp_path} is no build folder of Meson")
