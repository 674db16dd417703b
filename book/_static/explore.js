// The page Explore: readers choose a measure, places, years and a scale; chart, table and address follow. Nothing is asked of any server: each measure is a
// script, made with the book, and so is the catalogue of all names.
(() => {
  "use strict";
  const { draw, gap, made, passport, script, shelf, vegaUrl } = window.gbaLive;
  const { ends, spanOf, specification } = window.gbaExploreChart;
  const asked = shelf("gbaExplore", new URL("../explore/", vegaUrl));
  const root = document.getElementById("explore");
  const part = (name) => root.querySelector(`.explore-${name}`);
  const figure = part("figure"), stage = figure.querySelector(".exhibit-chart");
  const MOST = 4; // measures at a time
  const phone = window.matchMedia("(max-width: 640px)");

  // ---- what the book holds ------------------------------------------------------------------------------------------

  let book, tongue, indicators, places, state, shown;
  const said = (words) => words[tongue] ?? words[0];
  const listed = (words) => [...new Set(words)];
  const titleOf = (line) => said(indicators.get(line.name).named[line.home]);
  const word = (text) => book.words[tongue][text] ?? text;
  const counted = (base) => said(Object.values(book.units).find(([one]) => one === base)?.[2] ?? [""]);
  const placeName = (key) => (places.has(key) ? said(places.get(key).names) : key);
  // What a source or the data say, in the language of the page where it is known.
  const quoted = (text) => made("span", { textContent: word(text), ...(word(text) === text && { lang: "en" }) });
  const inWords = (count) => { const [power, name] = book.powers[tongue].find(([one]) => count >= one) ?? [1, ""]; return gap((count / power).toLocaleString("en"), name); };
  const money = (base) => base === "USD" || (book.rates && base in book.rates[1]);
  const powerOf = (value, large) => book.powers[tongue].find(([power]) => large && Math.abs(value) >= Math.max(power, 1e6)) ?? [1, ""];
  const AND = `, `, SEMI = `; `;
  const sameText = (a, b) => new Set(a.map(b)).size < 2;

  // An indicator as lines: rows that one line could join, by dataset, place, further keys and what their unit counts.
  async function load(name) {
    const { parts, series, rows, sources, breaks, words } = await asked(name), lines = new Map();
    Object.assign(book.words[tongue], words[tongue]);
    for (const [n, period, value, unit, source, picked, main, start = "", reason = "", note = "", was] of rows) {
      const { who, kind, to, span, ...rest } = series[n], base = book.units[unit][0], key = `${n} ${base}`;
      const more = [to && `→${to}`, who, kind, span && "span"].filter(Boolean).join("; ") || "-";
      if (!lines.has(key)) lines.set(key, { name, who, kind, to, span, ...rest, base, more, rows: [] });
      lines.get(key).rows.push({ period, start, value, unit, source: sources[source], picked, main, reason, note, was });
    }
    const cut = [...lines.values()].flatMap(byLength), homes = new Set(cut.filter((line) => line.monthly).map((line) => line.home));
    // Beside lines of years and of months, one that has but months belongs to these.
    const alone = (line) => !line.monthly && homes.has(line.home) && line.rows.every((row) => row.period.length === 7);
    return { name, parts, lines: cut.map((line) => (alone(line) ? ofMonths(line) : line)), breaks, signed: rows.some((row) => row[2] < 0) };
  }

  // What a month adds up to and what a year does are two kinds of a measure; how many there are at the end of either is one.
  const ofMonths = (line) => ({ ...line, more: line.more === "-" ? "month" : `${line.more}; month`, monthly: true });

  function byLength(line) {
    const months = line.rows.filter((row) => row.period.length !== 4), years = line.rows.filter((row) => row.period.length === 4);
    const middle = (rows) => rows.filter((row) => row.picked).map((row) => row.value).sort((a, b) => a - b).find((_, n, all) => n === all.length >> 1);
    return middle(years) >= 4 * middle(months) ? [{ ...line, rows: years }, ofMonths({ ...line, rows: months })] : [line];
  }

  // ---- the choices and the address -----------------------------------------------------------------------------------

  const LISTS = { i: ".", p: ".", of: "~" }, WORDS = ["from", "to", "scale", "per", "money", "index", "rows", "cell"];

  function read(text) {
    const given = new URLSearchParams(text.replace(/^#/, ""));
    const lists = Object.entries(LISTS).map(([key, mark]) => [key, listed((given.get(key) ?? "").split(mark).filter(Boolean))]);
    return Object.fromEntries([...lists, ...WORDS.map((key) => [key, given.get(key) ?? ""])]);
  }

  function written() {
    const lists = Object.entries(LISTS).map(([key, mark]) => [key, state[key].join(mark)]);
    return new URLSearchParams([...lists, ...WORDS.map((key) => [key, state[key]])].filter(([, value]) => value)).toString();
  }

  function keep() {
    // Replaced, not pushed: the way back leads to the page before. Some systems let a page from a folder keep no address.
    try { history.replaceState(history.state, "", `#${written()}`); } catch { /* the button still gives it */ }
    figure.dataset.address = written();
    document.querySelectorAll("nav.languages a").forEach((link) => { link.hash = written(); });
  }

  function set(changes) {
    Object.assign(state, { cell: "" }, changes);
    keep();
    return show();
  }

  // ---- the arithmetic -------------------------------------------------------------------------------------------------

  const yearOf = (period) => period.slice(0, 4);
  const yearly = (lines) => Object.fromEntries(lines.flatMap((line) => line.rows.filter((row) => row.picked && row.period.length === 4).map((row) => [row.period, row.value])));
  const concern = (told, line) => told.breaks.filter((one) => told.parts[one.home] === told.parts[line.home] && [line.place, "*"].includes(one.place));
  const onOldGround = (breaks, period) => breaks.some((one) => one.kind === "territory" && one.before >= period);

  // What a line is divided by: of the ways to count residents the one that covers most of its years, and no other along the line.
  function residentsOf(line, counts) {
    const years = listed(line.rows.filter((row) => row.picked).map((row) => yearOf(row.period)));
    let best = null;
    for (const told of counts) {
      const own = told.lines.filter((one) => one.place === line.place && one.more === "-");
      const values = yearly(own), covered = years.filter((year) => values[year]).length;
      if (covered > (best?.covered ?? 0)) best = { name: told.name, values, covered, breaks: concern(told, own[0]) };
    }
    return best;
  }

  // The lines as they are chosen: each with its points, what they were divided by, and the breaks that cut it.
  function compute(drawn, rates, counts) {
    const order = [...places.keys()].filter((place) => state.p.includes(place));
    const every = drawn.flatMap((told) => told.lines.filter((line) => order.includes(line.place)).map((line) => ({ ...line, told })));
    const kinds = listed(every.map((line) => line.more)), chosen = state.of.filter((kind) => kinds.includes(kind));
    // Of each definition what is in all, where it has that.
    const definition = (line) => `${line.name} ${line.home}`, whole = new Set(every.filter((line) => line.more === "-").map(definition));
    const first = every.filter((line) => line.more === "-" || !whole.has(definition(line)));
    const of = chosen.length ? chosen : listed(first.map((line) => line.more)).slice(0, 8);
    const lines = (chosen.length ? every : first).filter((line) => of.includes(line.more)).sort((a, b) => order.indexOf(a.place) - order.indexOf(b.place));
    const usd = state.money ? state.money === "usd" : listed(lines.map((line) => line.base).filter(money)).length > 1;
    for (const line of lines) {
      const ground = concern(line.told, line), foreign = usd && line.base !== "USD" && money(line.base);
      const exchange = foreign ? rates.lines.filter((one) => one.place === book.rates[1][line.base]) : [], rate = yearly(exchange);
      line.unit = foreign ? "USD" : line.base;
      line.indexed = state.index && !book.orders.includes(line.base) && !line.told.signed;
      const per = state.per && indicators.get(line.name).per;
      line.residents = per && residentsOf(line, counts);
      line.breaks = [...ground, ...(line.residents?.breaks ?? []), ...exchange.slice(0, 1).flatMap((one) => concern(rates, one))];
      const people = ({ values, breaks }, period) => (onOldGround(ground, period) === onOldGround(breaks, period) ? values[yearOf(period)] : NaN);
      const points = line.rows.map((row) => {
        const more = { rate: foreign ? rate[yearOf(row.period)] : 1, residents: per ? people(line.residents ?? { values: {}, breaks: [] }, row.period) : 1 };
        return { ...row, ...more, raw: row.value, value: (row.value * book.units[row.unit][1]) / more.rate / more.residents };
      }).filter((row) => Number.isFinite(row.value)).sort((a, b) => ends(a.period) - ends(b.period) || b.picked - a.picked);
      const base = line.indexed ? points.findLast((point) => point.picked && yearOf(point.period) === state.index)?.value / 100 : 1;
      line.points = points.map((point) => ({ ...point, value: point.value / base }))
        .filter(({ value, period }) => Number.isFinite(value) && (!state.from || yearOf(period) >= state.from) && (!state.to || yearOf(period) <= state.to));
      // A newspaper prints one figure a year; what other sources say waits in the table, and for who asks.
      line.seen = line.points.filter((point) => point.picked || state.rows);
      line.tone = places.get(line.place)?.tone ?? "other";
      line.label = line.to ? `${placeName(line.place)}–${placeName(line.to)}` : word(line.who) || placeName(line.place);
    }
    return { lines, kinds, of, usd };
  }

  // Lines of one name on one axis, as of a firm that reports in two currencies, say what they differ in.
  function tellApart(lines) {
    for (const way of [(line) => word(line.who), (line) => counted(line.base), (line) => placeName(line.place)]) {
      for (const label of listed(lines.map((line) => line.label))) {
        const twins = lines.filter((line) => line.label === label);
        if (!sameText(twins, way)) twins.forEach((line) => { line.label += ` (${way(line)})`; });
      }
    }
  }

  // As many digits as a source printed; of what was divided here, four.
  const shownNumber = (value, digits = 6) => value.toLocaleString("en", { maximumSignificantDigits: digits });
  const drawnNumber = (line, value) => shownNumber(value, line.residents || line.indexed || line.unit !== line.base ? 4 : 6);

  // Where one axis will not do: measures, definitions and units of their own each get one.
  function panelled(lines) {
    const panels = new Map();
    for (const line of lines.filter((one) => one.seen.length)) {
      const key = [line.name, line.home, line.indexed ? "index" : line.unit, line.kind, line.span, line.monthly].join("|");
      if (!panels.has(key)) panels.set(key, { ...line, lines: [] });
      panels.get(key).lines.push(line);
    }
    for (const panel of panels.values()) {
      const most = Math.max(...panel.lines.flatMap((line) => line.points.map((point) => Math.abs(point.value))));
      [panel.power, panel.word] = powerOf(most, !panel.indexed && (indicators.get(panel.name).per || money(panel.unit)));
      panel.each = panel.residents && !panel.indexed ? [1, 1e3, 1e5, 1e6].find((each) => most * each >= 1) ?? 1e6 : 1;
      panel.scale = panel.each / panel.power;
      panel.unitText = panel.indexed ? `${state.index} = 100` : gap(panel.word, counted(panel.unit)) || `number`;
      const { homes } = indicators.get(panel.name), each = inWords(panel.each), title = titleOf(panel);
      panel.subject = !panel.residents ? title : panel.each > 1 ? `${title}, per ${each} residents` : `${title}, per resident`;
      const several = [...panels.values()].some((one) => one.name === panel.name && one.home !== panel.home);
      const kinds = [several && said(book.datasets[homes[panel.home]][2]), word(panel.kind), panel.span && `over a span of time`, panel.monthly && `by month`];
      panel.title = gap(panel.subject, kinds.filter(Boolean).map((one) => `(${one})`).join(""));
      panel.low = indicators.get(panel.name).low;
      tellApart(panel.lines);
    }
    return [...panels.values()];
  }

  // ---- words below the drawing --------------------------------------------------------------------------------------------

  // Why there are several axes, what was done to the figures, and what could not be.
  function remarks(panels) {
    const notes = [], lines = panels.flatMap((panel) => panel.lines), counts = lines.filter((line) => line.residents);
    if (panels.length > 1) {
      const why = [
        [`measures`, (one) => one.name], [`datasets that define them`, (one) => `${one.name} ${one.home}`], [`units`, (one) => one.indexed || one.unit],
        [`kinds`, (one) => one.kind], [`spans of time`, (one) => `${one.span} ${one.monthly}`],
      ];
      const differ = why.filter(([, of], n) => !sameText(panels, of) && (n !== 1 || sameText(panels, why[0][1]))).map(([name]) => name).join(AND);
      notes.push(`Not on one axis, because these figures are not comparable: they differ in ${differ}.`);
    }
    if (shown.usd && lines.some((line) => line.unit === "USD" && line.base !== "USD")) notes.push(`Money in US dollars, at the average exchange rate of each year. A year without one has no value.`);
    for (const name of listed(counts.map((line) => line.residents.name))) {
      const where = listed(counts.filter((line) => line.residents.name === name).map((line) => placeName(line.place))).join(AND);
      const title = said(indicators.get(name).titles);
      notes.push(`Divided by residents of the same year, ${where}: ${title}. A year without them has no value.`);
    }
    if (panels.some((panel) => panel.low)) notes.push(`Of ranks the first is the best, so it stands at the top.`);
    if (state.per && lines.some((line) => !indicators.get(line.name).per)) notes.push(`This measure is not one to be divided by residents, so it stands as it is.`);
    if (state.index && lines.some((line) => !line.indexed)) notes.push(`Ranks, grades and what can fall below nothing have no index, so they stand as they are.`);
    const lost = shown.lines.filter((line) => !line.points.length && line.rows.length);
    const without = listed(lost.map((line) => line.label)).join(AND);
    if (without) notes.push(`No value with these choices: ${without}.`);
    if (shown.left) notes.push(`Not drawn, because a page holds ${MOST} measures or axes: ${shown.left} more.`);
    if (state.scale === "log" && lines.some((line) => line.points.some((point) => point.value <= 0))) {
      notes.push(`A logarithmic scale has no place for nothing or less, so the axis is linear there.`);
    }
    if (lines.some((line) => line.seen.some((point) => !point.picked || !point.main))) notes.push(`Hollow: figures that stand aside, or a second source.`);
    if (lines.some((line) => line.breaks.some(within(line)))) notes.push(`A short stroke: what is counted changed there.`);
    return notes;
  }

  const within = (line) => (one) => line.seen.some((point) => point.period <= one.before) && line.seen.some((point) => point.period >= one.after);
  const atLast = (line) => line.points.findLast((point) => point.picked) ?? line.points.at(-1);

  // The last figure of each line, the largest (of ranks the best) first, and who says so.
  function latest(panel) {
    const order = [...panel.lines].sort((a, b) => (panel.low ? 1 : -1) * (atLast(a).value - atLast(b).value));
    const value = (line) => shownNumber(atLast(line).value * panel.scale, 4);
    const when = (point) => [spanOf(point), point.main ? "" : `stands aside`].filter(Boolean).join(AND);
    const told = order.slice(0, 6).map((line) => `${line.label} ${value(line)} (${when(atLast(line))})`).join(SEMI);
    const { publisher, grade } = atLast(order[0]).source, head = shown.panels.length > 1 ? panel.title : `The latest figures`;
    return `${head}, ${panel.unitText}: ${told}. Source of the first: ${word(publisher)}, grade ${grade}.`;
  }

  // ---- the table, and every source of a cell ------------------------------------------------------------------------------------

  // Definitions that share a key, and currencies, are told apart.
  const cellKey = (line, point) => [line.name, line.told.parts[line.home][0], line.base, line.place, line.more, point.start, point.period].join("~");

  function table(panels) {
    const columns = panels.flatMap((panel) => panel.lines.map((line) => ({ panel, line })));
    const periods = listed(columns.flatMap(({ line }) => line.points.map(spanOf))).sort().reverse();
    const headed = ({ title, unitText }) => `${title}, ${unitText}`;
    const named = ({ panel, line }) => made("th", { scope: "col", className: "number" }, line.label, panels.length > 1 ? made("small", { textContent: headed(panel) }) : "");
    const head = made("tr", {}, made("th", { scope: "col", textContent: `Period` }), ...columns.map(named));
    const body = periods.map((period) => made("tr", {}, made("th", { scope: "row", textContent: period }), ...columns.map(({ panel, line }) => {
      const points = line.points.filter((point) => spanOf(point) === period), point = points.find((one) => one.picked) ?? points[0];
      if (!point) return made("td");
      const several = points.length > 1 ? ` · ${points.length}` : "";
      const button = made(
        "button", { type: "button", className: point.main ? "" : "aside" },
        drawnNumber(line, point.value * panel.scale), made("small", { textContent: ` ${point.source.grade}${several}` }),
      );
      button.dataset.cell = cellKey(line, point);
      return made("td", { className: "number" }, button);
    })));
    const hint = `Touch a figure for every source of it. The letter is the grade of its source, the number how many sources speak of it.`;
    const caption = made("caption", {}, made("span", {}, panels.length === 1 ? made("b", { textContent: headed(panels[0]) }) : "", made("small", { textContent: hint })));
    part("table").replaceChildren(made("table", {}, caption, made("thead", {}, head), made("tbody", {}, ...body)));
  }

  function cell(focus) {
    const box = part("cell"), every = shown.lines.flatMap((line) => line.points.map((point) => [line, point]));
    const found = every.find(([line, point]) => cellKey(line, point) === state.cell);
    box.hidden = !found;
    if (!found) return;
    const [line, point] = found, rows = line.points.filter((one) => spanOf(one) === spanOf(point));
    const amount = (value, key) => {
      const [, size, words] = book.units[key], whole = value * size;
      const [power, name] = powerOf(whole, size > 1);
      return gap(shownNumber(whole / power), gap(name, said(words)));
    };
    const items = rows.map((row) => {
      const { title, publisher, via, url, date, grade } = row.source;
      const who = /^https?:/.test(url) ? made("a", { href: url, rel: "noreferrer", textContent: title || word(publisher) }) : title || word(publisher);
      const stands = row.picked ? `drawn` : row.main ? `a second source` : `stands aside`;
      const more = [row.reason, row.note].filter(Boolean).flatMap((text) => [" · ", quoted(text)]);
      return made(
        "li", {}, made("b", { textContent: amount(row.raw, row.unit) }), ` · ${stands} · ${word(publisher)} · `, `grade ${grade}`, date && ` · ${date}`, " · ",
        who, via && ` · ${word(via)}`, ...more,
      );
    });
    const own = rows.find((row) => row.picked) ?? point, how = [];
    const [people, rate] = [own.residents, own.rate].map((value) => shownNumber(value)), was = own.was && amount(own.was, own.unit);
    if (line.residents) how.push(`Divided by ${people} residents of that year.`);
    if (line.unit !== line.base) how.push(`One US dollar was ${rate} of the local currency.`);
    if (was) how.push(`In the last edition of this book it was ${was}.`);
    const close = made("button", { type: "button", className: "explore-close", textContent: `Close` });
    close.addEventListener("click", shut);
    const heading = made("h2", { textContent: `${line.label} · ${spanOf(point)} · ${titleOf(line)}` });
    box.replaceChildren(heading, made("ul", {}, ...items), ...how.map((text) => made("p", { textContent: text })), close);
    if (focus) { box.focus({ preventScroll: true }); box.scrollIntoView({ block: "nearest" }); }
  }

  function shut() {
    const key = state.cell;
    state.cell = "";
    keep();
    cell();
    [...root.querySelectorAll("[data-cell]")].find((one) => one.dataset.cell === key)?.focus();
  }

  // What a spreadsheet would take for a formula gets an apostrophe.
  const field = (value) => {
    const text = typeof value === "string" && /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : `${value ?? ""}`;
    return /[",;\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  async function csv() {
    const columns = {
      dataset: (line) => line.told.parts[line.home][0], indicator: (line) => line.name, indicator_title: (_line, _point, panel) => panel.subject,
      place: (line) => line.place, place_name: (line) => placeName(line.place), to_place: (line) => line.to,
      which: (line) => [line.who, line.kind].filter(Boolean).join("; "), period_start: (_, point) => point.start, period: (_, point) => point.period,
      drawn: (_, point, panel) => point.value * panel.scale, drawn_unit: (_line, _point, panel) => panel.unitText,
      value: (_, point) => point.raw, unit: (_, point) => point.unit, status: (_, point) => (point.main ? "main" : "aside"), used: (_, point) => point.picked,
      grade: (_, { source }) => source.grade, publisher: (_, { source }) => source.publisher, url: (_, { source }) => source.url,
      note: (_, point) => [point.reason, point.note].filter(Boolean).join("; "),
    };
    const rows = shown.panels.flatMap((panel) => panel.lines.flatMap((line) => line.points.map((point) => Object.values(columns).map((of) => of(line, point, panel)))));
    const text = [Object.keys(columns), ...rows].map((row) => row.map(field).join(",")).join("\r\n");
    return (await passport()).download(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }), `${state.i.join("-")}.csv`);
  }

  // ---- what is chosen with -------------------------------------------------------------------------------------------------------

  function chips(box, entries, press) {
    const at = [...box.children].indexOf(document.activeElement);
    box.replaceChildren(...entries.map(([key, text, on, tone]) => {
      const chip = made("button", { type: "button", textContent: text, aria: { pressed: String(on) } });
      chip.dataset.tone = tone ?? "";
      chip.addEventListener("click", () => press(key));
      return chip;
    }));
    box.hidden = !entries.length;
    if (at >= 0) (box.children[at] ?? box.lastChild ?? part("words")).focus({ preventScroll: true });
  }

  const toggled = (list, key) => (list.includes(key) ? list.filter((one) => one !== key) : [...list, key]);

  function controls(drawn) {
    const there = new Set(drawn.flatMap((told) => told.lines.map((line) => line.place)));
    const offered = [...places.keys()].filter((key) => there.has(key)).map((key) => [key, placeName(key), state.p.includes(key), places.get(key).tone]);
    chips(part("chips"), offered, (key) => set({ p: toggled(state.p, key) }));
    const many = state.i.length > 1 ? state.i.map((name) => [name, `× ${said(indicators.get(name).titles)}`, true]) : [];
    chips(part("drawn"), many, (name) => set({ i: state.i.filter((one) => one !== name) }));
    const kinds = shown.kinds.length > 1 ? shown.kinds : [];
    const told = (one) => (one === "-" ? `in all` : one === "span" ? `over a span of time` : one === "month" ? `by month` : one.startsWith("→") ? `→ ${placeName(one.slice(1))}` : word(one));
    const named = kinds.slice(0, 40).map((kind) => [kind, kind.split("; ").map(told).join(SEMI), shown.of.includes(kind)]);
    chips(part("kinds"), named, (kind) => set({ of: toggled(shown.of, kind) }));
    const had = drawn.flatMap((told) => told.lines.flatMap((line) => line.rows.map((row) => yearOf(row.period))));
    const years = listed([...had, ...[state.from, state.to, state.index].filter(Boolean)]).sort();
    for (const [name, any] of [["from", `the first year`], ["to", `the last year`], ["index", `no year`]]) {
      part(name).replaceChildren(...["", ...years].map((year) => made("option", { value: year, textContent: year || any, selected: year === state[name] })));
    }
    for (const name of ["scale", "per", "money", "rows"]) part(name).value = state[name];
    part("per").disabled = !book.residents.length || !drawn.some((told) => indicators.get(told.name).per);
    part("money").disabled = !book.rates || !drawn.some((told) => told.lines.some((line) => money(line.base)));
  }

  function find() {
    const words = part("words").value.toLowerCase().split(/\s+/).filter(Boolean), chapter = part("chapter").value, where = part("where").value;
    const fits = (one) => (!chapter || one.chapter === Number(chapter)) && (!where || one.places.includes(where)) && words.every((text) => one.text.includes(text));
    const ranked = [...indicators.values()].filter(fits);
    const score = (one) => words.filter((text) => one.titles.some((title) => title.toLowerCase().includes(text))).length * 1000 + one.places.length;
    ranked.sort((a, b) => score(b) - score(a));
    const items = ranked.slice(0, 40).map((one, n) => {
      const count = one.places.length, there = count > 3 ? `${count} places` : one.places.map(placeName).join(AND);
      const about = made("small", { textContent: [one.dataset, [...new Set(one.years)].join("–"), there].join(SEMI) });
      const item = made("li", { id: `explore-found-${n}`, aria: { role: "option", selected: "false" } }, said(one.titles), about);
      item.dataset.name = one.name;
      return item;
    });
    part("found").replaceChildren(...(items.length ? items : [made("li", { aria: { role: "option", disabled: "true" }, textContent: `Nothing found.` })]));
    open(true);
  }

  function open(yes) {
    part("found").hidden = !yes;
    part("words").setAttribute("aria-expanded", String(yes));
    part("words").removeAttribute("aria-activedescendant");
  }

  function pick(name) {
    const added = part("keep").checked ? [...state.i.filter((one) => one !== name), name].slice(-MOST) : [name];
    open(false);
    part("words").value = "";
    return set({ i: added, of: [], from: "", to: "", index: "", per: indicators.get(name).per ? state.per : "" });
  }

  function keys(event) {
    const items = [...part("found").querySelectorAll("[data-name]")], now = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") return open(false);
    if (event.key === "Enter") {
      event.preventDefault();
      const item = items[Math.max(now, 0)];
      return item && !part("found").hidden ? pick(item.dataset.name) : find();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (part("found").hidden) return find();
    const next = items[(now + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length];
    items.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
    next?.scrollIntoView({ block: "nearest" });
    if (next) part("words").setAttribute("aria-activedescendant", next.id);
  }

  // ---- together -----------------------------------------------------------------------------------------------------------------------

  // What the measures mean, what changed along the lines, and every source of what is drawn.
  function about(names, drawn, lines, rows) {
    const meant = names.flatMap((name, n) => drawn[n].parts.map(([dataset, definition, processing], home) => made(
      "p", {}, made("b", { textContent: titleOf({ name, home }) }), ` · ${dataset} · `, quoted(definition), SEMI, quoted(processing),
    )));
    const changed = lines.flatMap((line) => line.breaks.filter(within(line)).map((one) => `${line.label}, ${one.before} – ${one.after}: ${word(one.reason)}`));
    const cited = listed(rows.map((row) => row.source)).map(({ title, publisher, date, grade }) => [title, word(publisher), date, `grade ${grade}`].filter(Boolean).join(" · "));
    const list = (texts, className = "") => made("ul", { className }, ...listed(texts).map((text) => made("li", { textContent: text })));
    part("about").replaceChildren(...meant, list(changed), list(cited, "source-list"));
  }

  const look = () => ({ width: Math.max(stage.clientWidth, 280), narrow: phone.matches, log: state.scale === "log", told: drawnNumber, look: book.look });

  let turn = 0;
  async function show(focus) {
    const mine = (turn += 1);
    state.i = state.i.filter((name) => indicators.has(name));
    // What no control offers was not chosen here; a year is any year.
    for (const name of ["scale", "per", "money", "rows"]) if (![...part(name).options].some((option) => option.value === state[name])) state[name] = "";
    for (const name of ["from", "to", "index"]) if (!/^\d{4}$/.test(state[name])) state[name] = "";
    if (!state.i.length) Object.assign(state, read(book.opening), { cell: "" });
    const names = state.i.slice(0, MOST), paid = names.some((name) => indicators.get(name).units.some((key) => money(book.units[key][0])));
    const [drawn, rates, counts] = await Promise.all([
      Promise.all(names.map(load)), book.rates && paid ? load(book.rates[0]) : null,
      state.per ? Promise.all(book.residents.map(load)) : [],
    ]);
    if (mine !== turn) return;
    const there = [...places.keys()].filter((key) => drawn.some((told) => told.lines.some((line) => line.place === key)));
    if (!there.some((key) => state.p.includes(key))) {
      const cities = there.filter((key) => book.cities.includes(key));
      state.p = cities.length ? cities : there.slice(0, 6);
    }
    shown = compute(drawn, rates, counts);
    const all = panelled(shown.lines), panels = all.slice(0, MOST);
    Object.assign(shown, { panels, left: all.length - panels.length + state.i.length - names.length });
    const lines = panels.flatMap((panel) => panel.lines), rows = lines.flatMap((line) => line.points);
    const [title, subtitle, source] = ["title", "subtitle", "source"].map((name) => figure.querySelector(`.exhibit-${name}`));
    const titles = listed(panels.map((panel) => (panels.length > 1 ? panel.subject : panel.title)));
    title.textContent = titles.join(SEMI) || `No figures with these choices`;
    const years = lines.flatMap((line) => line.seen.map((point) => yearOf(point.period))).sort(), first = years[0], last = years.at(-1);
    const units = listed(panels.map((panel) => panel.unitText)).join(SEMI), span = first === last ? first : `${first}–${last}`;
    subtitle.textContent = gap(panels.length ? `${units}, ${span}` : "", state.scale === "log" ? `(${`logarithmic scale`})` : "");
    part("latest").textContent = panels.map(latest).join(" ") || `No figures with these choices.`;
    part("notes").replaceChildren(...remarks(panels).map((text) => made("li", { textContent: text })));
    const from = rows.filter((row) => row.picked).map((row) => word(row.source.publisher)), times = (name) => from.filter((one) => one === name).length;
    const publishers = listed(from).sort((a, b) => times(b) - times(a)), others = publishers.length - 3;
    const makers = publishers.slice(0, 3).join(SEMI);
    source.textContent = others > 0 ? `Source: ${makers} and ${others} more.` : `Source: ${makers}.`;
    about(names, drawn, lines, rows);
    controls(drawn);
    table(panels);
    cell(focus);
    keep();
    const place = made("div", { className: "exhibit-live" });
    if (panels.length) await draw(place, specification(panels, look()), `${title.textContent}. ${part("latest").textContent}`);
    if (mine !== turn) return;
    stage.replaceChildren(place);
    root.dataset.ready = String(mine);
  }

  async function begin() {
    script(vegaUrl).catch(() => {}); // on its way while the figures come
    book = await asked("catalogue");
    places = new Map(book.places.map(([key, tone, names]) => [key, { tone, names }]));
    tongue = Math.max(book.languages.indexOf(document.documentElement.lang), 0);
    indicators = new Map(book.indicators.map(([name, named, homes, there, units, years, per, low]) => {
      const sets = homes.map((home) => book.datasets[home]), [, chapter, dataset] = sets[0], titles = named[0];
      const around = sets.flatMap(([key, one, names]) => [key, ...book.chapters[one], ...names]);
      const text = [name, ...named.flat(), ...around, ...there.flatMap((key) => [key, ...(places.get(key)?.names ?? [])])].join(" ").toLowerCase();
      return [name, { name, titles, named, homes, places: there, units, years, per, low, chapter, dataset: said(dataset), text }];
    }));
    part("chapter").append(...book.chapters.map((names, n) => made("option", { value: n, textContent: said(names) })));
    const somewhere = new Set(book.indicators.flatMap((one) => one[3]));
    part("where").append(...[...places.keys()].filter((key) => somewhere.has(key)).map((key) => made("option", { value: key, textContent: placeName(key) })));
    state = read(location.hash.includes("=") ? location.hash : book.opening);
    const on = (name, type, act) => part(name).addEventListener(type, act);
    on("find", "submit", (event) => event.preventDefault());
    on("words", "input", find);
    on("words", "click", find);
    on("words", "keydown", keys);
    on("words", "blur", () => setTimeout(() => open(false), 200));
    for (const name of ["chapter", "where"]) on(name, "change", () => { part("words").focus(); find(); });
    // The field keeps the focus; a finger that scrolls the list has chosen nothing.
    on("found", "mousedown", (event) => event.preventDefault());
    on("found", "click", (event) => {
      const item = event.target.closest("[data-name]");
      if (item) pick(item.dataset.name);
    });
    for (const name of ["from", "to", "scale", "per", "money", "index", "rows"]) on(name, "change", (event) => set({ [name]: event.target.value }));
    on("table", "click", ({ target }) => {
      const button = target.closest("[data-cell]");
      if (!button) return;
      state.cell = button.dataset.cell;
      keep();
      cell(true);
    });
    on("cell", "keydown", (event) => { if (event.key === "Escape") shut(); });
    figure.querySelector(".passport").addEventListener("click", async ({ target }) => {
      const control = target.closest("[data-do]"), what = control?.dataset.do;
      if (what === "link") {
        const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject(new Error("no clipboard"));
        copied.then(() => { control.textContent = `Copied`; }, () => { part("latest").textContent = location.href; });
      } else if (what) await (what === "csv" ? csv() : (await passport())[what]({ figure, control }));
    });
    addEventListener("hashchange", () => {
      if (!location.hash.includes("=") || location.hash.slice(1) === figure.dataset.address) return;
      state = read(location.hash);
      show(true);
    });
    let wide = stage.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(stage.clientWidth - wide) <= 30) return;
      wide = stage.clientWidth;
      show();
    }).observe(stage);
    await show(Boolean(state.cell));
  }

  begin().catch((error) => {
    root.dataset.ready = "failed";
    part("latest").textContent = `The figures did not load; the files are in the appendix on the data.`;
    console.warn(error);
  });
})();
