// What a reader takes along of an exhibit: the tables of what it draws and of the rows behind it, the picture as SVG or PNG, the citation.
(() => {
  "use strict";
  // A table is drawn by so many rows a frame, so that the page does not stand still.
  const MOST_ROWS = 500, AT_ONCE = 50;
  const NS = "http://www.w3.org/2000/svg";
  const { made } = window.gbaLive;

  // Opens or closes a panel under the passport; `fill` makes what is in it.
  async function toggle({ figure, control }, kind, fill) {
    const id = `${kind}-${figure.id}`;
    const there = document.getElementById(id);
    if (there) {
      there.remove();
      control.setAttribute("aria-expanded", "false");
      control.focus();
      return;
    }
    const panel = made("div", { id, className: `passport-panel passport-${kind}` });
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") control.click(); });
    await fill(panel);
    control.closest(".passport").after(panel);
    control.setAttribute("aria-expanded", "true");
    control.setAttribute("aria-controls", id);
  }

  // ---- the table --------------------------------------------------------------------------------------------------

  // Made once: with each cell anew they take most of the time of a large table.
  const [PLAIN, GROUPED] = [false, true].map((useGrouping) => new Intl.NumberFormat("en", { maximumSignificantDigits: 12, useGrouping }));
  const LETTERS = new Intl.Collator("en", { numeric: true });
  const shown = (cell) => (cell === null ? "" : typeof cell === "number" ? (Math.abs(cell) >= 10000 ? GROUPED : PLAIN).format(cell) : cell);

  const POWERS = { thousand: 3, million: 6, m: 6, billion: 9, bn: 9, trillion: 12, tn: 12, "\u842c": 4, "\u4e07": 4, "\u5104": 8, "\u4ebf": 8 };
  const AMOUNT = /^(?:(?:about|some|nearly|over|under|more than|less than|at least|at most|up to) )?\W*?(?<sign>[-\u2212]?)\s?(?<money>[A-Z]{0,3}[$\u00a5\u20ac\u00a3]?)\s?(?<digits>\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d.,:/-]*\d|\u5e74\d)\s?(?<power>thousand|million|billion|trillion|bn|tn|m|[\u842c\u4e07\u5104\u4ebf])?(?![a-z])\s*(?<unit>.*)$/;

  // What a cell of numbers in words amounts to, and of what: "1,743 bn yuan" is 1743e9 yuan; null where it is no amount, as a date is not.
  function amount(cell) {
    if (typeof cell === "number") return ["", cell];
    const { sign, money, digits, power, unit } = AMOUNT.exec(cell)?.groups ?? {};
    return digits ? [`${money}${unit}`.toLowerCase(), (sign ? -1 : 1) * Number(digits.replace(/[^\d.]/g, "")) * 10 ** (POWERS[power] ?? 0)] : null;
  }

  // How two cells of a column are compared: amounts by unit, then by value; anything else by its letters.
  function comparison(cells) {
    const amounts = new Map(cells.filter((cell) => cell !== null).map((cell) => [cell, amount(cell)]));
    if ([...amounts.values()].every(Boolean)) {
      return (a, b) => {
        const [[one, first], [other, second]] = [amounts.get(a), amounts.get(b)];
        return one === other ? first - second : LETTERS.compare(one, other);
      };
    }
    return (a, b) => LETTERS.compare(a, b);
  }

  // `what` says in the caption what the table is, `name` tells it from the other one of the exhibit.
  function table({ figure, content, what, name, csv }) {
    const { columns, rows, count: total } = content;
    const body = made("tbody");
    const said = made("p", { className: "passport-said", aria: { live: "polite" } });
    let sorted = rows, turn = 0;

    // The first column names its row, where it has a name for each.
    const named = rows.every(([first]) => first !== null && first !== "");

    // What a cell was in the last edition, where it is another now.
    const was = new Map((content.was ?? []).map(([row, n, value]) => [rows[row], [n, value]]));

    function cell(content, n, row) {
      const className = typeof content === "number" ? "number" : String(content ?? "").length > 60 ? "long" : "";
      const one = n || !named ? made("td", { textContent: shown(content), className }) : made("th", { textContent: shown(content), className, scope: "row" });
      const [at, before] = was.get(row) ?? [];
      if (n === at) one.append(made("span", { className: "was", textContent: `was ${shown(before)}`, title: "in the last edition" }));
      return one;
    }

    async function draw() {
      const [mine, wanted] = [++turn, sorted.slice(0, MOST_ROWS)];
      body.replaceChildren();
      for (let n = 0; n < wanted.length && mine === turn; n += AT_ONCE) {
        body.append(...wanted.slice(n, n + AT_ONCE).map((row) => made("tr", {}, ...row.map((one, n) => cell(one, n, row)))));
        await new Promise(requestAnimationFrame);
      }
    }

    const heads = columns.map(({ label, number }, n) => {
      const button = made("button", { type: "button", textContent: label });
      const head = made("th", { scope: "col", className: number ? "number" : "" }, button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        // Empty cells stay last, whichever way the table is sorted.
        const compare = comparison(rows.map((row) => row[n]));
        sorted = [...rows].sort((a, b) => (a[n] === null || b[n] === null ? (a[n] === null) - (b[n] === null) : (down ? -1 : 1) * compare(a[n], b[n])));
        draw();
        said.textContent = `Sorted by ${label}, ${down ? "descending" : "ascending"}.`;
      });
      return head;
    });
    draw();
    const count = total > MOST_ROWS ? `The first ${MOST_ROWS} of ${total} rows; all are in the ${csv}.` : total === 1 ? "1 row." : `${total} rows.`;
    const changed = was.size ? " “Was”: in the last edition." : "";
    const caption = made("caption", {}, made("span", { textContent: `${what} ${count} The headings sort.${changed}` }));
    const aria = { role: "region", label: `Table of exhibit ${figure.id}${name}` };
    return [made("div", { className: "passport-scroll", tabIndex: 0, aria }, made("table", {}, caption, made("thead", {}, made("tr", {}, ...heads)), body)), said];
  }

  // ---- the picture ------------------------------------------------------------------------------------------------

  // How much wider another font may draw what the page's own draws, by its weight.
  const WIDER = { 400: 1.16, 700: 1.26 };

  // What stays together at the end of a line: a word, or one sign of Chinese, with the punctuation that belongs to it.
  const PIECES = /[\u300a\u300c\u300e\uff08\u201c(]*(?:[\u2e80-\u9fff]|[^\s\u2e80-\u9fff\uff00-\uffef]+|.)[\u3001\u3002\u300b\u300d\u300f\uff00-\uffef\u201d]*\s*/gu;

  // What of a text stays together: of a Chinese title its phrases, between which the page has marks.
  const pieces = (text) => text.replace(/\s+/g, " ").match(PIECES) ?? [];
  const phrases = (title) => (title.querySelector("wbr") ? [...title.childNodes].map((node) => node.textContent).filter(Boolean) : pieces(title.textContent));

  // These broken into lines that fit a width, with the measure of the font they are drawn in here.
  function wrapped(parts, weight, size, family, width) {
    const measure = document.createElement("canvas").getContext("2d");
    measure.font = `${weight} ${size}px ${family}`;
    const lines = [];
    for (const piece of parts) {
      if (lines.length && WIDER[weight] * measure.measureText(lines.at(-1) + piece.trimEnd()).width <= width) lines[lines.length - 1] += piece;
      else lines.push(piece);
    }
    return lines.map((line) => line.trimEnd());
  }

  // Labels of a drawing keep the room that they have here where a program knows how; for others there is some beside it, to the left and to the right.
  function kept(drawn, copy) {
    const labels = (svg) => [...svg.querySelectorAll("text, tspan")].filter((label) => !label.children.length && label.textContent.trim().length > 1);
    const copies = labels(copy);
    const frame = drawn.getBoundingClientRect();
    const room = [0, 0];
    labels(drawn).forEach((label, n) => {
      const length = label.getComputedTextLength();
      if (!length) return;
      Object.entries({ textLength: length.toFixed(1), lengthAdjust: "spacingAndGlyphs" }).forEach(([key, value]) => copies[n].setAttribute(key, value));
      const { left, right, width } = label.getBoundingClientRect();
      const { fontWeight, textAnchor } = getComputedStyle(label);
      const wider = (WIDER[fontWeight >= 600 ? 700 : 400] - 1) * width;
      const [before, after] = { start: [0, 1], middle: [0.5, 0.5], end: [1, 0] }[textAnchor];
      room[0] = Math.max(room[0], frame.left - left + before * wider);
      room[1] = Math.max(room[1], right - frame.right + after * wider);
    });
    const scale = drawn.viewBox.baseVal.width / frame.width;
    return room.map((most) => Math.ceil(scale * most));
  }

  const LIGHT = Object.fromEntries(Object.entries(window.gbaPalette).map(([light, token]) => [token, light]));

  // The chart as it stands in the page, with title and source, in colours of its own: those of the page, or of paper.
  function picture(figure, light) {
    const chart = [...figure.querySelectorAll(".exhibit-chart svg")].find((svg) => svg.getClientRects().length && !svg.parentElement.closest("svg"));
    const look = getComputedStyle(document.documentElement);
    const colour = (name) => (light && LIGHT[name]) || look.getPropertyValue(`--gba-${name}`).trim();
    const [, , width, height] = chart.getAttribute("viewBox").split(/\s+/).map(Number);
    const family = "Helvetica Neue, Arial, Liberation Sans, Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";
    const root = document.createElementNS(NS, "svg");
    const write = (text, size, weight, tone, y) => {
      const line = document.createElementNS(NS, "text");
      Object.entries({ x: 12, y, "font-size": size, "font-weight": weight, fill: colour(tone) }).forEach(([key, value]) => line.setAttribute(key, value));
      line.textContent = text;
      root.append(line);
    };
    let y = 12;
    const block = (parts, size, weight, tone) => {
      for (const line of wrapped(parts, weight, size, family, width - 4)) {
        y += size * 1.3;
        write(line, size, weight, tone, y);
      }
    };
    const ground = document.createElementNS(NS, "rect");
    root.append(ground);
    block(phrases(figure.querySelector(".exhibit-title")), 17, 700, "ink");
    y += 3;
    block(phrases(figure.querySelector(".exhibit-subtitle")), 13, 400, "muted");
    y += 10;
    const copy = chart.cloneNode(true);
    const [before, after] = kept(chart, copy);
    copy.removeAttribute("class");
    Object.entries({ x: 12 + before, y, width, height, overflow: "visible" }).forEach(([key, value]) => copy.setAttribute(key, value));
    root.append(copy);
    y += height + 6;
    const caption = figure.querySelector("figcaption");
    // The note goes along: it may hold what explains the marks, and the notice that a map's outlines are under.
    const said = [".exhibit-note", ".exhibit-source", ".exhibit-licence"].map((part) => caption.querySelector(part)?.textContent.trim() ?? "");
    block(pieces(`${said.filter(Boolean).join(" ")} ${place(figure)} ${permalink(figure)}`.trim()), 11, 400, "muted");
    const size = { width: width + 24 + before + after, height: Math.ceil(y + 14) };
    // As large as a slide of 16:9 holds; a program that puts it there takes this size.
    const scale = Math.min(1280 / size.width, 720 / size.height);
    const slide = { width: Math.round(scale * size.width), height: Math.round(scale * size.height) };
    Object.entries({ xmlns: NS, ...slide, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": family, role: "img" }).forEach(([key, value]) => root.setAttribute(key, value));
    const named = [["title", figure.querySelector(".exhibit-title").textContent], ["desc", figure.getAttribute("aria-label")]];
    root.prepend(...named.map(([tag, words]) => Object.assign(document.createElementNS(NS, tag), { textContent: words })));
    Object.entries({ ...size, fill: colour("paper") }).forEach(([key, value]) => ground.setAttribute(key, value));
    // A picture has no style sheet: variables become the colours they stand for now.
    const text = new XMLSerializer().serializeToString(root).replace(/var\(--gba-([\w-]+)\s*,\s*(#[0-9a-f]+)\)/gi, (_, name, fallback) => colour(name) || fallback);
    return { text, ...size };
  }

  // From a blob: an address that holds the picture itself may be too long for a download.
  function download(blob, name) {
    const address = URL.createObjectURL(blob);
    const link = made("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async function png({ text, width, height }) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const scale = Math.max(2, 1920 / width);
    const canvas = made("canvas", { width: Math.round(scale * width), height: Math.round(scale * height) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // ---- the citation -----------------------------------------------------------------------------------------------

  // A folder on somebody's disk is no address.
  function permalink(figure) {
    if (!document.querySelector("link[rel=canonical]") && !location.protocol.startsWith("http")) return "";
    const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    return `${page}#${figure.dataset.address ?? figure.id}`;
  }

  // The address that the book is published at, where its settings name one.
  function site() {
    const canonical = document.querySelector("link[rel=canonical]")?.href;
    return canonical ? new URL(document.documentElement.dataset.content_root, canonical).href : "";
  }

  const about = () => document.querySelector("script[data-vega]").dataset;
  const bare = (figure, part) => figure.querySelector(`.exhibit-${part}`).textContent.trim().replace(/[.\u3002]$/, "");

  // The exhibit's number and the book that it stands in.
  function place(figure) {
    const { book } = about();
    const number = bare(figure, "number");
    return ended(`${number}, in: ${book}`);
  }

  const ended = (text) => (/[.?!\u3002\uff01\uff1f]["\u201d\u300b\u300d]?$/.test(text) ? text : `${text}.`);

  // The exhibit and the book, as text and as programs that keep references read them.
  function citation(figure) {
    const { book, author, year } = about();
    const [title, number] = [bare(figure, "title"), bare(figure, "number")];
    const [address, root] = [permalink(figure), site()];
    const today = new Date().toISOString().slice(0, 10);
    const source = figure.querySelector(".exhibit-source").textContent;
    const plain = `${author} (${year}): “${title}”, ${place(figure)} ${address && `${address} (seen ${today}). `}${source} CC BY 4.0.`;
    const entries = [
      { id: `${figure.id}-${year}`, type: "graphic", title, "container-title": book, note: `${number}. ${source}`, URL: address },
      { id: `book-${year}`, type: "book", title: book, URL: root },
    ];
    const braced = (text) => text.replace(/[\\{}]/g, "").replace(/[&%$#_]/g, "\\$&");
    const bibtex = entries.map(({ id, type, title: name, note, URL: url }) => {
      const fields = { author: `{${braced(author)}}`, title: `{${braced(name)}}`, howpublished: note && braced(`${number}, in: ${book}`), year, note: note && braced(source), url, urldate: url && today };
      return `@${type === "book" ? type : "misc"}{${id},\n${Object.entries(fields).filter(([, value]) => value).map(([key, value]) => `  ${key} = {${value}}`).join(",\n")}\n}`;
    }).join("\n\n");
    const issued = { author: [{ literal: author }], issued: { "date-parts": [[Number(year)]] }, language: document.documentElement.lang };
    const csl = entries.map(({ URL: url, ...entry }) => ({ ...entry, ...issued, ...(url && { URL: url, accessed: { "date-parts": [today.split("-").map(Number)] } }) }));
    return [["Text", plain], ["BibTeX", bibtex], ["CSL-JSON", JSON.stringify(csl, null, 2)]];
  }

  // A page of the book may stand in somebody's article: the snippet for it.
  function embedPanel(figure) {
    const width = 700;
    const height = Math.ceil(["head", "chart"].reduce((sum, part) => sum + figure.querySelector(`.exhibit-${part}`).getBoundingClientRect().height, 0) * Math.max(1, width / figure.clientWidth) + 150);
    const title = figure.querySelector(".exhibit-title").textContent.replace(/[&"<]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const snippet = `<iframe src="${site()}embed/${figure.id}.html" title="${title}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
    const said = site() ? "A live copy of this exhibit, for a page of yours." : "A live copy of this exhibit, for a page of yours. This copy of the book does not know its address: put it in front of “embed/”.";
    return [made("p", { className: "passport-hint", textContent: said }), ...taken(figure, [["HTML", snippet]])];
  }

  // Texts to be copied, each with its name.
  function taken(figure, texts) {
    return texts.flatMap(([kind, text]) => {
      const area = made("textarea", { readOnly: true, value: text, id: `cite-${kind}-${figure.id}`, rows: text.includes("\n") ? 9 : 5 });
      area.addEventListener("focus", () => area.select());
      const label = made("label", { htmlFor: area.id, textContent: kind });
      const copy = made("button", { type: "button", textContent: "Copy", aria: { label: `Copy as ${kind}` } });
      copy.addEventListener("click", async () => {
        area.select();
        // From a folder and over plain HTTP the clipboard is closed to scripts; the selection can still be copied.
        try { await navigator.clipboard.writeText(text); } catch { document.execCommand("copy"); }
        copy.textContent = "Copied";
      });
      return [made("p", { className: "passport-line" }, label, copy), area];
    });
  }

  // Of a light page there is one picture; of a dark one a reader chooses between two.
  async function inColours(ask, kind, made_of) {
    const { figure } = ask;
    const take = async (light) => download(await made_of(picture(figure, light)), `${figure.id}.${kind}`);
    if (document.documentElement.dataset.theme !== "dark") return take(true);
    const choice = (text, light) => {
      const button = made("button", { type: "button", textContent: text });
      button.addEventListener("click", () => take(light));
      return button;
    };
    return toggle(ask, kind, (panel) => panel.append(made("p", { className: "passport-line" }, choice("Light, for paper", true), choice("Dark, as here", false))));
  }

  window.gbaPassport = {
    comparison,
    download,
    data: (ask) => toggle(ask, "data", async (panel) => {
      const { figure } = ask;
      const { table: rows, drawn } = await ask.content(figure.id);
      const [title, subtitle] = ["title", "subtitle"].map((part) => figure.querySelector(`.exhibit-${part}`).textContent.replace(/\.$/, ""));
      // What a reader sees in the chart comes first; what it was computed from, after it.
      if (drawn) panel.append(...table({ figure, content: drawn, what: `As drawn: ${title}. ${subtitle}.`, name: ", as drawn", csv: "CSV as drawn" }));
      const what = drawn ? "The rows of the ledger from which this was computed." : `The rows behind this exhibit: ${title}.`;
      panel.append(...table({ figure, content: rows, what, name: drawn ? ", rows behind it" : "", csv: "CSV" }));
    }),
    cite: (ask) => toggle(ask, "cite", (panel) => panel.append(...taken(ask.figure, citation(ask.figure)))),
    embed: (ask) => toggle(ask, "embed", (panel) => panel.append(...embedPanel(ask.figure))),
    svg: (ask) => inColours(ask, "svg", ({ text }) => new Blob([text], { type: "image/svg+xml" })),
    png: (ask) => inColours(ask, "png", png),
  };
})();
