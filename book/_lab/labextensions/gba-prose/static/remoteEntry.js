// A JupyterLab extension written by hand, without a bundler: the container that module federation expects, and one plugin in it.
// The prose shows what the kernel said last; nothing is written into the notebook.
(() => {
  const NAME = "gba-prose";
  const ROLE = /\{glue:text\}`(?:[\w.-]+::)?([^`]+)`/g; // {glue:text}`chapter.ipynb::name:,.0f`
  const LINK = /\[([^\]]*)\]\(((?:[\w-]+\.(?:ipynb|md))?(?:#[\w-]+)?)\)/g; // [](#exhibit), [](chapter.ipynb), [words](#exhibit)
  const PAGE = /(<a href="[\w-]+)\.html(?=[#"])/g; //         a page of the book: here it is a notebook
  const TARGET = /^\(([\w-]+)\)=$/gm; //                   (label)=
  const DOLLAR = /`[^`]*`|\\\$/g; //                        \$: JupyterLab sets what stands between two of them in one text as a formula, so each gets its own
  // Tables for readers, whose cells JupyterLab sets to the right with a later rule; forms, whose scripts run on pages alone;
  // folded code, whose first line it lets run out of the notebook.
  const LOOK = `.jp-RenderedHTMLCommon .table-wrap :is(td, th) { text-align: left !important } .jp-RenderedHTMLCommon form { display: none }
    .jp-Placeholder-content { min-width: 0 } .jp-PlaceholderText { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }`;
  let shared;
  const use = async (name) => (await Object.values(shared[name])[0].get())();

  function attend(panel, NotebookActions, RenderedMarkdown) {
    const notebook = panel.content;
    const drawn = new Set(); // renderers of this notebook's prose
    let said = {};

    const filled = (text) =>
      text
        .replace(ROLE, (_, key) => said[key] ?? `<span title="${key}: run the cells, and the number stands here">…</span>`)
        .replace(LINK, (link, words, target) => said[link] ?? `[${words || target.replace("#", "exhibit ")}](${target})`)
        .replace(PAGE, "$1.ipynb")
        .replace(TARGET, "")
        .replace(DOLLAR, (found) => (found === "\\$" ? `<span>${found}</span>` : found));

    // To what a cell has drawn under that name (an exhibit, a claim), or else to the cell of the exhibit; says whether this notebook has it.
    function shown(name) {
      const drawn = ({ node }) => node.querySelector(`[id="${name}"]`);
      const holds = (mark) => ({ model }) => model.sharedModel.getSource().includes(mark);
      const told = [drawn, ...[`name="${name}"`, `(${name})=`, `, "${name}"`].map(holds)];
      const at = told.map((is) => notebook.widgets.findIndex(is)).find((found) => found >= 0);
      if (at === undefined) return false;
      const there = drawn(notebook.widgets[at]);
      if (there?.isConnected) there.scrollIntoView();
      else notebook.scrollToItem(at, "start");
      return true;
    }
    function jump(event) {
      if (!shown(event.currentTarget.hash.slice(1))) return;
      event.preventDefault();
      event.stopPropagation();
    }
    // A link of another notebook: chapter.ipynb#exhibit.
    const scroll = notebook.setFragment.bind(notebook);
    notebook.setFragment = async (hash) => shown(hash.slice(1)) || scroll(hash);

    class Prose extends RenderedMarkdown {
      async renderModel(model) {
        drawn.add(this);
        this.last = model;
        const data = { ...model.data, "text/markdown": filled(String(model.data["text/markdown"] ?? "")) };
        await super.renderModel({ data, metadata: model.metadata, trusted: model.trusted, setData() {} });
        for (const link of this.node.querySelectorAll('a[href^="#"]:not(.jp-InternalAnchorLink)')) link.addEventListener("click", jump);
      }
      dispose() {
        drawn.delete(this);
        super.dispose();
      }
    }
    const redraw = () => drawn.forEach((one) => one.renderModel(one.last));

    async function ask() {
      const kernel = panel.sessionContext.session?.kernel;
      if (!kernel || notebook.isDisposed) return;
      const prose = notebook.widgets.filter(({ model }) => model.type === "markdown").map(({ model }) => model.sharedModel.getSource()).join("\n");
      const asked = [...[...prose.matchAll(ROLE)].map(([, key]) => ["spoken", key]), ...[...prose.matchAll(LINK)].map(([link]) => ["linked", link])];
      const expression = ([how, key]) => [key, `__import__("sys").modules["gba.prose"].${how}(${JSON.stringify(key)})`];
      const expressions = Object.fromEntries(asked.map(expression));
      const future = kernel.requestExecute({ code: "", silent: true, store_history: false, stop_on_error: false, user_expressions: expressions });
      const { content } = await future.done;
      if (content.status !== "ok") return; // a cell before it failed; that cell asks again
      const told = Object.entries(content.user_expressions).filter(([, answer]) => answer.status === "ok");
      said = Object.fromEntries(told.map(([key, answer]) => [key, answer.data["text/plain"]]));
      redraw();
    }
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(console.warn), 150);
    };
    const ran = (_, { notebook: which, cell }) => which === notebook && cell.model.type === "code" && soon();
    NotebookActions.executed.connect(ran);
    panel.disposed.connect(() => NotebookActions.executed.disconnect(ran));
    panel.sessionContext.statusChanged.connect((_, status) => {
      if (/restarting|terminating|dead/.test(status)) (said = {}), redraw();
    });
    panel.sessionContext.ready.then(soon);

    notebook.rendermime.addFactory({ safe: true, mimeTypes: ["text/markdown"], createRenderer: (options) => new Prose(options) }, 10);
    panel.context.ready.then(() => {
      for (const cell of notebook.widgets) if (cell.model.type === "markdown" && cell.rendered) (cell.rendered = false), (cell.rendered = true);
    });
  }

  (window._JUPYTERLAB ??= {})[NAME] = {
    init: (scope) => void ((shared = scope), (document.head.appendChild(document.createElement("style")).textContent = LOOK)),
    get: async () => {
      const [{ INotebookTracker, NotebookActions }, { RenderedMarkdown }] = await Promise.all(["@jupyterlab/notebook", "@jupyterlab/rendermime"].map(use));
      const activate = (_, tracker) => void tracker.widgetAdded.connect((_, panel) => attend(panel, NotebookActions, RenderedMarkdown));
      return () => ({ __esModule: true, default: { id: `${NAME}:plugin`, autoStart: true, requires: [INotebookTracker], activate } });
    },
  };
})();
