"""The words of another language: locales/<language>/*.po, and the Simplified script, which is derived from the Traditional one."""

import csv
import os
import re
from functools import cache, lru_cache

from babel.messages.pofile import read_po

from gba_book import BOOK
from gba_book.kept import kept
from gba_book.publish.messages import FORMS
from gba_book.write.search import characters

LOCALES = BOOK.parent / "locales"
#: What an edition has to write in its own signs: Han, and the brackets of titles and quotations, which may stand alone beside an element.
SIGN = r"[\u3008\u3009\u300c-\u300f\u3400-\u9fff]"
#: The catalogue of pieces of scripts, each as it stands there, with its quotes.
SCRIPTS = "scripts"


def messages(language: str, part: str = "*") -> dict[str, str]:
    """What each message is in a language, of all its catalogues or of one; what is not translated, or not looked through, is left out."""
    paths = sorted((LOCALES / language).glob(f"{part}.po"))

    def read() -> dict[str, str]:
        return {one.id: one.string for path in paths for one in read_po(path.open("rb")) if one.id and one.string and not one.fuzzy}

    return kept("messages", tuple(path.read_text(encoding="utf-8") for path in paths), read)


def fault(message: str, said: str, script: bool = False, language: str = "") -> str:
    """What is wrong with a translation, in words; nothing if it has each place of its message once, and the marks (and signs) of its language.

    >>> fault("{0} of <1>{1}</1>", "{1}之<1>{0}</1>"), fault("{0} km", "公里"), fault("It is {0}.", '它是"{0}".')
    ('', '{0} is missing', 'the mark " of another language')
    >>> fault("It grows.", "它增長。", language="zh_Hant"), fault("It grows.", "它增长。", language="zh_Hant"), fault("It grows.", "成長する", language="ja")
    ('', 'the Simplified sign 长', '')
    """
    places = re.compile(r"</?\d+/?>|\{(?:\d+|names)(?=[:}])")
    wanted, found = (sorted(one + "}" * one.startswith("{") for one in places.findall(text)) for text in (message, said))
    if wanted != found:
        lost, more = [one for one in wanted if wanted.count(one) > found.count(one)], [one for one in found if found.count(one) > wanted.count(one)]
        return f"{lost[0]} is missing" if lost else f"{more[0]} is there too often"
    if set(re.findall(r"\{\d+:(\w*)\}", said)) - FORMS:
        return "a form of a number that there is not"
    if script:
        return "" if all(message.count(mark) == said.count(mark) for mark in "\"`") else "not quoted as its message is"
    words = re.sub(r"</?\d+/?>|\{[^}]*\}", "", said)
    if not re.search(r"[\u3400-\u9fff]", words):
        return ""
    han = r"[\u3400-\u9fff]"
    if strange := re.search(rf"[\"*]|(?<={han})'|'(?={han})|(?<={han})[,;:?!](?={han}|$)|(?<={han})\.(?=$)", words):
        return f"the mark {strange[0]} of another language"
    return simplified_sign(words) if language == "zh_Hant" else ""


@lru_cache(maxsize=1)
def _only_simplified() -> set[str]:
    """Signs that Traditional texts do not have: what others are simplified to, without the 5,401 of every day in the Traditional code (后, 里, 台 ...)."""

    def daily(sign: str) -> bool:
        return b"\xa4\x40" <= sign.encode("big5", "ignore") < b"\xc6\xa1"

    return {sign for sign in characters().values() if not daily(sign)}


def simplified_sign(text: str) -> str:
    """The first sign of a Traditional text that is Simplified, in words; the names of languages, and Japanese, are written in their own.

    >>> simplified_sign("廣州"), simplified_sign("广州"), simplified_sign("皇后大道，万里"), simplified_sign("简体中文")
    ('', 'the Simplified sign 广', 'the Simplified sign 万', '')
    """
    for row in EDITIONS.values():
        text = text.replace(row["name"], "")
    found = _only_simplified().intersection(text)
    wrong = "" if not found or re.search(r"[\u3040-\u30ff]", text) else next(sign for sign in text if sign in found)
    return wrong and f"the Simplified sign {wrong}"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of locales/; none where a book has no other language."""
    path = LOCALES / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


#: The editions beside the English one, by folder, as locales/editions.csv lists them.
EDITIONS = {row["folder"]: row for row in table("editions.csv")}


def asked() -> list[str]:
    """The folders of the editions that this build makes: `make book` all, `make book language=en` none."""
    wanted = os.environ.get("BOOK_LANGUAGES", "").split()
    return [folder for folder in EDITIONS if folder in wanted]


@lru_cache(maxsize=1)
def exceptions() -> dict[str, str]:
    """Words that the conversion of signs would get wrong, in Traditional and in Simplified; each has its reason in the file."""
    return {row["traditional"]: row["simplified"] for row in table("simplified.csv")}


@lru_cache(maxsize=1)
def _converter() -> tuple:
    """What converts signs, and a pattern of the words that are not left to it: at one place the longest."""
    import opencc

    return opencc.OpenCC("hk2s").convert, re.compile(f"({'|'.join(map(re.escape, sorted(exceptions(), key=len, reverse=True))) or '(?!)'})")


@cache
def simplified(text: str) -> str:
    """A Traditional text of Hong Kong as the mainland writes it: word by word where words differ, sign by sign else; Japanese stays.

    >>> simplified("深圳灣口岸的網絡"), simplified("人民元預金の残高")
    ('深圳湾口岸的网络', '人民元預金の残高')
    >>> simplified("「小鎮成了“改革之都”」"), simplified("「")
    ('“小镇成了‘改革之都’”', '“')
    """
    if not re.search(SIGN, text) or re.search(r"[\u3040-\u30ff]", text):
        return text
    convert, words = _converter()
    text = "".join(exceptions()[part] if number % 2 else convert(part) for number, part in enumerate(words.split(text)))
    text = re.sub(r"(?<=\d),(?=\d{3}[\d.]*[亿万])", "", text)
    return re.sub("“[^“”]*(?:“[^“”]*”[^“”]*)+”", lambda at: f"“{at[0][1:-1].replace('“', '‘').replace('”', '’')}”", text)


#: The number of a mainland document where it stands alone; beside a title it is in the signs of the title.
_DOCUMENT = re.compile(r"(?<![》\u3400-\u9fff])[\u3400-\u9fff]+〔\d{4}〕\d+号(?!\s*[《\u3400-\u9fff])")


@cache
def traditional(text: str) -> str:
    """A text of the Traditional edition with the numbers of documents, which data hold as they were issued, in its signs.

    >>> traditional("南沙的辦法（穗南开管办规〔2019〕5号）"), traditional("国发〔2023〕12号 国务院关于")
    ('南沙的辦法（穗南開管辦規〔2019〕5號）', '国发〔2023〕12号 国务院关于')
    """
    # Sign by sign: of words OpenCC would take 银发, a bank's, for white hair.
    return _DOCUMENT.sub(lambda at: "".join(map(_to_traditional(), at[0])), text)


@lru_cache(maxsize=1)
def _to_traditional():
    import opencc

    return opencc.OpenCC("s2hk").convert
