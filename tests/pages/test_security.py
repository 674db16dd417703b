"""The Content-Security-Policy: what does not belong to the book does not run. That every page keeps to it in a real browser: test_pages.py."""

import re
from fnmatch import fnmatch

import pytest
from bookpages import documents, until
from gba_book.publish import policy as security
from visits import LISTEN, opened

PAGES = [*(f"{document}.html" for document in documents()), "search.html", "404.html"]


ATTACKS = {
    "script": "<script>window.hacked = 1</script>",
    "handler": '<img src="data:image/gif;base64,AA" onerror="window.hacked = 1">',
    "other host": '<script src="https://evil.example/x.js"></script>',
    "data script": '<script src="data:text/javascript,window.hacked=1"></script>',
    "base": '<base href="https://evil.example/">',
    "style": "<p style='position:fixed'>x</p>",
    "picture": '<img src="https://evil.example/spy.gif">',
    "frame": '<iframe src="https://evil.example/"></iframe>',
    "old plugin": '<object data="https://evil.example/x"></object>',
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_slipped_into_a_page_is_blocked(browser, site, attack):
    """The page as served, with something in it that is not the book's."""
    page = browser.new_context().new_page()
    reached = []
    page.route("https://evil.example/**", lambda route: (reached.append(route.request.url), route.abort()))
    page.add_init_script(LISTEN)

    def slip_in(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<article class="bd-article">', f'<article class="bd-article">{ATTACKS[attack]}'))

    page.route(f"**/{documents()[0]}.html", slip_in)
    page.goto(f"{site}/{documents()[0]}.html")
    until(page, "window.blocked.length")
    assert page.locator("article.bd-article > *").first.evaluate("(element) => element.tagName") in ("SCRIPT", "IMG", "BASE", "P", "IFRAME", "OBJECT")
    assert page.evaluate("window.hacked") is None
    assert not reached
    page.context.close()


def test_strings_are_not_run_as_script(browser, site):
    page = opened(browser, f"{site}/{documents()[0]}.html")
    # Later, because what the test itself evaluates is exempt from the policy.
    page.evaluate("void setTimeout(() => { try { window.tried = new Function('return \"ran\"')(); } catch (error) { window.tried = error.name; } })")
    until(page, "window.tried")
    assert page.evaluate("window.tried") == "EvalError"
    page.context.close()


@pytest.mark.parametrize("address", [*PAGES, "index.html"])
def test_the_policy_names_nothing_loose(book, address):
    page = (book / address).read_text(encoding="utf-8")
    assert not re.search(r'<link rel="?(?:next|prefetch|preload|prerender)', page), "what some browsers fetch ahead, and the policy blocks"
    [said] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = {rule.split()[0]: rule.split()[1:] for rule in said.split("; ")}
    assert rules["default-src"] == rules["base-uri"] == ["'none'"]
    assert len(rules["script-src"]) == 3
    for sources in rules.values():
        assert all(re.fullmatch(r"'none'|'self'|file:|data:|'sha256-[\w+/]{43}='", source) for source in sources)
    assert "data:" not in rules["script-src"]
    # The policy holds for what comes after it.
    assert page.index("Content-Security-Policy") < min(page.find(tag) for tag in ("<script", "<link", "<style") if tag in page)
    assert not re.search(r'<(?!script)[^<>]*\sstyle="', re.sub(r"(?s)<script.*?</script>", "", page))


def test_hosts_get_the_same_policy_with_frames_forbidden(book):
    """But for the pages that are made to be framed."""
    blocks = re.split(r"^(?=/)", (book / "_headers").read_text(encoding="utf-8"), flags=re.M)[1:]
    rules = {block.split("\n")[0]: dict(line.strip().split(": ", 1) for line in block.strip().split("\n")[1:]) for block in blocks}
    said, framed = rules.pop("/*")["Content-Security-Policy"], [where for where in rules if "embed" in where]
    assert "file:" not in said and "unsafe" not in said and "frame-ancestors" not in said and not framed
    for page in book.rglob("*.html"):
        [own] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page.read_text(encoding="utf-8"))
        missing = set(own.replace(" file:", "").replace(";", "").split()) - set(said.replace(";", "").split())
        assert not missing, f"{page.name}: the header forbids {missing}, which the page needs"
        address = f"/{page.relative_to(book).as_posix()}"
        forbidden = [rule for where, rule in rules.items() if fnmatch(address, where)]
        assert all(rule == {"Content-Security-Policy": "frame-ancestors 'none'"} for rule in forbidden)
        assert bool(forbidden) == ("/embed/" not in address), address


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<script>alert(1)</script>", "script in the page: alert(1)"), ('<script type="module">x()</script>', "script in the page: x()"),
        ('<script src="https://cdn.example/x.js"></script>', "cdn.example"), ('<script src="//cdn.example/x.js"></script>', "cdn.example"),
        ('<p title="a > b" onclick="x()">', "onclick"), ("<a href='javascript:x()'>", "href"),
        ('<iframe width="300" src="https://charts.example/grapher"></iframe>', "<iframe> from another host: https://charts.example/grapher"),
        ('<img alt="a > b" src="https://upload.example/x.png">', "<img> from another host"),
        ("<video controls src=//films.example/x.mp4></video>", "<video> from another host"),
        ('<video><source src="https://films.example/x.mp4"></video>', "<source> from another host"),
        ('<object data="https://a.example/x.svg"></object>', "<object> from another host"),
    ],
)  # fmt: skip
def test_what_will_be_blocked_is_told(page, word):
    [told] = security.judged(page)[1]
    assert word in told


ALLOWED = [
    '<script type="application/json">{"onclick": 1}</script>', '<script src="../_static/x.js"></script>', '<p title="on time = money">one = on</p>',
    '<a href="x?on=1">', '<a href="https://charts.example/grapher">a chart</a>', '<img src="../_images/x.png"><img src="data:image/png;base64,AA//A">',
]  # fmt: skip


@pytest.mark.parametrize("page", ALLOWED)
def test_what_is_allowed_is_not_told(page):
    assert security.judged(page) == (set(), [])


def test_attributes_of_style_become_classes_that_look_the_same(browser):
    """An output of somebody's own, such as a table with colours, keeps its look under the policy."""
    body = '<table><tr style="text-align: right;"><td class="a" style="color: rgb(1, 2, 3); font-family: &quot;X&quot;">1</td></tr></table>'
    mended = security.without_inline_style(body)
    assert "style=" not in mended
    styles, blocked = security.judged(mended)
    assert not blocked
    page = browser.new_page()
    page.set_content(f'<meta http-equiv="Content-Security-Policy" content="{security.policy(styles)}">{mended}')
    assert page.evaluate("getComputedStyle(document.querySelector('td')).color") == "rgb(1, 2, 3)"
    assert "X" in page.evaluate("getComputedStyle(document.querySelector('td')).fontFamily")
    page.close()
