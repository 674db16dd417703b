#!/bin/sh
# Reader views take buttons out of an article together with their words, also in the middle of a sentence. Readability, which Firefox's reader view is
# made of, leaves "Shenzhen passed Hong Kong in ." of "Shenzhen passed Hong Kong in <button>2017</button>.": no gap, no mark, a sentence that is false
# or says nothing. A number, a footnote mark or a word with an explanation that is a button in the page is lost to who reads there, or saves it so.
# The way round: the same control as <span role="button" tabindex="0">, with Enter and Space by script, stays.
#
# Seen 2026-11-30, Node 20, @mozilla/readability 0.6.0, jsdom 26.1.0:
#   <button type="button">: passed Hong Kong in , by
#   <span role="button" tabindex="0">: passed Hong Kong in 2017, by
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @mozilla/readability@0.6.0 jsdom@26.1.0 >npm.log 2>&1
cat >read.js <<'JS'
const { Readability } = require("@mozilla/readability"), { JSDOM } = require("jsdom");
const said = "The figures are those of the bureaus of statistics, in dollars at the exchange rate of each year, and revised where they were. ".repeat(6);
for (const [open, close, expected] of [
  ['<button type="button">', "</button>", "passed Hong Kong in , by"],
  ['<span role="button" tabindex="0">', "</span>", "passed Hong Kong in 2017, by"],
]) {
  const sentence = `<p>Shenzhen passed Hong Kong in ${open}2017${close}, by its output. ${said}</p>`;
  const page = new JSDOM(`<!doctype html><title>Cities</title><body><article><h1>Cities</h1>${sentence.repeat(3)}</article>`);
  const [found] = /passed.*?by/.exec(new Readability(page.window.document).parse().textContent);
  console.log(`${open}: ${found}`);
  if (found !== expected) process.exit(1);
}
JS
node read.js
