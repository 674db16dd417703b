"""This edition speaks Chinese whole: no message of any page waits for its translation."""

import re

import words
from bookpages import ROOT, table
from bs4 import BeautifulSoup
from gba.data.datapackage import read, resources
from gba.data.load import places, sources
from gba_book.publish import catalogue, messages


def test_no_message_waits(book):
    known = catalogue.messages("zh_Hant")
    pages = [*sorted((book / "book").glob("*.html")), book / "search.html", book / "404.html", book / "index.html"]
    waiting = {str(path): [message for message in words.asked(path.read_text(encoding="utf-8")) if message not in known] for path in pages}
    assert {page: found[:5] for page, found in waiting.items() if found} == {}, "make book, make words, and translate in locales/"


def test_who_made_a_figure_is_named_in_chinese_where_it_has_such_a_name(book):
    known = catalogue.messages("zh_Hant")
    named = {name for name in sources()["publisher"].dropna() if re.search(r"[\u3400-\u9fff]", known.get(name, ""))}
    page = BeautifulSoup((book / "zh-hant" / "book" / "03-fintech.html").read_text(encoding="utf-8"), "html.parser")
    for title in page.select(".source-list li [lang]"):
        title.decompose()
    makers = {re.split("\uff0c\u8f49\u5f15\u81ea|\uff08", item.get_text().strip("\uff0c"))[0] for item in page.select(".source-list li")}
    assert len(makers) > 20 and makers & {known[name] for name in named} and not makers & named


def test_each_exception_of_the_simplified_script_has_its_reason_and_is_used():
    rows = table(ROOT / "locales" / "simplified.csv")
    assert all(row["reason"].strip() for row in rows)
    assert len({row["traditional"] for row in rows}) == len(rows)
    assert catalogue.simplified("香港的智慧城市，隨着數碼港有著名的質素") == "香港的智慧城市，随着数码港有著名的质量"


def test_the_glossary_is_kept():
    """A term that stands in an English message is said by its Hong Kong word, wherever the message is long enough to be a sentence."""
    terms = [row for row in table(ROOT / "locales" / "glossary.csv") if row["english"] in STRICT]
    assert len(terms) == len(STRICT)
    known = catalogue.messages("zh_Hant")
    wrong = {
        (row["english"], message[:60])
        for row in terms
        for message, said in known.items()
        if re.search(rf"\b{re.escape(row['english'])}\b", message) and row["hong_kong"].split("(")[0] not in said
    }
    assert not wrong


def test_an_indicator_has_one_name():
    """Its title is said alike alone, in bold before its definition, and before a place, with whatever stands behind that."""
    known, there = catalogue.messages("zh_Hant"), tuple(places()["name_en"])
    titles = {messages.numbered(one["title"])[0] for entry in resources(read()).values() for one in entry.get("gba:indicators", ())}
    told: dict[str, list[tuple[str, str]]] = {title: [] for title in titles}
    for message, said in known.items():
        bold = re.match(r"<1>(.*?)</1>", message)
        if bold and bold[1] in titles:
            told[bold[1]].append((message, re.search(r"<1>(.*?)</1>", said)[1]))
        cuts = [at.start() for at in re.finditer(", ", message) if message[: at.start()] in titles and message.startswith(there, at.end())]
        if cuts:
            title = message[: cuts[-1]]
            told[title].append((message, said[: len(known[title])]))
    assert sum(map(len, told.values())) > len(titles), "titles are told in other ways than this test knows"
    assert not [(title, name, message[:60]) for title, found in told.items() for message, name in found if name != known[title]]


def test_no_university_comes_into_a_word_of_the_simplified_script():
    """Hong Kong says 中大 and 科大 for short, the mainland 港中大 and 港科大: not where 中 and 大專 stand together, nor of a university in Macao."""
    said = {message: catalogue.simplified(text) for message, text in catalogue.messages("zh_Hant").items()}
    names = {"港中大": r"CUHK|Chinese University", "港科大": r"HKUST|Hong Kong University of Science"}
    assert not [(name, text[:60]) for name, asked in names.items() for message, text in said.items() if name in text and not re.search(asked, message, re.I)]


def test_hong_kong_is_spoken():
    """No word of Taipei, or of the mainland's papers, where Hong Kong has its own; names keep theirs."""
    known = catalogue.messages("zh_Hant")
    strange = [(word, message[:60]) for message, said in known.items() for word in NOT_HERE if word in said]
    assert not strange
    assert not [message[:60] for message, said in known.items() if "管制站" in said and "Express Rail Link" not in message], (
        "the glossary's word for a control point is 口岸"
    )


NOT_HERE = ("班表", "軟體", "網路", "硬碟", "計程車", "捷運", "滑鼠", "公車", "資料庫", "視頻", "寬帶", "打車", "同儕")

#: Names that have one word in Chinese.
STRICT = ("Lo Wu", "Octopus", "Bond Connect", "Nansha", "Hengqin", "Qianhai")
