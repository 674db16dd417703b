// Filters the list of claims by part and verdict. Without this script the list is whole; claims.css then hides the form.
(() => {
  "use strict";

  function start() {
    const list = document.getElementById("claims");
    const form = list?.querySelector("form.claims-filter");
    if (!form) return;
    const claims = [...list.querySelectorAll(".claim")];
    const parts = [...list.querySelectorAll(".claims-part")];
    const count = form.querySelector(".claims-count");
    const fields = ["section", "verdict"];

    // A fragment with "=" is a filter (#section=policy&verdict=holds); any other is a place on the page.
    function wished() {
      const said = location.hash.includes("=") ? new URLSearchParams(location.hash.slice(1)) : new URLSearchParams();
      return Object.fromEntries(fields.map((name) => [name, said.get(name) ?? ""]));
    }

    function show() {
      const chosen = fields.filter((name) => form.elements[name].value);
      let shown = 0;
      for (const claim of claims) {
        claim.hidden = chosen.some((name) => claim.dataset[name] !== form.elements[name].value);
        shown += claim.hidden ? 0 : 1;
      }
      for (const part of parts) part.hidden = !part.querySelector(".claim:not([hidden])");
      count.textContent = chosen.length ? `${shown} of ${claims.length} claims shown` : `All ${claims.length} claims shown`;
    }

    function remember() {
      const said = new URLSearchParams(fields.filter((name) => form.elements[name].value).map((name) => [name, form.elements[name].value]));
      // Replaced, not pushed: the way back leads to the page before, not through every choice.
      history.replaceState(null, "", `${location.pathname}${location.search}${said.size ? `#${said}` : ""}`);
      show();
    }

    function recall() {
      const wish = wished();
      for (const name of fields) {
        form.elements[name].value = wish[name];
        if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
      }
      show();
    }

    form.addEventListener("change", remember);
    form.addEventListener("submit", (event) => event.preventDefault());
    // The fields are empty only after the event.
    form.addEventListener("reset", () => setTimeout(remember));
    addEventListener("hashchange", recall);
    recall();
    if (location.hash.includes("=")) list.scrollIntoView();
  }

  start();
})();
