// Your index: sliders, switches and the triangle set the choices, the index is computed here and the ranking drawn again. No request leaves the page.
(() => {
  "use strict";

  const STEPS = 10;
  const FINE = 20; // cells along a side of the triangle

  // ---- the arithmetic: choices are { weights: [by pillar], off: Set of indicators, mean, size } --------------------------------

  function compute(data, choices) {
    const used = data.indicators.map((key) => !choices.off.has(key));
    const rows = data.scores[choices.size];
    const weights = choices.weights.map((weight, p) => (data.pillar.some((one, n) => one === p && used[n]) ? weight : 0));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const index = {};
    for (const place of Object.keys(data.names)) {
      const sums = weights.map(() => 0), counts = weights.map(() => 0);
      rows[place].forEach((score, n) => {
        if (used[n]) { sums[data.pillar[n]] += score; counts[data.pillar[n]] += 1; }
      });
      let value = 0;
      weights.forEach((weight, p) => {
        if (!weight) return;
        const score = sums[p] / counts[p];
        value += (weight / total) * (choices.mean === "geometric" ? Math.log(Math.max(score, data.floor)) : score);
      });
      index[place] = 100 * (choices.mean === "geometric" ? Math.exp(value) : value);
    }
    return { index, weights, total };
  }

  /** Cities, best first; on a tie the order of the page stays. */
  const ranked = (index) => Object.entries(index).sort((a, b) => b[1] - a[1]);

  function format(data, choices) {
    const parts = data.pillars.map((pillar, n) => `${pillar}.${choices.weights[n]}`);
    if (choices.mean !== "arithmetic") parts.push(`mean.${choices.mean}`);
    if (choices.size !== "each") parts.push(`size.${choices.size}`);
    if (choices.off.size) parts.push(`without.${[...choices.off].join(".")}`);
    return parts.join("/");
  }

  /** Choices of a link; null where it does not fit this index. */
  function parse(data, text) {
    const given = Object.fromEntries(text.split("/").map((part) => [part.slice(0, part.indexOf(".")), part.slice(part.indexOf(".") + 1)]));
    const weights = data.pillars.map((pillar) => (/^\d+$/.test(given[pillar] ?? "") ? Number(given[pillar]) : NaN));
    const off = new Set((given.without ?? "").split(".").filter(Boolean));
    const mean = given.mean ?? "arithmetic", size = given.size ?? "each";
    const known = new Set([...data.pillars, "mean", "size", "without"]);
    const fits = weights.every((weight) => weight >= 0 && weight <= STEPS) && [...off].every((key) => data.indicators.includes(key))
      && ["arithmetic", "geometric"].includes(mean) && ["each", "all"].includes(size) && Object.keys(given).every((key) => known.has(key));
    return fits ? { weights, off, mean, size } : null;
  }

  /** Whole percentages that add up to a hundred. */
  function percentages(weights, total) {
    if (!total) return weights.map(() => 0);
    const exact = weights.map((weight) => (100 * weight) / total), whole = exact.map(Math.floor);
    const order = exact.map((value, n) => n).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]));
    for (let n = 0, left = 100 - whole.reduce((sum, value) => sum + value, 0); n < left; n += 1) whole[order[n]] += 1;
    return whole;
  }

  function verdict(data, result) {
    if (!result.total) return "Nothing is counted: give a pillar a weight, and leave one of its indicators on.";
    const [first, second] = ranked(result.index);
    if (!second) return `${data.names[first[0]]} has ${first[1].toFixed(1)} points.`;
    // The lead is that of the figures shown.
    const lead = Number(first[1].toFixed(1)) - Number(second[1].toFixed(1));
    return lead < data.tie
      ? `${data.names[first[0]]} and ${data.names[second[0]]} are level: ${lead.toFixed(1)} points apart, less than the figures can tell.`
      : `${data.names[first[0]]} comes first with ${first[1].toFixed(1)} points, ${lead.toFixed(1)} ahead of ${data.names[second[0]]}.`;
  }

  /** Weights of the sliders for shares of the bundles: pillars of a bundle share it alike, the heaviest stands at the end. */
  function spread(data, shares) {
    const size = shares.map((share, b) => data.bundle.filter((one) => one === b).length);
    const each = data.bundle.map((b) => (b < 0 ? 0 : shares[b] / size[b]));
    const most = Math.max(...each);
    return each.map((weight) => Math.round((STEPS * weight) / most));
  }

  globalThis.gbaIndex = { compute, format, parse, percentages, ranked, spread, verdict };
  if (typeof document === "undefined") return;

  // ---- the page ----------------------------------------------------------------------------------------------------------------

  function start(panel) {
    const figure = panel.closest("figure");
    const data = JSON.parse(panel.dataset.index);
    const all = (selector) => [...panel.querySelectorAll(selector)];
    const sliders = data.pillars.map((pillar) => panel.querySelector(`input[data-pillar="${CSS.escape(pillar)}"]`));
    const switches = all("input[data-indicator]"), radios = all("input[type=radio]");
    const list = panel.querySelector(".weights-ranking");
    const rows = Object.fromEntries([...list.children].map((row) => [row.dataset.place, row]));
    // Cities are called what the page calls them, whatever its language.
    for (const [place, row] of Object.entries(rows)) data.names[place] = row.querySelector(".weights-name").textContent;
    const status = panel.querySelector(".weights-verdict"), link = panel.querySelector(".weights-link");
    const buttons = all("button[data-weights]");
    const prefix = `#${figure.id}=`;
    let talk, map;

    const chosen = (kind) => radios.find((radio) => radio.name === `${figure.id}-${kind}` && radio.checked)?.value;
    const choices = () => ({
      weights: sliders.map((slider) => Number(slider.value)), mean: chosen("mean"), size: chosen("size"),
      off: new Set(switches.filter((box) => !box.checked).map((box) => box.dataset.indicator)),
    });

    function set(wanted) {
      sliders.forEach((slider, n) => { slider.value = wanted.weights[n]; });
      switches.forEach((box) => { box.checked = !wanted.off.has(box.dataset.indicator); });
      radios.forEach((radio) => { radio.checked = radio.value === wanted.mean || radio.value === wanted.size; });
      draw();
    }

    function draw() {
      const now = choices(), result = compute(data, now), shares = percentages(result.weights, result.total);
      sliders.forEach((slider, n) => {
        slider.setAttribute("aria-valuetext", `${now.weights[n]} of ${STEPS}, ${shares[n]}% of the index`);
        panel.querySelector(`output[for="${CSS.escape(slider.id)}"]`).textContent = `${shares[n]}%`;
      });
      buttons.forEach((button) => {
        const preset = parse(data, button.dataset.weights);
        const same = percentages(preset.weights, preset.weights.reduce((a, b) => a + b, 0)).join() === percentages(now.weights, now.weights.reduce((a, b) => a + b, 0)).join();
        button.setAttribute("aria-pressed", String(same));
      });
      list.classList.toggle("weights-empty", !result.total);
      for (const [place, value] of ranked(result.index)) {
        const bar = rows[place].querySelector(".weights-bar").style;
        bar.width = result.total ? `${Math.min(value, 100).toFixed(1)}%` : "0";
        bar.background = `var(--gba-${place}, var(--gba-other))`;
        rows[place].querySelector(".weights-score").textContent = result.total ? value.toFixed(1) : "";
        if (result.total) list.append(rows[place]);
      }
      link.href = prefix + format(data, now);
      link.toggleAttribute("hidden", !result.total);
      say(verdict(data, result));
      map?.draw(now, result);
    }

    function say(words) {
      // A screen reader hears where a slider comes to rest, not every step on the way.
      clearTimeout(talk);
      talk = setTimeout(() => { status.textContent = words; }, 150);
    }

    function keep() {
      if (link.hidden) return;
      // On some systems a page from a folder may not change its address: the link still carries the choices.
      try { history.replaceState(history.state, "", prefix + format(data, choices())); } catch { /* the link is enough */ }
    }

    function fromAddress(move) {
      if (!location.hash.startsWith(prefix)) return;
      const wanted = parse(data, decodeURIComponent(location.hash.slice(prefix.length)));
      if (wanted) set(wanted);
      else say("The link does not fit this index, so the index of the chapter is shown.");
      if (move) figure.scrollIntoView({ block: "start" });
    }

    for (const input of [...sliders, ...switches, ...radios]) {
      input.addEventListener("input", draw);
      input.addEventListener("change", keep);
    }
    buttons.forEach((button) => button.addEventListener("click", () => { set({ ...choices(), weights: parse(data, button.dataset.weights).weights }); keep(); }));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      keep();
      const done = navigator.clipboard?.writeText(link.href) ?? Promise.reject(new Error("no clipboard"));
      done.then(() => say("The link is copied."), () => say(`Copy the address of this page: ${link.href}`));
    });
    addEventListener("hashchange", () => fromAddress(true));
    const svg = panel.querySelector(".weights-map svg");
    if (svg) map = triangle(svg, data, choices, (weights) => { set({ ...choices(), weights }); }, keep);
    figure.querySelector(".weights-static")?.setAttribute("hidden", "");
    panel.hidden = false;
    panel.dataset.ready = "true";
    draw();
    fromAddress(true);
  }

  // ---- the triangle: cells coloured by who leads and by how much, and a point that is moved ---------------------------------------

  function triangle(svg, data, choices, move, keep) {
    const NS = "http://www.w3.org/2000/svg", wide = 240, high = 208;
    // Shares of the bundles (left, right, top) <-> pixels.
    const at = ([, right, top]) => [wide * (right + top / 2), 2 + high * (1 - top)];
    const sharesAt = (x, y) => {
      const top = 1 - (y - 2) / high, right = x / wide - top / 2;
      const given = [1 - right - top, right, top].map((share) => Math.max(share, 0)), sum = given.reduce((a, b) => a + b, 0);
      return given.map((share) => share / sum);
    };
    const made = (name, attributes) => {
      const node = document.createElementNS(NS, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      svg.append(node);
      return node;
    };
    const cells = [];
    for (let i = 0; i < FINE; i += 1) {
      for (let j = 0; j < FINE - i; j += 1) {
        const corner = (a, b) => [1 - (a + b) / FINE, a / FINE, b / FINE];
        const kinds = [[corner(i, j), corner(i + 1, j), corner(i, j + 1)]];
        if (i + j < FINE - 1) kinds.push([corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]);
        for (const points of kinds) {
          const middle = [0, 1, 2].map((n) => points.reduce((sum, point) => sum + point[n], 0) / 3);
          cells.push({ middle, node: made("polygon", { points: points.map((point) => at(point).map((v) => v.toFixed(1)).join(",")).join(" ") }) });
        }
      }
    }
    const spot = made("circle", { r: 7, class: "weights-spot" });
    const weightsAt = (shares) => {
      const size = shares.map((share, b) => data.bundle.filter((one) => one === b).length);
      return data.bundle.map((b) => (b < 0 ? 0 : shares[b] / size[b]));
    };
    let shares = [1 / 3, 1 / 3, 1 / 3], pointedAt = null, painted = "";

    function draw(now, result) {
      const look = `${now.mean} ${now.size} ${[...now.off].join()}`;
      if (look !== painted) {
        painted = look;
        for (const cell of cells) {
          const { index, total } = compute(data, { ...now, weights: weightsAt(cell.middle) }), [first, second] = ranked(index);
          const lead = total && second ? first[1] - second[1] : 0;
          cell.node.style.fill = !total || lead < data.tie ? "var(--gba-rule)" : `var(--gba-${first[0]}, var(--gba-other))`;
          cell.node.style.fillOpacity = !total || lead < data.tie ? 1 : Math.min(0.3 + lead / 25, 1).toFixed(2);
        }
      }
      const sums = [0, 1, 2].map((b) => now.weights.reduce((sum, weight, p) => sum + (data.bundle[p] === b ? weight : 0), 0));
      const sum = sums.reduce((a, b) => a + b, 0);
      // Sliders have few steps: the point stays where it was put, or several small steps would never add up to one of theirs.
      if (pointedAt) shares = pointedAt;
      else if (sum) shares = sums.map((one) => one / sum);
      const [x, y] = at(shares);
      spot.setAttribute("cx", x.toFixed(1));
      spot.setAttribute("cy", y.toFixed(1));
      svg.setAttribute("aria-valuenow", Math.round(100 * shares[2]));
      svg.setAttribute("aria-valuetext", `${percentages(sums, sum).map((one, b) => `${svg.parentElement.querySelector(`.weights-corner-${b}`).textContent} ${one}%`).join(", ")}. ${verdict(data, result)}`);
    }

    const to = (wanted) => { pointedAt = wanted; move(spread(data, wanted)); pointedAt = null; };
    const pointed = (event) => {
      const box = svg.getBoundingClientRect();
      to(sharesAt(((event.clientX - box.left) / box.width) * 240, ((event.clientY - box.top) / box.height) * 212));
    };
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); pointed(event); });
    svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) pointed(event); });
    svg.addEventListener("pointerup", keep);
    const STEP = 0.1;
    const MOVES = { ArrowLeft: [STEP, -STEP, 0], ArrowRight: [-STEP, STEP, 0], ArrowUp: [-STEP / 2, -STEP / 2, STEP], ArrowDown: [STEP / 2, STEP / 2, -STEP] };
    svg.addEventListener("keydown", (event) => {
      const step = MOVES[event.key];
      if (!step) return;
      event.preventDefault();
      const wanted = shares.map((share, n) => Math.max(share + step[n], 0)), sum = wanted.reduce((a, b) => a + b, 0);
      to(wanted.map((share) => share / sum));
      keep();
    });
    return { draw };
  }

  document.querySelectorAll("figure.exhibit .weights[data-index]").forEach(start);
})();
