// Makes the exhibits live: when one comes near the viewport, Vega draws it again in place, with tooltips and zoom.
// Until then, and wherever this script cannot run, the drawing in the page is the chart.
(() => {
  "use strict";
  const self = document.currentScript;
  const vegaUrl = new URL(self.dataset.vega, self.src).href;
  const phone = window.matchMedia("(max-width: 640px)");
  let vega;

  function loadVega() {
    vega ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = vegaUrl;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error(`cannot load ${vegaUrl}`));
      document.head.append(script);
    });
    return vega;
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

  function specFor(figure) {
    const { title, usermeta, ...wide } = JSON.parse(figure.querySelector("script.exhibit-spec").textContent);
    if (!phone.matches) return wide;
    const { $schema, config, datasets } = wide;
    return { $schema, config, datasets: { ...datasets, ...usermeta.narrowDatasets }, ...usermeta.narrow };
  }

  async function enliven(figure) {
    const place = figure.querySelector(".exhibit-chart");
    const drawn = [...place.querySelectorAll("svg")];
    const shown = drawn.find((svg) => svg.getClientRects().length);
    try {
      const embed = await loadVega();
      const spec = recoloured(specFor(figure));
      const stage = document.createElement("div");
      stage.className = "exhibit-live";
      // Interpreted expressions and no style elements of Vega's own: the pages' Content-Security-Policy allows nothing else.
      await embed(stage, spec, { renderer: "svg", actions: false, logLevel: 1, ast: true, defaultStyle: false, tooltip: { theme: "gba", disableDefaultStyle: true } });
      const live = stage.querySelector("svg");
      live.setAttribute("role", "img");
      live.setAttribute("aria-label", shown?.getAttribute("aria-label") ?? "");
      if (!live.hasAttribute("viewBox")) live.setAttribute("viewBox", `0 0 ${live.getAttribute("width")} ${live.getAttribute("height")}`);
      place.querySelectorAll(".exhibit-live").forEach((old) => old.remove());
      place.append(stage);
      figure.dataset.live = "true";
    } catch (error) {
      // The drawing stays. A reader loses the tooltips, not the chart.
      figure.dataset.live = "failed";
      console.warn(`Exhibit ${figure.id} stays a drawing:`, error);
    }
  }

  function watch() {
    const figures = document.querySelectorAll("figure.exhibit");
    if (!figures.length || !("IntersectionObserver" in window)) return;
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
      figures.forEach((figure) => near.observe(figure));
    };
    const patience = setTimeout(begin, 6000);
    signs.forEach((sign) => addEventListener(sign, begin, { passive: true, once: true }));
    phone.addEventListener("change", () => figures.forEach((figure) => figure.dataset.live && enliven(figure)));
  }

  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", watch) : watch();
})();
