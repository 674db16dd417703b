// What a number of the text answers: how it was computed, from which figures, who gave them. Loaded when a reader asks the first one.
(() => {
  "use strict";
  const MOST = 5;
  const WAYS = {
    given: "As the source gives it.",
    scaled: "The source's figure, in another unit.",
    quotient: "The figures marked × over those marked ÷.",
    change: "The figures marked × over those marked ÷, as a difference.",
    product: "These figures multiplied.",
    total: "The sum of these figures.",
    sum: "The figures marked + less those marked −.",
    mean: "The mean of these figures.",
    mixed: "Computed from these figures, by the formula below.",
  };
  const COMMA = `, `, COLON = `: `;
  const listed = (mark, ...parts) => parts.filter((part) => part !== "" && part !== null).join(mark);
  // Its look comes with it: most readers of a page never ask.
  const look = new CSSStyleSheet();
  look.replaceSync(`
    .answer { position: absolute; z-index: 1030; box-sizing: border-box; padding: 0.7rem 0.9rem 0.8rem; border: 1px solid var(--gba-rule); border-radius: 4px; background: var(--gba-paper); color: var(--gba-ink); font-size: 0.85rem; line-height: 1.45; box-shadow: 0 6px 24px rgb(0 0 0 / 18%); }
    .answer p { margin: 0 0 0.4rem; }
    .answer .answer-head { padding-right: 2rem; font-size: 1.05rem; }
    .answer-exact, .answer-source, .answer-what { color: var(--gba-muted); }
    .answer-rows { margin: 0 0 0.5rem; padding: 0; list-style: none; }
    .answer-rows li { display: grid; padding: 0.3rem 0; border-top: 1px solid var(--gba-grid); overflow-wrap: anywhere; }
    .answer a { color: inherit; text-decoration: underline; }
    .answer-links { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; }
    .answer-formula summary { cursor: pointer; width: max-content; }
    .answer-formula pre { max-height: 9rem; margin: 0.3rem 0; padding: 0.4rem; overflow: auto; white-space: pre-wrap; font-size: 0.78rem; border: 1px solid var(--gba-grid); background: none; color: inherit; }
    .answer-close { position: absolute; top: 0.3rem; right: 0.3rem; width: 2rem; height: 2rem; border: 0; background: none; color: var(--gba-muted); font-size: 1.2rem; line-height: 1; cursor: pointer; }
    .answer :is(a, button, summary, pre):focus-visible { outline: 3px solid var(--gba-shenzhen); outline-offset: 2px; }
    @media print { .answer { display: none; } }
  `);
  document.adoptedStyleSheets.push(look);
  let card = null;
  let asked = null;

  const { gap, made } = window.gbaLive;

  function close(back = true) {
    card?.remove();
    asked?.setAttribute("aria-expanded", "false");
    if (back) asked?.focus({ preventScroll: true });
    card = asked = null;
  }

  const shown = (cell) => (typeof cell === "number" ? cell.toLocaleString("en", { maximumSignificantDigits: 12, useGrouping: Math.abs(cell) >= 10000 }) : cell);

  // What the text counts: its digits, and the word of Chinese for ten thousand and so on behind them.
  const MYRIADS = { "\u842c": 1e4, "\u4e07": 1e4, "\u5104": 1e8, "\u4ebf": 1e8, "\u842c\u5104": 1e12, "\u4e07\u4ebf": 1e12 };
  const COUNTED = /([-\u2212]?)(\d+(?:[,.]\d+)*)((?:\u842c\u5104|\u4e07\u4ebf|[\u842c\u4e07\u5104\u4ebf])?)/;
  const read = (text) => { const [, minus, digits, many] = COUNTED.exec(text) ?? [, "", "", ""]; return digits.replaceAll(",", "") * (MYRIADS[many] ?? 1) * (minus ? -1 : 1); };

  // The unit of its rows, where the number is what they come to; none where the text counts in another.
  function unitOf(text, fact, rows) {
    const those = (fact.rows ?? []).map((at) => rows[at]), units = new Set(those.map((one) => one[5]));
    if (units.size !== 1 || !["given", "scaled", "mean", "total", "sum"].includes(fact.way)) return "";
    const sum = those.reduce((total, one, n) => total + read(String(one[4])) * (fact.marks[n] === "\u2212" ? -1 : 1), 0), whole = fact.way === "mean" ? sum / those.length : sum;
    // A sentence says of what fell by how much.
    return Math.abs(Math.abs(read(text)) - Math.abs(whole)) <= 0.06 * Math.abs(whole) ? [...units][0] : "";
  }

  // A number with its unit; where its rows have none, with the words behind it that say of what it is: as many as can stand in a heading.
  function heading(button, fact, rows) {
    const [text] = COUNTED.exec(button.closest(".pasted-text").textContent), unit = unitOf(text, fact, rows);
    if (unit) return made("p", { className: "answer-head" }, made("b", { textContent: text }), gap(text, /^\d/.test(unit) ? `(${unit})` : unit).slice(text.length));
    const block = button.closest("p, li, td, dd, div");
    const rest = document.createRange();
    rest.setStartAfter(button);
    rest.setEndAfter(block.lastChild);
    const [words] = rest.toString().match(/^[^,.;:()\u3001\u3002\uff0c\uff1a\uff1b\uff08\uff09]*/);
    const year = /^(1[89]|20)\d\d$/.test(button.textContent) || /^\s(and|against|at|by|for|from|in|of|on|or|than|to|with)\b/.test(words);
    const few = year ? "" : /[\u3400-\u9fff]/.test(words) ? words.slice(0, 6) : words.split(/(?<=\S)(?=\s)/).slice(0, 2).join("");
    return made("p", { className: "answer-head" }, made("b", { textContent: button.textContent }), few);
  }

  function row([what, more, place, period, value, unit, publisher, grade, url], mark) {
    const source = url ? made("a", { href: url, rel: "noreferrer", textContent: publisher }) : made("span", { textContent: publisher });
    const amount = value === "" || value === null ? "" : gap(shown(value), /^\d/.test(unit) ? `(${unit})` : unit);
    const item = made("li", {}, made("span", { className: "answer-what", textContent: listed(COLON, listed(COMMA, place, period), listed(COMMA, what, more)) }));
    if (amount) item.append(made("b", { textContent: `${mark}${amount}` }));
    if (publisher) item.append(made("span", { className: "answer-source" }, source, grade ? ` (${grade})` : ""));
    return item;
  }

  // Where the number comes from, in a sentence.
  function way(fact, exhibit, number) {
    if (WAYS[fact.way]) return WAYS[fact.way];
    if (!exhibit) return fact.exhibit ? `Worked out together with ${number}.` : "Worked out in the code of this page, from data that the book publishes.";
    return fact.rows?.length ? `Found among the ${exhibit.count} rows of ${number}. Those of that year:` : `Worked out together with ${number}, from its ${exhibit.count} rows. The first of them:`;
  }

  function links(fact, number) {
    const list = made("p", { className: "answer-links" });
    for (const file of fact.exhibit ? [] : fact.files) {
      const { dataset, src } = document.querySelector("script[data-vega]");
      list.append(made("a", { href: new URL(`../data/${file}`, new URL(dataset.vega, src)).href, textContent: file.split("/").pop() }));
    }
    if (!fact.exhibit) return list;
    const figure = document.getElementById(fact.exhibit);
    const csv = figure.querySelector("figcaption a[download]");
    list.append(made("a", { href: csv.href, download: csv.download, textContent: "All rows (CSV)" }), made("a", { href: `#${fact.exhibit}`, textContent: number }));
    return list;
  }

  function formula(fact) {
    const code = made("pre", { tabIndex: 0 }, made("code", {}, fact.code));
    const cell = document.getElementById(`code-${fact.exhibit}`) ? made("a", { href: `#code-${fact.exhibit}`, textContent: "The cell" }) : "";
    return made("details", { className: "answer-formula" }, made("summary", { textContent: "Formula" }), code, cell);
  }

  function fill(button, fact, { rows, exhibits }) {
    const exhibit = exhibits[fact.exhibit];
    const number = fact.exhibit ? document.querySelector(`[id="${fact.exhibit}"] .exhibit-number`).textContent.replace(/[.\u3002]$/, "") : "";
    const those = fact.rows?.length ? fact.rows : exhibit?.rows ?? [];
    const list = made("ol", { className: "answer-rows" }, ...those.slice(0, MOST).map((at, n) => row(rows[at], fact.marks?.[n] ? `${fact.marks[n]} ` : "")));
    const parts = [heading(button, fact, rows), made("p", { textContent: way(fact, exhibit, number) }), list];
    if (those.length > MOST) parts.push(made("p", { textContent: `and ${those.length - MOST} more` }));
    if (fact.value !== undefined && fact.way !== "given") parts.splice(1, 0, made("p", { className: "answer-exact", textContent: `Unrounded: ${shown(fact.value)}` }));
    return [...parts, links(fact, number), formula(fact)];
  }

  // Under its line, within the column and the window.
  function place(button) {
    const column = button.closest("article, main, body").getBoundingClientRect();
    const line = button.getBoundingClientRect();
    const width = Math.min(420, column.width);
    Object.assign(card.style, {
      width: `${width}px`,
      left: `${Math.max(column.left, Math.min(line.left, column.right - width)) + scrollX}px`,
      top: `${line.bottom + scrollY + 6}px`,
    });
  }

  async function open(button, content) {
    const again = asked === button;
    close(again);
    if (again) return;
    const page = decodeURIComponent(location.href.split(/[?#]/)[0].slice(new URL("..", document.querySelector("script[data-vega]").src).href.length)).replace(/\.html$/, "");
    const told = await content(`numbers.${(page || "index").replaceAll("/", ".")}`);
    asked = button;
    const shut = made("button", { type: "button", className: "answer-close", textContent: "×", aria: { label: "Close" } });
    shut.addEventListener("click", () => close());
    const aria = { role: "dialog", label: `Where ${button.textContent} comes from` };
    card = made("div", { className: "answer", aria }, shut, ...fill(button, told.facts[button.dataset.fact], told));
    card.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    // Who leaves it by the keyboard goes on where the number stands; who follows a link to the exhibit does not come back.
    card.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && card && !card.contains(relatedTarget)) close(relatedTarget.closest("footer, body > *") && !relatedTarget.closest("article, main")); });
    card.addEventListener("click", ({ target }) => { if (target.closest("a[href^='#']")) close(false); });
    document.body.append(card);
    place(button);
    button.setAttribute("aria-expanded", "true");
    shut.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", ({ target }) => { if (card && !card.contains(target) && !target.closest("[data-fact]")) close(false); });
  addEventListener("resize", () => { if (card) place(asked); });
  window.gbaNumber = open;
})();
