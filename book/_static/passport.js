// What a reader takes along of an exhibit: the tables of what it draws and of the rows behind it, the picture as SVG or PNG, the citation.
(() => {
  "use strict";
  const MOST_ROWS = 500;
  const NS = "http://www.w3.org/2000/svg";

  function made(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

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

  const shown = (cell) => (cell === null ? "" : typeof cell === "number" ? cell.toLocaleString("en", { maximumSignificantDigits: 12, useGrouping: Math.abs(cell) >= 10000 }) : cell);

  function compare(a, b) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  }

  // `what` says in the caption what the table is, `name` tells it from the other one of the exhibit.
  function table({ figure, content, what, name, csv }) {
    const { columns, rows, count: total } = content;
    const body = made("tbody");
    const said = made("p", { className: "passport-said" });
    said.setAttribute("aria-live", "polite");
    let sorted = rows;

    // The first column names its row, where it has a name for each.
    const named = rows.every(([first]) => first !== null && first !== "");

    function cell(content, n) {
      const className = typeof content === "number" ? "number" : String(content ?? "").length > 60 ? "long" : "";
      return n || !named ? made("td", { textContent: shown(content), className }) : made("th", { textContent: shown(content), className, scope: "row" });
    }

    function draw() {
      body.replaceChildren(...sorted.slice(0, MOST_ROWS).map((row) => made("tr", {}, ...row.map(cell))));
    }

    const heads = columns.map(({ label, number }, n) => {
      const button = made("button", { type: "button", textContent: label });
      const head = made("th", { scope: "col", className: number ? "number" : "" }, button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        // Empty cells stay last, whichever way the table is sorted.
        sorted = [...rows].sort((a, b) => (a[n] === null || b[n] === null ? compare(a[n], b[n]) : (down ? -1 : 1) * compare(a[n], b[n])));
        draw();
        said.textContent = `Sorted by ${label}, ${down ? "descending" : "ascending"}.`;
      });
      return head;
    });
    draw();
    const count = total > MOST_ROWS ? `The first ${MOST_ROWS} of ${total} rows; all are in the ${csv}.` : total === 1 ? "1 row." : `${total} rows.`;
    const caption = made("caption", {}, made("span", { textContent: `${what} ${count} The headings sort.` }));
    const scroll = made("div", { className: "passport-scroll", tabIndex: 0 }, made("table", {}, caption, made("thead", {}, made("tr", {}, ...heads)), body));
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `Table of exhibit ${figure.id}${name}`);
    return [scroll, said];
  }

  // ---- the picture ------------------------------------------------------------------------------------------------

  // Words broken into lines that fit a width, with the measure of the font they will be drawn in.
  function wrapped(text, font, width) {
    const measure = document.createElement("canvas").getContext("2d");
    measure.font = font;
    const lines = [];
    for (const word of text.split(/\s+/)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && measure.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // The chart as it stands in the page, with title and source, in colours of its own.
  function picture(figure) {
    const chart = [...figure.querySelectorAll(".exhibit-chart svg")].find((svg) => svg.getClientRects().length && !svg.parentElement.closest("svg"));
    const look = getComputedStyle(document.documentElement);
    const colour = (name) => look.getPropertyValue(`--gba-${name}`).trim();
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
    const block = (text, size, weight, tone) => {
      for (const line of wrapped(text, `${weight} ${size}px ${family}`, width - 4)) {
        y += size * 1.3;
        write(line, size, weight, tone, y);
      }
    };
    const ground = document.createElementNS(NS, "rect");
    root.append(ground);
    block(figure.querySelector(".exhibit-title").textContent, 17, 700, "ink");
    y += 3;
    block(figure.querySelector(".exhibit-subtitle").textContent, 13, 400, "muted");
    y += 10;
    const copy = chart.cloneNode(true);
    copy.removeAttribute("class");
    Object.entries({ x: 12, y, width, height }).forEach(([key, value]) => copy.setAttribute(key, value));
    root.append(copy);
    y += height + 6;
    const caption = figure.querySelector("figcaption");
    // The note goes along: it may hold what explains the marks, and the notice that a map's outlines are under.
    const said = [".exhibit-number", ".exhibit-note", ".exhibit-source", ".exhibit-licence"].map((part) => caption.querySelector(part)?.textContent ?? "");
    block(`${said.filter(Boolean).join(" ")} ${permalink(figure)}`, 11, 400, "muted");
    const size = { width: width + 24, height: Math.ceil(y + 14) };
    Object.entries({ xmlns: NS, ...size, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": family }).forEach(([key, value]) => root.setAttribute(key, value));
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
    const canvas = made("canvas", { width: 2 * width, height: 2 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // ---- the citation -----------------------------------------------------------------------------------------------

  function permalink(figure) {
    const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    return `${page}#${figure.id}`;
  }

  function citation(figure) {
    const { book, author, year } = document.querySelector("script[data-vega]").dataset;
    const title = figure.querySelector(".exhibit-title").textContent;
    const number = figure.querySelector(".exhibit-number").textContent.replace(/\.$/, "");
    const today = new Date().toISOString().slice(0, 10);
    const source = figure.querySelector(".exhibit-source").textContent;
    const plain = `${author} (${year}): “${title}”, ${number}, in: ${book}. ${permalink(figure)} (seen ${today}). ${source} CC BY 4.0.`;
    const braced = (text) => text.replace(/[\\{}]/g, "").replace(/[&%$#_]/g, "\\$&");
    const bibtex = `@misc{${figure.id}-${year},\n  author = {{${braced(author)}}},\n  title = {${braced(title)}},\n  howpublished = {${number} in: ${braced(book)}},\n  year = {${year}},\n  url = {${permalink(figure)}},\n  urldate = {${today}}\n}`;
    return [["Text", plain], ["BibTeX", bibtex]];
  }

  function citationPanel(figure) {
    return citation(figure).flatMap(([kind, text]) => {
      const area = made("textarea", { readOnly: true, value: text, id: `cite-${kind}-${figure.id}`, rows: kind === "Text" ? 5 : 9 });
      area.addEventListener("focus", () => area.select());
      const label = made("label", { htmlFor: area.id, textContent: kind });
      const copy = made("button", { type: "button", textContent: "Copy" });
      copy.setAttribute("aria-label", `Copy the citation as ${kind}`);
      copy.addEventListener("click", async () => {
        area.select();
        // From a folder and over plain HTTP the clipboard is closed to scripts; the selection can still be copied.
        try { await navigator.clipboard.writeText(text); } catch { document.execCommand("copy"); }
        copy.textContent = "Copied";
      });
      return [made("p", { className: "passport-line" }, label, copy), area];
    });
  }

  window.gbaPassport = {
    data: (ask) => toggle(ask, "data", async (panel) => {
      const { figure } = ask;
      const { table: rows, drawn } = await ask.content(figure.id);
      const [title, subtitle] = ["title", "subtitle"].map((part) => figure.querySelector(`.exhibit-${part}`).textContent.replace(/\.$/, ""));
      // What a reader sees in the chart comes first; what it was computed from, after it.
      if (drawn) panel.append(...table({ figure, content: drawn, what: `As drawn: ${title}. ${subtitle}.`, name: ", as drawn", csv: "CSV as drawn" }));
      const what = drawn ? "The rows of the ledger from which this was computed." : `The rows behind this exhibit: ${title}.`;
      panel.append(...table({ figure, content: rows, what, name: drawn ? ", rows behind it" : "", csv: "CSV" }));
    }),
    cite: (ask) => toggle(ask, "cite", (panel) => panel.append(...citationPanel(ask.figure))),
    svg: ({ figure }) => download(new Blob([picture(figure).text], { type: "image/svg+xml" }), `${figure.id}.svg`),
    png: async ({ figure }) => download(await png(picture(figure)), `${figure.id}.png`),
  };
})();
