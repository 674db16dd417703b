"""The descriptor: `make record` makes it of the descriptions and the files, and of nothing else."""

import subprocess
import sys

import gba
import minidata
import pytest
from bookpages import ROOT
from gba.data import datapackage as record
from gba.data import describe


def text(folder):
    return (folder / record.NAME).read_text(encoding="utf-8")


def run(folder):
    command = [sys.executable, "-m", "gba.data.describe"]
    return subprocess.run(command, cwd=ROOT / "book", env={"GBA_DATA": str(folder)}, capture_output=True, text=True, check=False)


def test_the_descriptor_is_up_to_date():
    assert text(record.root()) == describe.written(describe.described(record.root()).record), "run `make record`"


def test_a_definition_can_be_read_without_its_neighbours():
    """It stands alone beside a figure that a reader has found: neither one bare word nor a pointer to what stood before it."""
    for name, entry in record.resources(record.read()).items():
        for one in entry.get("gba:indicators", []):
            words = one["definition"].lower().split()
            alone = len(words) > 1 and " ".join(words[:2]) != "of it" and words[0] not in ("same", "ditto", "likewise")
            assert alone, f"{name}: the definition of {one['name']} is {one['definition']!r}; write what is counted: in Explore it stands by itself"


def test_an_entry_says_what_the_standard_wants(mini):
    entry = record.resources(record.read(mini))["ranks"]
    assert [entry[key] for key in ("path", "profile", "encoding", "gba:rows")] == ["pipeline/ranks.csv", "tabular-data-resource", "utf-8", 4]
    assert entry["bytes"] == (mini / entry["path"]).stat().st_size and entry["hash"] == record.checksum(mini / entry["path"])
    assert entry["licenses"][0]["title"] == "Creative Commons Attribution 4.0"
    schema = entry["schema"]
    assert [field["name"] for field in schema["fields"]] == (mini / entry["path"]).read_text(encoding="utf-8").splitlines()[0].split(",")
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["indicator"]["constraints"] == {"required": True, "enum": ["university_rank", "university_score"]}
    assert fields["unit"]["constraints"] == {"required": True, "enum": ["points", "rank"]}
    assert (fields["period_start"]["type"], fields["period_start"]["constraints"]) == ("string", {"pattern": describe.DATE})
    assert schema["primaryKey"] == ["indicator", "place", "period", "university", "source"]
    assert schema["foreignKeys"][1] == {"fields": "source", "reference": {"resource": "sources", "fields": "source"}}


def test_the_standards_own_validator_finds_it_valid(mini):
    from frictionless import Package

    report = Package(str(mini / record.NAME)).validate()
    assert report.valid, report.flatten(["type", "message"])


def test_refresh_tells_what_has_changed(mini):
    """Size and hash of the changed file only; what the descriptions say; the order in which the package lists the folders."""
    minidata.edit(mini / "history/gdp.csv", "2019,230,", "2019,2301,")
    size = (mini / "history/gdp.csv").stat().st_size
    assert describe.refresh(mini) == [f"gdp: bytes {size - 1} -> {size}, hash"]
    entry = record.resources(record.read(mini))["gdp"]
    assert (entry["bytes"], entry["hash"]) == (size, record.checksum(mini / "history/gdp.csv"))
    minidata.edit(mini / "history/gdp.meta.yml", "  gdp_services:\n", "  gdp_goods:\n")
    assert describe.refresh(mini) == ["gdp: schema, gba:indicators"]
    path = mini / describe.PACKAGE
    path.write_text(path.read_text(encoding="utf-8") + "folders: [pipeline, history]\n", encoding="utf-8")
    describe.refresh(mini)
    assert list(record.resources(record.read(mini))) == ["ranks", "gdp", "shares", "events", "breaks", "places", "sources", "cities"]
    minidata.meta_of(mini / "history/shares.csv").unlink()
    assert describe.refresh(mini) == ["shares: no longer described"]
    minidata.edit(mini / "history/gdp.meta.yml", "title: gdp\n", "name: gross\ntitle: gdp\n")
    assert describe.refresh(mini) == ["gdp: no longer described", "gross: newly described (history/gdp.csv)"]


@pytest.mark.parametrize("spoil", ["{", "", None])
def test_a_damaged_descriptor_is_made_anew(mini, spoil):
    before = text(mini)
    assert describe.refresh(mini) == []
    (mini / record.NAME).unlink() if spoil is None else (mini / record.NAME).write_text(spoil, encoding="utf-8")
    assert describe.refresh(mini)
    assert text(mini) == before


def test_a_missing_file_is_told_and_nothing_is_written(mini):
    (mini / "history/gdp.csv").rename(mini / "history/gdps.csv")
    minidata.edit(mini / "history/shares.csv", "41.2", "41.3")
    before = text(mini)
    with pytest.raises(
        gba.DataError, match=r"gdp\.meta\.yml: found no file data/history/gdp\.csv, expected what it describes \(did you mean 'history/gdps\.csv'"
    ):
        describe.refresh(mini)
    assert text(mini) == before


def test_command(mini):
    assert run(mini).stdout == "data/datapackage.json is up to date\n"
    minidata.edit(mini / "history/gdp.csv", "2019,230,", "2019,231,")
    done = run(mini)
    assert (done.returncode, done.stdout, done.stderr) == (0, "gdp: hash\n", "")
    (mini / "history/gdp.csv").unlink()
    assert run(mini).returncode == 1
