"""Links from a page to where it can be run or changed, as soon as `_config.yml` names the repository, and none before.

The theme computes the addresses. It draws them as icons in menus that need Bootstrap's script, neither of which this book loads;
here each menu is a `<details>` with plain links, which works without any script.
"""

from sphinx.util import logging

log = logging.getLogger(__name__)
#: Where `.github/workflows/book.yml` puts the executed notebooks of the published book.
NOTEBOOKS = "notebooks"


def setup(app):
    """Settle the options before the theme reads them; take over its buttons once it has made them."""
    app.connect("config-inited", settle, priority=900)
    app.connect("html-page-context", menus, priority=850)


def settle(app, config):
    """Without a repository there is nothing to launch; and one branch is meant everywhere (the theme takes `master` here, `main` there)."""
    options = config.html_theme_options
    if not options.get("repository_url"):
        options["launch_buttons"] = {}
        return
    options.setdefault("repository_branch", "main")
    if options.get("launch_buttons", {}).pop("thebe", None):
        log.warning("launch_buttons: thebe loads scripts from other hosts, which this book does not do; take it out of _config.yml")


def menus(app, pagename, templatename, context, doctree):
    """Turn the theme's buttons that are links into menus of text: a list of (title, [(text, address), ...])."""
    buttons, found = context.get("header_buttons", []), []
    for button in list(buttons):
        links = [entry for entry in button.get("buttons", [button]) if entry["type"] == "link"]
        if links:
            title = "Run" if button.get("label") == "launch-buttons" else "Source"
            found.append((title, [(entry.get("text") or entry["tooltip"], _executed(entry["url"], app.config)) for entry in links]))
            buttons.remove(button)
    if found:
        context["gba_menus"] = found
        # Not in the options: the theme drops what is still empty before it has made its buttons.
        context["theme_article_header_end"] = ["launch.html", *context["theme_article_header_end"]]
        app.add_css_file("launch.css", priority=901)


def _executed(address: str, config) -> str:
    """Colab opens one file alone: it is led to the executed copy, which brings its library along, on the branch that the workflow writes it to."""
    branch = config.html_theme_options["repository_branch"]
    return address.replace(f"/blob/{branch}/", f"/blob/{NOTEBOOKS}/", 1) if "//colab." in address else address
