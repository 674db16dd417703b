(() => {
  let mode = "auto";
  try { mode = localStorage.getItem("mode") || mode; } catch { /* storage may be forbidden, as in some private windows */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  Object.assign(document.documentElement.dataset, { mode, theme: mode === "auto" ? (dark ? "dark" : "light") : mode });
})();
