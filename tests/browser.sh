#!/bin/sh
# The page tests need a Chromium and fonts with Chinese characters. Where we may, install them; else say how.
set -eu
have_browser() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
have_browser && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and fonts for the page tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-dejavu-core fonts-liberation >/dev/null
    have_browser && exit 0
fi
cat >&2 <<'HOW'
The page tests need Chromium (or Chrome) on the PATH. Install it and run make test again:
  Debian, Ubuntu   sudo apt-get install chromium fonts-noto-cjk
  Fedora           sudo dnf install chromium google-noto-sans-cjk-fonts
  macOS            brew install --cask google-chrome   (and put google-chrome on the PATH)
HOW
exit 1
