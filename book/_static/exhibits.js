// Makes the exhibits live and gives readers what they may take along: the rows, the picture, the citation, the code.
// What this script needs of an exhibit lies in a file of its own, exhibits/<name>.js, and is loaded when it is wanted.
// Until then, and wherever the script cannot run, the drawing in the page is the chart.
(() => {
  "use strict";
  const self = document.currentScript;
  const vegaUrl = new URL(self.dataset.vega, self.src).href;
  const partsUrl = new URL("passport.js", self.src).href;
  const folder = new URL("../exhibits/", self.src);
  const phone = window.matchMedia("(max-width: 640px)");
  const scripts = new Map();
  const waiting = new Map();
  const exhibits = new Map();

  function script(url) {
    if (!scripts.has(url)) {
      scripts.set(url, new Promise((resolve, reject) => {
        const element = document.createElement("script");
        element.src = url;
        element.onload = resolve;
        element.onerror = () => { scripts.delete(url); reject(new Error(`cannot load ${url}`)); };
        document.head.append(element);
      }));
    }
    return scripts.get(url);
  }

  // Called by the file of an exhibit.
  window.gbaExhibit = (name, content) => waiting.get(name)?.(content);

  // Specification and table of an exhibit.
  function content(name) {
    if (!exhibits.has(name)) {
      exhibits.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        script(new URL(`${encodeURIComponent(name)}.js`, folder).href).catch((error) => { exhibits.delete(name); reject(error); });
      }));
    }
    return exhibits.get(name);
  }

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
  const EMBED = { renderer: "svg", actions: false, logLevel: 1, ast: true, defaultStyle: false, tooltip: { theme: "gba", disableDefaultStyle: true } };

  async function enliven(figure) {
    const place = figure.querySelector(".exhibit-chart");
    const drawn = [...place.querySelectorAll("svg")];
    const shown = drawn.find((svg) => svg.getClientRects().length);
    try {
      const [{ spec }] = await Promise.all([content(figure.id), script(vegaUrl)]);
      performance.mark(`${figure.id} begins`);
      const stage = document.createElement("div");
      stage.className = "exhibit-live";
      // Specifications are changed by what draws them: each drawing gets its own copy.
      await window.vegaEmbed(stage, recoloured(specFor(structuredClone(spec))), EMBED);
      const live = stage.querySelector("svg");
      live.setAttribute("role", "img");
      live.setAttribute("aria-label", shown?.getAttribute("aria-label") ?? "");
      if (!live.hasAttribute("viewBox")) live.setAttribute("viewBox", `0 0 ${live.getAttribute("width")} ${live.getAttribute("height")}`);
      // One picture, one name: the marks inside add nothing that the table does not say better.
      live.querySelectorAll("[role], [aria-label], [aria-roledescription]").forEach((mark) => ["role", "aria-label", "aria-roledescription"].forEach((name) => mark.removeAttribute(name)));
      place.querySelectorAll(".exhibit-live").forEach((old) => old.remove());
      place.append(stage);
      figure.dataset.live = "true";
      performance.measure(`live ${figure.id}`, `${figure.id} begins`);
    } catch (error) {
      // The drawing stays. A reader loses the tooltips, not the chart.
      figure.dataset.live = "failed";
      console.warn(`Exhibit ${figure.id} stays a drawing:`, error);
    }
  }

  // Table, pictures and citation are in a script of their own: most readers of a page never ask for them.
  async function act(event) {
    const all = event.target.closest?.("[data-do=all-code]");
    if (all) return unfold(all);
    const control = event.target.closest?.(".passport [data-do]");
    if (!control) return;
    const figure = control.closest("figure.exhibit");
    if (control.dataset.do === "code") {
      const cell = document.getElementById(`code-${figure.id}`);
      const folded = cell?.querySelector("details.hide");
      if (folded) folded.open = true;
      const code = folded?.querySelector("summary") ?? cell;
      // The link itself leads to the cell, of which the exhibit is the first part: what is looked for, and focus, is the fold below it.
      setTimeout(() => { code?.focus({ preventScroll: true }); code?.scrollIntoView(); });
      return;
    }
    if (control.tagName === "A") return;
    await script(partsUrl);
    await window.gbaPassport[control.dataset.do]({ figure, control, content });
  }

  function unfold(all) {
    const open = all.getAttribute("aria-pressed") !== "true";
    all.setAttribute("aria-pressed", String(open));
    all.textContent = open ? "Hide the code" : "Show the code";
    document.querySelectorAll("details.hide").forEach((folded) => { folded.open = open; });
  }

  // The buttons that copy code come when somebody is there to press them.
  async function buttons() {
    if (!document.querySelector("div.highlight pre")) return;
    for (const name of ["clipboard.min.js", "copybutton.js"]) await script(new URL(name, self.src).href);
  }

  function watch() {
    const figures = document.querySelectorAll("figure.exhibit");
    document.addEventListener("click", act);
    addEventListener("beforeprint", () => document.querySelectorAll(".exhibit-sources").forEach((details) => { details.open = true; }));
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

  watch();
})();
