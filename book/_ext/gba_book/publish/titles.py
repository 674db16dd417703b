"""Chinese titles break between phrases, at every width and without a script: a browser breaks Han at any sign, so a line would end inside a word.

The words are jieba's. Its dictionary is Simplified, so a title of either script is read in that one, sign by sign, and keeps its own; places and the terms
of the glossary are words too. A word that leans on its neighbour stays with it: a particle, a mark, a number with what it counts, a single sign.
"""

import re
from functools import cache

from gba.data.load import places

from gba_book.publish import catalogue
from gba_book.write.search import characters

_HAN = r"\u3400-\u9fff"
_OPENING = "《〈「『（“‘"
_CLOSING = "，。：；？！、）」』》〉”’%"
#: A short name in its marks, a run of Han, and what else stands between two such.
_RUN = re.compile(rf"[{_OPENING}][{_HAN}]{{1,6}}[》〉」』”’]|[{_HAN}]+|[{_OPENING}]+|[{_CLOSING}\s]+|[^{_HAN}{_OPENING}{_CLOSING}\s]+")
#: Single signs that stay with the word before them, because they are particles, or name or count something; all others stay with the word after them.
_PARTICLES = set("的了嗎吗呢們们著着之得過过")
_ENDINGS = set("人城車车榜碼码卡集級级區区群強强年月日倍項项條条家個个所座張张分種种次版章份層层後后前中上下內内外起者法型站位名元") | _PARTICLES
_LEANS_ON = re.compile(rf"[A-Za-z\d.,&;+\s{_OPENING}-]$")
_NUMERAL = re.compile("[十百千萬万億亿點点][一二三四五六七八九十百千萬万億亿]")

#: Elements that are titles, with their words.
_CLASSES = "exhibit-title|exhibit-subtitle|prev-next-title|title logo__title"
_TITLE = re.compile(
    rf'(<(?:(h[1-4])\b|(p) class="(?:{_CLASSES})"|(a) class="(?:current )?reference internal[ \w-]*")[^>]*>)(.*?)(?=</(?:\2|\3|\4)>)', re.S
)


@cache
def _cut():
    """What cuts a Simplified text into words."""
    import rjieba  # a tenth of a second for its dictionary: only where a page is made anew

    terms = [*places()["name_zh_hans"].dropna(), *(row["mainland"] for row in catalogue.table("glossary.csv"))]
    for term in {found for one in terms for found in re.findall(rf"[{_HAN}]{{2,}}", one)}:
        rjieba.add_word(term, 100_000, "n")
    return rjieba.cut


@cache
def _simplified() -> dict[int, str]:
    return str.maketrans(characters())


def _words(text: str):
    for run in _RUN.findall(text):
        if not re.match(f"[{_HAN}]", run):
            yield run
            continue
        for word in _cut()(run.translate(_simplified())):
            yield run[: len(word)]
            run = run[len(word) :]


def phrases(text: str) -> list[str]:
    """The parts of a title between which a line may end.

    >>> phrases("香港企業花在研發的錢多了，所佔比例卻縮小")
    ['香港', '企業', '花在研發的', '錢多了，', '所佔比例', '卻縮小']
    >>> phrases("2018年9月，“微信香港钱包”成为首个可在内地付款的香港电子钱包")
    ['2018年', '9月，', '“微信香港钱包”', '成为', '首个', '可在内地', '付款的', '香港', '电子', '钱包']
    """
    parts, last, leans = [""], "", True
    for word in _words(text):
        marked = last[-1:] in f"{_CLOSING} "
        follows = word[0] in f"{_CLOSING} " or word in _PARTICLES or (word in _ENDINGS and not marked) or _NUMERAL.match(last[-1:] + word[0])
        if leans or follows:
            parts[-1] += word
        else:
            parts.append(word)
        leans = _LEANS_ON.search(word) or (re.fullmatch(f"[{_HAN}]", word) and not follows)
        last = word
    # No sign stands alone, least of all in the last line; but a browser breaks behind a mark, whatever is said here.
    for n in range(len(parts) - 1, 0, -1):
        if len(re.findall(r"\w", parts[n])) < 2 and parts[n - 1][-1] not in _CLOSING:
            parts[n - 1 : n + 1] = [parts[n - 1] + parts[n]]
    return parts


def phrased(page: str) -> str:
    """A page with the places where its titles may break; the style sheet lets them break nowhere else, unless a phrase is wider than its line.

    >>> phrased('<h1>香港研發，內地轉化<a href="#x">#</a></h1>')
    '<h1>香港<wbr>研發，<wbr>內地<wbr>轉化<a href="#x">#</a></h1>'
    """

    def told(at) -> str:
        if at[4] and "<" in at[5]:  # in a sentence, and not in a list of contents
            return at[0]
        words = re.sub(r"(<[^>]*>)|([^<]+)", lambda part: part[1] or "<wbr>".join(phrases(part[2])), at[5].replace("<wbr>", ""))
        return at[1] + words

    return _TITLE.sub(told, page)
