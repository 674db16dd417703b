"""Every chart of the book as a specification: valid, titled, described, drawn from columns that hold something."""

import json
from types import SimpleNamespace

import gba
import pytest
from bookpages import content, documents, exhibits
from gba.charts.palette import palette
from gba.exhibit import html as island
from vegalite import validator


def views(spec, data=None):
    """Every unit of a specification with an encoding, with the name of the data it draws."""
    data = spec.get("data", {}).get("name", data)
    if "encoding" in spec or "mark" in spec:
        yield spec, data
    for key in ("layer", "concat", "hconcat", "vconcat"):
        for part in spec.get(key, []):
            yield from views(part, data)
    if isinstance(spec.get("spec"), dict):
        yield from views(spec["spec"], data)


def empty_fields(spec):
    """Fields that an encoding names and that hold nothing in any row of their data, or are no column at all."""
    computed = json.dumps([part.get("transform", []) for part, _ in views(spec)] + [spec.get("transform", [])])
    for view, name in views(spec):
        rows = spec.get("datasets", {}).get(name)
        if not isinstance(rows, list):
            continue
        for channel, encoding in view.get("encoding", {}).items():
            for single in encoding if isinstance(encoding, list) else [encoding]:
                field = single.get("field")
                if isinstance(field, str) and "." not in field and f'"{field}"' not in computed and all(row.get(field) is None for row in rows):
                    yield f"{channel}: {field}"


@pytest.mark.parametrize("document", documents())
def test_specifications(book, document):
    for figure, spec in exhibits(book / f"{document}.html"):
        where = f"{document}#{figure['id']}"
        errors = sorted(validator().iter_errors(spec), key=str)
        assert not errors, f"{where}: {errors[0].message[:400]}"
        assert spec["title"]["text"].strip(), where
        assert "".join(spec["title"]["subtitle"]).strip(), where
        assert len(spec["description"]) > 40, f"{where}: the alt text says too little"
        assert not list(empty_fields(spec)), f"{where}: {list(empty_fields(spec))}"
        assert any(rows for rows in spec["datasets"].values()), where
        if '"type": "log"' in json.dumps(spec):
            assert "log" in figure.select_one(".exhibit-subtitle").text.lower(), f"{where}: the subtitle does not say that an axis is logarithmic"


def test_empty_fields_are_found():
    spec = {"data": {"name": "d"}, "datasets": {"d": [{"x": 1, "y": None}]}, "mark": "point", "encoding": {"x": {"field": "x"}, "y": {"field": "y"}}}
    assert list(empty_fields(spec)) == ["y: y"]


def test_palette_colours_are_told_apart_and_are_those_of_the_places():
    """The build replaces colours by name: two tokens with one colour could not be. A place's colour stands in places.csv for everybody, too."""
    assert {key: value for key, value in gba.places()["colour"].items() if value != gba.colour(key)} == {}
    for theme in ("light", "dark"):
        values = [row[theme] for row in palette().values()]
        assert all(len(value) == 7 and value == value.lower() for value in values)
    light = [row["light"] for row in palette().values()]
    assert len(light) == len(set(light))


def rows():
    return gba.load(gba.datasets().query("kind == 'observations'").iloc[0]["name"]).head(3)


def test_hostile_text_stays_text(tmp_path):
    """A place, a note, a title that holds markup is shown as text: in the caption, in the JSON, in the label, in the exhibit's own script."""
    from gba_book.read import exhibits as files

    evil = '</script><script>alert(1)</script>"<b>'
    frame = rows().assign(year=[2000, 2001, 2002], name=evil)
    made = gba.figure(gba.lines(frame, y_title=evil), name="evil", title=evil, subtitle=evil, alt_text=evil, rows=frame, note=evil)
    markup = island.markup(made)
    assert markup.count("<script") == 1
    assert markup.count("</script>") == 1
    assert "<b>" not in markup
    env = SimpleNamespace(metadata={"book/x": {files.PAYLOADS: {"evil": files.PAYLOAD.search(markup)[1]}}})
    files.write_files(SimpleNamespace(env=env, outdir=tmp_path, builder=SimpleNamespace(format="html")), tmp_path)
    assert "<" not in (tmp_path / files.FOLDER / "evil.js").read_text(encoding="utf-8")
    assert content(tmp_path / "book" / "x.html", "evil")["spec"]["title"]["text"] == evil
