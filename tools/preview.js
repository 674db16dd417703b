// Served by `make preview` with each page, and written into none: reloads the page where its reader stood, and shows what is wrong over it.
(() => {
  const {state} = document.currentScript.dataset, key = `preview ${location.pathname}`;
  const marks = () => [...document.querySelectorAll("article [id]")].filter(mark => mark.getClientRects().length);
  let panel;

  function reload() {
    // What stands above the middle of the screen, and where: the text before it may have grown.
    const mark = marks().findLast(one => one.getBoundingClientRect().top < innerHeight / 2);
    sessionStorage.setItem(key, JSON.stringify({id: mark?.id, top: mark?.getBoundingClientRect().top, y: scrollY}));
    location.reload();
  }

  function stand() {
    const stood = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    if (!stood) return;
    const mark = stood.id && document.getElementById(stood.id);
    scrollTo({top: mark ? scrollY + mark.getBoundingClientRect().top - stood.top : stood.y, behavior: "instant"});
  }

  function show(problems) {
    panel?.remove();
    if (!problems.length) return;
    panel = document.createElement("pre");
    panel.id = "preview-problems";
    panel.setAttribute("role", "alert");
    panel.tabIndex = 0;
    panel.textContent = `${problems.join("\n\n")}\n\nBelow is the last page that was built.`;
    Object.assign(panel.style, {position: "fixed", inset: "auto 0 0 0", maxHeight: "60vh", overflow: "auto", margin: 0, padding: "1rem 1.5rem", zIndex: 10000,
                                background: "#fff4f2", color: "#5c0b00", borderTop: "4px solid #b3261e", whiteSpace: "pre-wrap", font: "14px/1.5 monospace"});
    document.body.append(panel);
  }

  function listen() {
    const socket = new WebSocket(`ws://${location.host}/_preview`);
    socket.onopen = () => socket.send(JSON.stringify({page: location.pathname, state}));
    socket.onmessage = ({data}) => {
      const told = JSON.parse(data);
      if (told.state && told.state !== state) reload();
      else show(told.problems);
    };
    socket.onclose = () => setTimeout(listen, 1000);
  }

  history.scrollRestoration = "manual";
  addEventListener("load", stand);
  listen();
})();
