// Your weights: sliders move, the index is computed here, the ranking is drawn again. No request leaves the page.
(() => {
  "use strict";

  const STEPS = 10;

  function parse(text, pillars) {
    const given = Object.fromEntries(text.split("_").map((part) => part.split(".")));
    const weights = pillars.map((pillar) => Number(given[pillar]));
    return weights.every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= STEPS) ? weights : null;
  }

  function start(panel) {
    const figure = panel.closest("figure");
    const { pillars, scores, names } = JSON.parse(panel.dataset.index);
    const sliders = pillars.map((pillar) => panel.querySelector(`input[data-pillar="${CSS.escape(pillar)}"]`));
    const list = panel.querySelector(".weights-ranking");
    const rows = Object.fromEntries([...list.children].map((row) => [row.dataset.place, row]));
    const verdict = panel.querySelector(".weights-verdict");
    const link = panel.querySelector(".weights-link");
    const buttons = [...panel.querySelectorAll("button[data-weights]")];
    const titles = sliders.map((slider) => panel.querySelector(`label[for="${CSS.escape(slider.id)}"]`).textContent);
    const prefix = `#${figure.id}=`;
    let talk;

    const weights = () => sliders.map((slider) => Number(slider.value));
    const fragment = () => prefix + pillars.map((pillar, n) => `${pillar}.${sliders[n].value}`).join("_");

    function set(values) {
      sliders.forEach((slider, n) => { slider.value = values[n]; });
      draw();
    }

    function draw() {
      const given = weights();
      const total = given.reduce((sum, weight) => sum + weight, 0);
      sliders.forEach((slider, n) => {
        const share = total ? `${Math.round((100 * given[n]) / total)}%` : "0%";
        slider.setAttribute("aria-valuetext", `${given[n]} of ${STEPS}, ${share} of the index`);
        panel.querySelector(`output[for="${CSS.escape(slider.id)}"]`).textContent = share;
      });
      buttons.forEach((button) => button.setAttribute("aria-pressed", String(parse(button.dataset.weights, pillars).every((weight, n) => weight === given[n]))));
      link.href = fragment();
      if (!total) {
        say("With no weight on any pillar there is no index. Move a slider.");
        list.classList.add("weights-empty");
        return;
      }
      list.classList.remove("weights-empty");
      const index = Object.keys(scores).map((place) => [place, scores[place].reduce((sum, score, n) => sum + score * given[n], 0) / total]);
      // On a tie the order of the page stays.
      index.sort((a, b) => b[1] - a[1]);
      index.forEach(([place, value]) => {
        const bar = rows[place].querySelector(".weights-bar").style;
        bar.width = `${(100 * value).toFixed(1)}%`;
        bar.background = `var(--gba-${place}, var(--gba-other))`;
        rows[place].querySelector(".weights-score").textContent = (100 * value).toFixed(1);
        list.append(rows[place]);
      });
      const [first, second] = index;
      const lead = 100 * (first[1] - second[1]);
      say(lead < 0.05
        ? `${names[first[0]]} and ${names[second[0]]} are level at ${(100 * first[1]).toFixed(1)} points.`
        : `${names[first[0]]} comes first with ${(100 * first[1]).toFixed(1)} points, ${lead.toFixed(1)} ahead of ${names[second[0]]}.`);
    }

    function say(words) {
      // A screen reader hears where a slider comes to rest, not every step on the way.
      clearTimeout(talk);
      talk = setTimeout(() => { verdict.textContent = words; }, 150);
    }

    function keep() {
      // On some systems a page from a folder may not change its address: the link still carries the weights.
      try { history.replaceState(history.state, "", fragment()); } catch { /* the link is enough */ }
    }

    function fromAddress(move) {
      if (!location.hash.startsWith(prefix)) return;
      const values = parse(decodeURIComponent(location.hash.slice(prefix.length)), pillars);
      if (!values) return;
      set(values);
      if (move) figure.scrollIntoView({ block: "start" });
    }

    sliders.forEach((slider) => {
      slider.addEventListener("input", draw);
      slider.addEventListener("change", keep);
    });
    buttons.forEach((button) => button.addEventListener("click", () => { set(parse(button.dataset.weights, pillars)); keep(); }));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      keep();
      navigator.clipboard?.writeText(link.href).then(() => say("The link is copied."), () => {});
    });
    addEventListener("hashchange", () => fromAddress(true));
    figure.querySelector(".weights-static")?.setAttribute("hidden", "");
    panel.hidden = false;
    panel.dataset.ready = "true";
    draw();
    fromAddress(true);
  }

  document.querySelectorAll("figure.exhibit .weights[data-index]").forEach(start);
})();
