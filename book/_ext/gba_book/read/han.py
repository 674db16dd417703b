"""Chinese prose: quotation marks that open and close, emphasis that is one, headings whose addresses stay."""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

log = logging.getLogger(__name__)
HAN = re.compile(r"[\u3400-\u9fff]")
#: A quotation mark that touches a Chinese sign or its punctuation: whether it opens cannot be told from spaces, for there are none.
_TOUCHING = re.compile(r"[\u3000-\u9fff\uff00-\uffef][“”]|[“”][\u3000-\u9fff\uff00-\uffef]")


def setup(app):
    """Read by transforms, before anything refers to a heading."""
    app.add_transform(Quotes)
    app.add_transform(Emphasis)
    app.add_transform(Addresses)


class Quotes(SphinxTransform):
    """The parser makes a closing mark of each straight quote that follows a Chinese sign; in turns they open and close."""

    default_priority = 800  # after Sphinx has made marks of them

    def apply(self, **kwargs):
        """Mend paragraph by paragraph."""
        for block in self.document.findall(nodes.TextElement):
            if isinstance(block, nodes.FixedTextElement | nodes.Inline) or not _TOUCHING.search(block.astext()):
                continue
            marks = 0

            def turned(_):
                nonlocal marks
                marks += 1
                return "“" if marks % 2 else "”"

            for text in list(block.findall(nodes.Text)):
                if not isinstance(text.parent, nodes.literal | nodes.math):
                    text.parent.replace(text, nodes.Text(re.sub("[“”]", turned, text)))


class Emphasis(SphinxTransform):
    """Markdown takes `**` between a Chinese sign and punctuation for asterisks: that is told, for a reader would see them."""

    default_priority = 700

    def apply(self, **kwargs):
        """Warn with the place."""
        for text in self.document.findall(nodes.Text):
            if "**" in text and HAN.search(text.parent.astext()) and not isinstance(text.parent, nodes.literal | nodes.literal_block | nodes.raw):
                said = text[max(0, text.index("**") - 8) : text.index("**") + 12]
                log.warning("asterisks stay in %r: put them inside the punctuation, as in “**智慧**”, or leave them out", said, location=text.parent)


class Addresses(SphinxTransform):
    """A heading without Latin letters gets its own words as its address, not a number that moves when a heading is put before it."""

    default_priority = 400

    def apply(self, **kwargs):
        """Rename where the parser found no name."""
        document = self.document
        for section in document.findall(nodes.section):
            numbered = [one for one in section["ids"] if re.fullmatch(r"id\d+", one)]
            words = "-".join(re.findall(r"\w+", section.next_node(nodes.title).astext().lower())) if numbered else ""
            if not HAN.search(words):
                continue
            name, again = words, 1
            while name in document.ids:
                again += 1
                name = f"{words}-{again}"
            for old in numbered:
                section["ids"][section["ids"].index(old)] = name
                document.ids.pop(old, None)
                document.ids[name] = section
                for known, target in document.nameids.items():
                    if target == old:
                        document.nameids[known] = name
