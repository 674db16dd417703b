"""A Content-Security-Policy in every page, and pages that keep to it: no script but the book's own, no request to anywhere else.

The policy stands in the page itself, so it holds on hosts that set no headers and in pages opened from a folder. The same
policy, for hosts that can set headers, goes into `_headers`.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

from sphinx.util import logging

from gba_book.kept import keep, kept
from gba_book.publish import embeds
from gba_book.write import assets
from gba_book.written import afterwards, is_preview, write

log = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parents[1] / "write" / "templates"

#: The only script that stands in a page: it settles the colours before the first paint. Others that get into a page are refused.
INLINE_SCRIPT = "colours.js"

#: What a host should say with every answer, on top of the policy.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_ELEMENT = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.S | re.I)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*(")')
_STYLED = re.compile(r'<script\b.*?</script>|<([a-z][\w-]*)((?:\s[^<>]*?)?)\sstyle="([^"]*)"([^<>]*)>', re.S | re.I)
_THEBE = re.compile(r"<script type=\"text/x-thebe-config\">.*?</script>\s*<script>kernelName = [^<]*</script>", re.S)
_FRAME_STYLE = re.compile(r"<style scoped>\s*\.dataframe .*?</style>", re.S)
#: What a page shows of another host; a link to it is none of these.
_MEDIA = re.compile(
    r"""<(iframe|frame|embed|object|img|source|video|audio|track|image)\b(?:[^<>"']|"[^"]*"|'[^']*')*?"""
    r"""\s(?:src|data|poster|href|xlink:href)=["']?((?:[a-z][a-z+.-]*:)?//[^\s"'>]+)""",
    re.I,
)
_HANDLER = re.compile(r"""<(?!script\b)[a-z][\w-]*\s(?:[^<>"']|"[^"]*"|'[^']*')*?\s?\b(on[a-z]+|(?:href|src|action)\s*=\s*["']?\s*javascript:)\s*=?""", re.I)


def setup(app):
    """Mend the page's body when it is written, judge the whole page when all are."""
    app.connect("html-page-context", mend, priority=850)
    afterwards(app, seal, priority=800)


def source_hash(text: str) -> str:
    """The source expression that allows exactly this text.

    >>> source_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(styles: set[str] = frozenset()) -> str:
    """The policy of a page, with the hashes of the style elements that stand in it.

    `file:` is for pages opened from a folder: there Firefox lets 'self' match nothing, and pages from the web may load no file anyway.

    >>> policy()[:39]
    "default-src 'none'; script-src 'self' f"
    """
    script = source_hash((TEMPLATES / INLINE_SCRIPT).read_text(encoding="utf-8").rstrip("\n"))
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' file: {script}",
        "style-src": " ".join(["'self' file:", *sorted(styles)]),
        "img-src": "'self' file: data:",
        "form-action": "'self' file:",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def mend(app, pagename, templatename, context, doctree):
    """Take out of the page's body what the policy forbids and no reader needs."""
    if context.get("body"):
        context["body"] = without_inline_style(_FRAME_STYLE.sub("", _THEBE.sub("", context["body"])))


def without_inline_style(body: str) -> str:
    """Make classes of `style="..."` attributes, which the policy forbids; a style element in front says what they mean.

    pandas writes one into the head of every table; the book's own style sheet does that.

    >>> without_inline_style('<tr style="text-align: right;"><td class="n" style="color: red">1</td></tr>')
    '<style>.s-35eac301.s-35eac301{color: red}</style><tr><td class="n s-35eac301">1</td></tr>'
    """
    rules = {}

    def moved(found):
        if found[1] is None:
            return found[0]
        name, before, style, after = found.groups()
        if name == "tr" and style == "text-align: right;":
            return f"<tr{before}{after}>"
        declared = html.unescape(style)
        word = f"s-{hashlib.sha256(declared.encode()).hexdigest()[:8]}"
        rules[word] = declared.replace("<", "\\3c ")
        rest, many = re.subn(r'(\sclass="[^"]*)"', rf'\1 {word}"', before + after, count=1)
        return f"<{name}{rest}>" if many else f'<{name} class="{word}"{rest}>'

    body = _STYLED.sub(moved, body)
    # Doubled, so that it wins over one class, as the attribute did.
    return f"<style>{''.join(f'.{word}.{word}{{{rule}}}' for word, rule in sorted(rules.items()))}</style>{body}" if rules else body


def judged(page: str) -> tuple[set[str], list[str]]:
    """The hashes of a page's style elements, and what in it the policy will block, in words.

    >>> judged("<p onclick='x()'>")[1]
    ['an attribute that runs script, onclick, in: <p onclick']
    """
    styles, blocked = set(), []
    ours = (TEMPLATES / INLINE_SCRIPT).read_text(encoding="utf-8").rstrip("\n")
    for kind, attributes, text in _ELEMENT.findall(page):
        if kind.lower() == "style":
            styles.add(source_hash(text))
            continue
        # Another type than script is data, which browsers do not run.
        data = re.search(r'\stype="(?!text/javascript|module|application/javascript)', attributes)
        source = re.search(r'\ssrc="([^"]*)"', attributes)
        if source and re.match(r"(?:[a-z][a-z+.-]*:)?//", source[1], re.I):
            blocked.append(f"a script from another host: {source[1]}")
        elif not source and not data and text != ours:
            blocked.append(f"a script in the page: {' '.join(text.split())[:80]}")
    rest = _ELEMENT.sub("", page)
    blocked += [f"an element <{found[1].lower()}> from another host: {found[2]}" for found in _MEDIA.finditer(rest)]
    for found in _HANDLER.finditer(rest):
        blocked.append(f"an attribute that runs script, {found[1].split('=')[0]}, in: {found[0][:80].rstrip('=')}")
    return styles, blocked


def _unframed(out: Path, pages) -> list[str]:
    """Where no other site may frame a page: only a header can forbid it, and the exhibits' own pages are there to be framed. Policies of a page add up."""
    found = {}
    for path in pages:
        page = path.relative_to(out)
        if embeds.FOLDER in page.parts:
            continue
        if page.parent.name and not (path.parent / embeds.FOLDER).is_dir():
            found[f"/{page.parent.as_posix()}/*"] = None
        else:
            # Such hosts serve a page under its bare name, too.
            found |= dict.fromkeys([f"/{page.as_posix()}", f"/{page.with_suffix('').as_posix()}"])
    return list(found)


def sealed(page: str, sheets: str, added: set[str]) -> tuple[str, list[str], list[str]]:
    """A page with its sheet and its policy, the hashes of its styles, and what the policy will block."""
    page = assets.fitted(page, sheets, added)
    styles, blocked = judged(page)
    said = html.escape(policy(styles), quote=True).replace("&#x27;", "'")
    return _POLICY.sub(lambda at: f"{at[1]}{said}{at[2]}", page, count=1), sorted(styles), blocked


def seal(app, out):
    """Give each page its style sheet and the policy that fits it, tell of what that will block, and write the headers for hosts that read `_headers`."""
    static, every = out / "_static", set()
    before = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html")) if static not in path.parents}
    sheets, added = assets.tidied(static, list(before.values()), again=is_preview(app))
    told = (hashlib.sha256(" ".join([sheets, *sorted(added)]).encode()).hexdigest(),)
    for path, page in before.items():
        made, styles, blocked = kept("seal", (page, *told), lambda page=page: sealed(page, sheets, added))
        if made:
            write(path, made.encode())
            keep("seal", (made, *told), ("", styles, blocked))  # what is sealed stays so: the next build finds it, and has no page to write
        every.update(styles)
        for what in blocked:
            way = "put it into book/_static, or link to it" if " from another host" in what else "move it to a file in book/_static"
            log.warning("%s: the Content-Security-Policy of the pages will block %s; %s", path.relative_to(out).as_posix(), what, way)
    said = {"Content-Security-Policy": policy(every).replace(" file:", ""), **HEADERS}
    rules = {"/*": said} | {where: {"Content-Security-Policy": "frame-ancestors 'none'"} for where in _unframed(out, before)}
    lines = [line for where, values in rules.items() for line in (where, *(f"  {name}: {value}" for name, value in values.items()))]
    write(out / "_headers", ("\n".join(lines) + "\n").encode())
    # Without it GitHub Pages leaves out every folder whose name begins with an underscore.
    (out / ".nojekyll").touch()
