// A JupyterLab extension written by hand, without a bundler: the container that module federation expects, and one plugin in it.
// The prose shows what the kernel said last; nothing is written into the notebook.
(() => {
  const NAME = "gba-prose";
  const ROLE = /\{glue:text\}`(?:[\w.-]+::)?([^`]+)`/g; // {glue:text}`chapter.ipynb::name:,.0f`
  const REF = /\[\]\(#([\w-]+)\)/g; //                     [](#exhibit)
  const TARGET = /^\(([\w-]+)\)=$/gm; //                   (label)=
  let shared;
  const use = async (name) => (await Object.values(shared[name])[0].get())();

  function attend(panel, NotebookActions, RenderedMarkdown) {
    const notebook = panel.content;
    const drawn = new Set(); // renderers of this notebook's prose
    let said = {};

    const filled = (text) =>
      text
        .replace(ROLE, (_, key) => said[key] ?? `<span title="${key}: run the cells, and the number stands here">…</span>`)
        .replace(REF, (_, name) => `[${said["#" + name] ?? "exhibit “" + name + "”"}](#${name})`)
        .replace(TARGET, "");

    function jump(event) {
      const name = decodeURIComponent(event.currentTarget.hash.slice(1));
      const at = notebook.widgets.findIndex(({ model }) => {
        const source = model.sharedModel.getSource();
        return model.type === "code" ? source.includes(`name="${name}"`) : source.includes(`(${name})=`);
      });
      if (at < 0) return;
      event.preventDefault();
      event.stopPropagation();
      notebook.scrollToItem(at, "start");
    }

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
      const keys = new Set([...[...prose.matchAll(ROLE)].map(([, key]) => key), ...[...prose.matchAll(REF)].map(([, name]) => "#" + name)]);
      const expressions = Object.fromEntries([...keys].map((key) => [key, `__import__("sys").modules["gba.prose"].spoken(${JSON.stringify(key)})`]));
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
    init: (scope) => void (shared = scope),
    get: async () => {
      const [{ INotebookTracker, NotebookActions }, { RenderedMarkdown }] = await Promise.all(["@jupyterlab/notebook", "@jupyterlab/rendermime"].map(use));
      const activate = (_, tracker) => void tracker.widgetAdded.connect((_, panel) => attend(panel, NotebookActions, RenderedMarkdown));
      return () => ({ __esModule: true, default: { id: `${NAME}:plugin`, autoStart: true, requires: [INotebookTracker], activate } });
    },
  };
})();
