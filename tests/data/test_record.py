"""The record: refreshing brings what is computed up to date, and touches nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import gba
import minidata
import pytest
from gba.data import datapackage as record

BOOK = Path(__file__).resolve().parents[2] / "book"


def text(folder):
    return (folder / record.NAME).read_text(encoding="utf-8")


def run(folder):
    return subprocess.run([sys.executable, "-m", "gba.data.datapackage"], cwd=BOOK, env={"GBA_DATA": str(folder)}, capture_output=True, text=True, check=False)


def test_the_record_is_written_as_refreshing_writes_it():
    path = record.root() / record.NAME
    assert path.read_text(encoding="utf-8") == record.written(json.loads(path.read_text(encoding="utf-8")))


def test_refreshing_an_up_to_date_record_changes_nothing(mini):
    before = text(mini)
    assert record.refresh(mini) == []
    assert text(mini) == before


def test_refresh_of_a_real_copy_changes_only_sizes_hashes_and_enums(data_copy):
    def kept(content):
        for entry in content["resources"]:
            del entry["bytes"], entry["hash"]
            for field in entry.get("schema", {}).get("fields", []):
                if field["name"] == "indicator":
                    field.get("constraints", {}).pop("enum", None)
        return json.dumps(content, ensure_ascii=False)  # as text, so that the order counts

    before = json.loads(text(data_copy))
    for path in data_copy.rglob("*.csv"):
        path.write_bytes(path.read_bytes() + b"\n")
    assert record.refresh(data_copy)
    assert kept(json.loads(text(data_copy))) == kept(before)


def test_refresh_tells_size_and_hash_of_the_changed_file_only(mini):
    minidata.edit(mini / "history/gdp.csv", "2019,230,", "2019,2301,")
    changes = record.refresh(mini)
    size = (mini / "history/gdp.csv").stat().st_size
    assert [change.split(" sha")[0] for change in changes] == [f"gdp: bytes {size - 1} -> {size}", "gdp: hash"]
    entry = record.resources(record.read(mini))["gdp"]
    assert (entry["bytes"], entry["hash"]) == (size, record.checksum(mini / "history/gdp.csv"))


def test_refresh_follows_the_indicators(mini):
    def change(content):
        gdp = next(entry for entry in content["resources"] if entry["name"] == "gdp")
        gdp["gba:indicators"][1]["name"] = "gdp_goods"

    minidata.edit_record(mini, change)
    assert record.refresh(mini) == ["gdp: indicator names +gdp_goods, -gdp_services"]
    field = record.resources(record.read(mini))["gdp"]["schema"]["fields"][0]
    assert field["constraints"] == {"required": True, "enum": ["gdp_current", "gdp_goods"]}


def test_refresh_restores_the_layout(mini):
    before = text(mini)
    (mini / record.NAME).write_text(json.dumps(json.loads(before)), encoding="utf-8")
    assert len(record.refresh(mini)) == 1
    assert text(mini) == before


def test_a_missing_file_is_told_and_nothing_is_written(mini):
    (mini / "history/gdp.csv").unlink()
    minidata.edit(mini / "history/shares.csv", "41.2", "41.3")
    before = text(mini)
    with pytest.raises(gba.DataError, match=r"at resources\[gdp\]\.path: found 'history/gdp\.csv', expected a file in data/"):
        record.refresh(mini)
    assert text(mini) == before


def test_a_repeated_key_is_refused(mini):
    minidata.edit(mini / record.NAME, '"name": "miniature",', '"name": "miniature", "name": "another",')
    with pytest.raises(gba.DataError, match="the key 'name' twice in one object"):
        record.read(mini)


def test_command(mini):
    assert run(mini).stdout == "data/datapackage.json is up to date\n"
    minidata.edit(mini / "history/gdp.csv", "2019,230,", "2019,231,")
    done = run(mini)
    assert done.stdout.startswith("gdp: hash sha256:")
    assert (done.returncode, done.stderr) == (0, "")
    (mini / "history/gdp.csv").unlink()
    assert run(mini).returncode == 1
