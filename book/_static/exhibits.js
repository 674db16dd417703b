// Makes the exhibits live and gives readers what they may take along: the rows, the picture, the citation, the code.
// What this script needs of an exhibit lies in a file of its own, exhibits/<name>.js, and is loaded when it is wanted.
// Until then, and wherever the script cannot run, the drawing in the page is the chart.
(() => {
  "use strict";
  const self = document.currentScript;
  const vegaUrl = new URL(self.dataset.vega, self.src).href;
  const numbersUrl = new URL("numbers.js", self.src).href;
  const phone = window.matchMedia("(max-width: 640px)");
  const scripts = new Map();

  function script(url) {
    if (!scripts.has(url)) {
      scripts.set(url, new Promise((resolve, reject) => {
        const onerror = () => { scripts.delete(url); reject(new Error(`cannot load ${url}`)); };
        document.head.append(made("script", { src: url, onload: resolve, onerror }));
      }));
    }
    return scripts.get(url);
  }

  // An element with properties, with what assistive technology is told of it, and with what it holds.
  function made(tag, { aria = {}, ...properties } = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    Object.entries(aria).forEach(([key, value]) => element.setAttribute(key === "role" ? key : `aria-${key}`, value));
    element.append(...children);
    return element;
  }

  // A figure or a word, and what follows it: Chinese has no blank between.
  const gap = (a, b) => [a, b].filter((one) => (one ?? "") !== "").join(document.documentElement.lang.startsWith("zh") ? "" : " ");

  // Table, pictures and citation are in a script of their own: most readers of a page never ask for them.
  async function passport() {
    await script(new URL("passport.js", self.src).href);
    return window.gbaPassport;
  }

  // What lies in files of a folder and is asked for by its name, once: each calls a function of the window with its name and what it holds.
  function shelf(caller, folder) {
    const waiting = new Map(), asked = new Map();
    window[caller] = (name, told) => waiting.get(name)?.(told);
    return (name) => {
      if (!asked.has(name)) {
        asked.set(name, new Promise((resolve, reject) => {
          waiting.set(name, resolve);
          script(new URL(`${encodeURIComponent(name)}.js`, folder).href).catch((error) => { asked.delete(name); reject(error); });
        }));
      }
      return asked.get(name);
    };
  }

  // Specification and table of an exhibit.
  const content = shelf("gbaExhibit", new URL("../exhibits/", self.src));

  // Palette colours become CSS variables, so that the live chart follows the theme as the drawing does.
  function recoloured(value) {
    if (typeof value === "string") {
      const token = window.gbaPalette[value];
      return token ? `var(--gba-${token},${value})` : value;
    }
    if (Array.isArray(value)) return value.map(recoloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === "datasets" ? item : recoloured(item)]));
    }
    return value;
  }

  function specFor({ title, usermeta, ...wide }) {
    if (!phone.matches) return wide;
    const { $schema, config, datasets } = wide;
    return { $schema, config, datasets: { ...datasets, ...usermeta.narrowDatasets }, ...usermeta.narrow };
  }

  // The policy of the pages forbids code made of text: Vega's expressions are interpreted, its style elements stand in book.css.
  // What a page's sheet holds is chosen by the names in its scripts, so the tooltip has its name from here.
  const EMBED = { renderer: "svg", actions: false, logLevel: 1, ast: true, defaultStyle: false, tooltip: { id: "chart-tip", disableDefaultStyle: true } };

  // Draws a specification into an element: one picture with one name. The marks inside add nothing that a table does not say better.
  async function draw(stage, spec, name) {
    await script(vegaUrl);
    // Specifications are changed by what draws them: each drawing gets its own copy.
    await window.vegaEmbed(stage, recoloured(structuredClone(spec)), EMBED);
    tellTapped(stage);
    const live = stage.querySelector("svg");
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", name);
    if (!live.hasAttribute("viewBox")) live.setAttribute("viewBox", `0 0 ${live.getAttribute("width")} ${live.getAttribute("height")}`);
    live.querySelectorAll("[role], [aria-label], [aria-roledescription]").forEach((mark) => ["role", "aria-label", "aria-roledescription"].forEach((key) => mark.removeAttribute(key)));
  }

  // Vega tells what a mark is while a pointer moves over it. A finger taps: that is made a move, which ends with the next touch or when the page scrolls.
  function tellTapped(stage) {
    stage.addEventListener("pointerup", ({ pointerType, target, clientX, clientY }) => {
      if (pointerType !== "touch") return;
      const send = (type) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, clientY }));
      // Not before the finger has left the mark.
      setTimeout(() => {
        send("pointermove");
        const from = scrollY, ended = new AbortController();
        for (const sign of ["pointerdown", "scroll"]) {
          addEventListener(sign, () => {
            // A page that moved before the tap may say so after it.
            if (sign === "scroll" && Math.abs(scrollY - from) < 8) return;
            ended.abort();
            send("pointerout");
          }, { capture: true, passive: true, signal: ended.signal });
        }
      });
    });
  }

  function still(figure) {
    figure.querySelectorAll(".exhibit-live").forEach((old) => old.remove());
    delete figure.dataset.live;
  }

  async function enliven(figure) {
    const place = figure.querySelector(".exhibit-chart");
    const drawn = [...place.querySelectorAll("svg")];
    const shown = drawn.find((svg) => svg.getClientRects().length);
    try {
      const [{ spec }] = await Promise.all([content(figure.id), script(vegaUrl)]);
      performance.mark(`${figure.id} begins`);
      const stage = made("div", { className: "exhibit-live" });
      await draw(stage, specFor(spec), shown?.getAttribute("aria-label") ?? "");
      still(figure);
      place.append(stage);
      figure.dataset.live = "true";
      // The sheet hides the drawings too; a reader view has no sheet, and would show both.
      drawn.forEach((svg) => svg.setAttribute("display", "none"));
      performance.measure(`live ${figure.id}`, `${figure.id} begins`);
    } catch (error) {
      // The drawing stays. A reader loses the tooltips, not the chart.
      still(figure);
      figure.dataset.live = "failed";
      console.warn(`Exhibit ${figure.id} stays a drawing:`, error);
    }
  }

  async function act(event) {
    const all = event.target.closest?.("[data-do=all-code]");
    if (all) return unfold(all);
    const control = event.target.closest?.("figure.exhibit .passport [data-do]");
    if (!control) return;
    const figure = control.closest("figure.exhibit");
    if (control.dataset.do === "code") {
      return show(document.getElementById(`code-${figure.id}`));
    }
    if (control.tagName === "A") return;
    await (await passport())[control.dataset.do]({ figure, control, content });
  }

  // The link itself leads to the cell, of which the exhibit is the first part: what is looked for, and focus, is the fold below it.
  function show(cell) {
    const folded = cell?.querySelector("details.hide");
    if (folded) folded.open = true;
    const code = folded?.querySelector("summary") ?? cell;
    setTimeout(() => { code?.focus({ preventScroll: true }); code?.scrollIntoView(); });
  }

  function unfold(all) {
    const open = all.getAttribute("aria-pressed") !== "true";
    all.setAttribute("aria-pressed", String(open));
    all.textContent = open ? "Hide the code" : "Show the code";
    document.querySelectorAll("details.hide").forEach((folded) => { folded.open = open; });
  }

  // A number that knows where it comes from answers; what, comes with a script of its own, when somebody asks. It is no button element: the reader views of
  // browsers take buttons out with the words in them, and the sentence would lose its number.
  function numbers() {
    for (const said of document.querySelectorAll(".pasted-text[class*=fact-]")) {
      const text = said.firstChild.data;
      const found = /[-\u2212]?\d+(?:[,.]\d+)*(?:st|nd|rd|th)?/.exec(text);
      if (!found) continue;
      const number = made("span", { className: "number", tabIndex: 0, aria: { role: "button", haspopup: "dialog" } }, found[0]);
      number.dataset.fact = [...said.classList].find((name) => name.startsWith("fact-")).slice(5);
      const ask = () => script(numbersUrl).then(() => window.gbaNumber(number, content));
      // Each listens for itself: a phone takes no touch to something that is only listened for by the page.
      number.addEventListener("click", ask);
      number.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        ask();
      });
      said.replaceChildren(text.slice(0, found.index), number, text.slice(found.index + found[0].length));
    }
  }

  // The buttons that copy code come when somebody is there to press them.
  async function buttons() {
    if (!document.querySelector("div.highlight pre")) return;
    for (const name of ["clipboard.min.js", "copybutton.js"]) await script(new URL(name, vegaUrl).href);
  }

  function watch() {
    const figures = document.querySelectorAll("figure.exhibit");
    figures.forEach(still); // a page that was saved has the charts that were live then
    document.addEventListener("click", act);
    // A link to code that somebody shared.
    const shared = () => { if (location.hash.startsWith("#code-")) show(document.getElementById(decodeURIComponent(location.hash.slice(1)))); };
    addEventListener("hashchange", shared);
    shared();
    // The theme lets the keyboard into code and tables that scroll; what was folded then had no width to tell it by.
    document.addEventListener("toggle", ({ target }) => {
      for (const code of target.querySelectorAll?.("pre, .cell_output > .output") ?? []) code.tabIndex = code.scrollWidth > code.clientWidth ? 0 : -1;
    }, true);
    addEventListener("beforeprint", () => document.querySelectorAll(".exhibit-sources, details.aside").forEach((details) => { details.open = true; }));
    if (!("IntersectionObserver" in window)) return;
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        enliven(entry.target);
      }
    }, { rootMargin: "300px 0px" });
    // A chart that nobody has touched loses nothing by being a drawing: Vega's 300 kB wait for the reader's first
    // move, or until the page has long settled. Who opens a page and leaves again never pays for them.
    const signs = ["scroll", "pointermove", "pointerdown", "touchstart", "keydown"];
    const begin = () => {
      signs.forEach((sign) => removeEventListener(sign, begin));
      clearTimeout(patience);
      buttons().catch(() => {});
      figures.forEach((figure) => near.observe(figure));
    };
    const patience = setTimeout(begin, 6000);
    signs.forEach((sign) => addEventListener(sign, begin, { passive: true, once: true }));
    phone.addEventListener("change", () => figures.forEach((figure) => figure.dataset.live && enliven(figure)));
  }

  // Who comes for the first time is led to the edition in the browser's language and script, once; afterwards what was chosen last counts.
  function speak() {
    const links = [...document.querySelectorAll("nav.languages a")];
    // What a reader has before their eyes: the last section, exhibit or claim that begins above the middle of the window. Its id is the same in all editions.
    const here = () => {
      const parts = [...document.querySelectorAll("article :is(section, figure, .claim)[id]")].filter((part) => part.getClientRects().length);
      return scrollY < innerHeight / 2 ? "" : parts.findLast((part) => part.getBoundingClientRect().top < innerHeight / 2)?.id ?? "";
    };
    links.forEach((link) => link.addEventListener("click", () => {
      // An address that says what was chosen or searched says it there, too.
      link.hash = [location.hash, link.hash].find((hash) => hash.includes("=")) ?? here();
      link.search = location.search;
      try { localStorage.setItem("language", link.lang); } catch { /* not kept, then */ }
    }));
    try {
      if (!links.length || localStorage.getItem("language") || document.documentElement.lang !== "en") return;
      localStorage.setItem("language", "en");
      const spelt = (language) => { const { language: tongue, script } = new Intl.Locale(language).maximize(); return `${tongue}-${script}`; };
      const link = links.find((one) => spelt(one.lang) === spelt(navigator.language));
      if (link) location.replace(link.href + location.hash);
    } catch { /* a window that keeps nothing: the page stays */ }
  }

  // Other scripts of the book do so by the same hand.
  window.gbaLive = { draw, gap, made, passport, script, shelf, vegaUrl };
  speak();
  numbers();
  watch();
})();
