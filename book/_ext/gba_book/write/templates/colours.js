(() => {
  let mode = "auto";
  try { mode = localStorage.getItem("mode") || mode; } catch { /* storage may be forbidden, as in some private windows */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const said = document.documentElement.dataset;
  Object.assign(said, { mode, theme: mode === "auto" ? (dark ? "dark" : "light") : mode });
  // Paper is white, whatever the screen is.
  const paper = matchMedia("print");
  let onScreen = said.theme;
  paper.addEventListener("change", () => {
    if (paper.matches) onScreen = said.theme;
    said.theme = paper.matches ? "light" : onScreen;
  });
})();
