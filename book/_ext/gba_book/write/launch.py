"""Links from a page to where it can be run or changed, as soon as `_config.yml` names the repository, and none before.

The theme computes the addresses; its menus need Bootstrap's script and icons, so `templates/article-header-buttons.html` writes them as plain links.
"""

from sphinx.util import logging

log = logging.getLogger(__name__)


def setup(app):
    """Settle the options before the theme reads them."""
    app.connect("config-inited", settle, priority=900)


def settle(app, config):
    """Without a repository there is nothing to launch; and one branch is meant everywhere (the theme takes `master` here, `main` there)."""
    options = config.html_theme_options
    if not options.get("repository_url"):
        options["launch_buttons"] = {}
        return
    options.setdefault("repository_branch", "main")
    if options.get("launch_buttons", {}).pop("thebe", None):
        log.warning("launch_buttons: thebe loads scripts from other hosts, which this book does not do; take it out of _config.yml")
