// The drawing of the page Explore: lines through time, or bars of one year, as a Vega-Lite specification in the style of the book.
(() => {
  "use strict";
  const DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [12, 4]]; // places without a colour of their own
  const begins = (period) => { const [year, month = 1, day = 1] = period.split("-").map(Number); return year + (month - 1 + (day - 1) / 31) / 12; };
  const ends = (period) => begins(period) + { 4: 1, 7: 1 / 12, 10: 1 / 365 }[period.length];
  const spanOf = (point) => (point.start ? `${point.start} – ${point.period}` : point.period);
  let how;

  const measure = document.createElement("canvas").getContext("2d");
  const widthOf = (text) => { measure.font = "bold 12px Arial, sans-serif"; return measure.measureText(text).width; };
  const clipped = (text, room) => { let short = text; while (widthOf(short) > room && short.length > 3) short = `${short.slice(0, -2).trimEnd()}…`; return short; };
  const INK = Object.fromEntries(Object.entries(window.gbaPalette).map(([light, token]) => [token, light]));

  // Points of a line with where they stand, and the piece that joins each to the next: none over a missing year, a break, or from one source's word to another's.
  function pieces(line, panel, cut) {
    const points = line.seen.map((point) => ({ ...point, x: begins(point.period), y: point.value * panel.scale, solid: point.picked && point.main && !line.span }));
    for (const grain of [4, 7, 10]) {
      const own = points.filter((point) => point.solid && point.period.length === grain);
      const steps = own.slice(1).map((point, n) => 12 * (point.x - own[n].x)).sort((a, b) => a - b);
      const usual = grain === 10 ? 12 : [1, 3, 6, 12].find((step) => steps[steps.length >> 1] <= step * 1.1) ?? 12;
      own.forEach((point, n) => {
        const before = own[n - 1];
        const edge = (one) => Math.max(begins(one.after), ends(one.before));
        const broken = before && line.breaks.some((one) => ends(point.period) > edge(one) && ends(before.period) <= edge(one) + 1e-9);
        const near = before && !broken && 12 * (point.x - before.x) <= usual * 1.1;
        point.piece = near ? before.piece : `${line.label} ${grain} ${n}`;
        if (near) point.joined = before.joined = true;
        if (broken && point.x - before.x <= 3) {
          const middle = how.log ? Math.sqrt(point.y * before.y) : (point.y + before.y) / 2;
          cut.push({ x: (point.x + before.x) / 2, y: middle });
        }
      });
    }
    return points;
  }

  // The ends of an axis: round, from nothing where that hides nothing.
  function reach(values, log) {
    let [low, high] = [Math.min(...values), Math.max(...values)];
    if (log) return [low, high === low ? high * 2 : high];
    if (low > 0 && low < 0.6 * high) low = 0;
    if (high === low) [low, high] = [Math.min(0, low), Math.max(0, high) || 1];
    const step = 10 ** Math.floor(Math.log10(high - low)) / 2;
    return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  }

  // Names stand at the ends of lines; those that would lie upon each other give way.
  function spread(names) {
    for (let round = 0; round < 60; round += 1) {
      names.sort((a, b) => a.v - b.v).forEach((one, n) => names.slice(n + 1).forEach((other) => {
        const near = Math.abs(one.u - other.u) < Math.max(one.long, other.long) + 8, lack = 14 - (other.v - one.v);
        if (near && lack > 0) { one.v -= lack / 2; other.v += lack / 2; }
      }));
    }
    return names;
  }

  const COLOUR = { field: "c", type: "nominal", scale: null, legend: null };
  const logarithmic = (values) => how.log && values.every((value) => value > 0);

  function linesOf(panel, width, height, domain) {
    const cut = [], points = panel.lines.map((line) => pieces(line, panel, cut)), ys = points.flat().map((point) => point.y), log = logarithmic(ys);
    const room = Math.min(Math.max(...panel.lines.map((line) => widthOf(line.label))) + 20, width * 0.36), wide = width - 58 - room;
    const [low, high] = reach(ys, log), turned = panel.low ? [high, Math.max(low, 1)] : [low, high];
    const height01 = (y) => (log ? Math.log(y / turned[0]) / Math.log(turned[1] / turned[0]) : (y - turned[0]) / (turned[1] - turned[0]));
    let plain = 0;
    const values = panel.lines.map((line, n) => {
      const tone = line.tone, twin = panel.lines.findIndex((one) => one.place === line.place) < n;
      const dash = tone === "other" || twin ? DASHES[plain++ % DASHES.length] : DASHES[0];
      return points[n].map(({ x, y, piece, joined, solid, ...point }) => ({
        x, y, piece, joined, solid, dash, c: INK[tone], label: line.label, period: spanOf(point), told: how.told(line, y),
      }));
    });
    const names = spread(values.map((own) => own.findLast((point) => point.solid) ?? own.at(-1)).map((point, _, all) => ({
      c: point.c, text: clipped(point.label, room - 10), long: widthOf(point.label),
      u: all.length > 5 ? wide : ((point.x - domain[0]) / (domain[1] - domain[0])) * wide, v: height * (1 - height01(point.y)),
    })));
    const x = {
      field: "x", type: "quantitative", title: null, scale: { domain, nice: false, zero: false },
      axis: { format: "d", tickMinStep: 1, tickCount: how.narrow ? 4 : 7, labelOverlap: "greedy" },
    };
    const y = {
      field: "y", type: "quantitative", title: panel.unitText, scale: { domain: turned, nice: false, zero: false, ...(log && { type: "log" }) },
      axis: { tickCount: 5, format: ",.12~g", minExtent: 44 },
    };
    const flat = values.flat();
    const layer = (rows, mark, encoding = {}) => (rows.length ? [{ data: { values: rows }, mark, encoding: { x, y, ...encoding } }] : []);
    const color = COLOUR, tooltip = Object.entries({ label: "title", period: " ", told: panel.unitText }).map(([field, title]) => ({ field, title })); // of two lines of one title Vega-Lite keeps the first
    const pixels = (field) => ({ field, type: "quantitative", scale: null, axis: null }), words = { x: pixels("u"), y: pixels("v"), text: { field: "text" } };
    return { width: wide, height, view: { stroke: null }, layer: [
      ...[...new Set(flat.map((point) => point.dash))].flatMap((dash) => layer(
        flat.filter((point) => point.joined && point.dash === dash),
        { type: "line", strokeWidth: 2.2, ...(dash !== DASHES[0] && { strokeDash: dash }) },
        { color, detail: { field: "piece", type: "nominal" } },
      )),
      ...layer(cut, { type: "point", shape: "stroke", angle: 115, size: 110, strokeWidth: 1.6, filled: false, color: INK.rule }),
      ...layer(flat.filter((point) => point.solid && !point.joined), { type: "point", size: 32 }, { color }),
      ...layer(flat.filter((point) => !point.solid), { type: "point", filled: false, fill: INK.paper, size: 26, strokeWidth: 1.3 }, { color }),
      // Transparent targets: a fingertip is wider than a line.
      ...layer(flat, { type: "square", size: 144, color: "transparent", strokeWidth: 0 }, { tooltip }),
      ...layer(names, { type: "text", align: "left", dx: 7, fontWeight: "bold", color: INK.paper, stroke: INK.paper, strokeWidth: 3 }, words),
      ...layer(names, { type: "text", align: "left", dx: 7, fontWeight: "bold" }, { ...words, color }),
    ] };
  }

  // Where no line has two figures, places are compared: bars, the longest first, with the year where years differ.
  function barsOf(panel, width) {
    const rows = panel.lines.map((line) => {
      const point = line.seen.find((one) => one.picked) ?? line.seen[0], y = point.value * panel.scale;
      return { y, c: INK[line.tone], label: line.label, told: `${how.told(line, y)} (${point.period})` };
    }).sort((a, b) => (panel.low ? a.y - b.y : b.y - a.y));
    const left = Math.min(Math.max(...rows.map((row) => widthOf(row.label))) + 12, width * 0.36);
    const right = Math.max(...rows.map((row) => widthOf(row.told))) + 16;
    rows.forEach((row) => { row.label = clipped(row.label, left - 10); });
    const log = logarithmic(rows.map((row) => row.y));
    const y = { field: "label", type: "nominal", sort: null, title: null, axis: { ticks: false, domain: false, labelLimit: left, minExtent: left, labelColor: INK.ink } };
    const x = { field: "y", type: "quantitative", title: panel.unitText, scale: { zero: !log, ...(log && { type: "log" }) }, axis: { tickCount: 4, format: ",.12~g" } };
    return { width: width - left - right - 10, height: { step: 24 }, view: { stroke: null }, data: { values: rows }, layer: [
      { mark: log ? { type: "point", size: 60 } : { type: "bar", height: 14 }, encoding: { x, y, color: COLOUR } },
      { mark: { type: "text", align: "left", dx: 6 }, encoding: { x, y, text: { field: "told" } } },
    ] };
  }

  // `chosen`: the width and whether it is narrow, whether the scale is logarithmic, a number in words, the look of the book.
  function specification(panels, chosen) {
    how = chosen;
    const { width } = how;
    const xs = panels.flatMap((panel) => panel.lines.flatMap((line) => line.seen.map((point) => begins(point.period))));
    const domain = [Math.min(...xs), Math.max(...xs)];
    const single = (panel) => panel.lines.every((line) => new Set(line.seen.map((point) => point.period)).size < 2);
    if (domain[0] === domain[1]) domain[1] += 1;
    const height = panels.length > 1 ? 170 : how.narrow ? 250 : 340;
    const views = panels.map((panel) => ({
      ...(single(panel) ? barsOf(panel, width) : linesOf(panel, width, height, domain)),
      ...(panels.length > 1 && { title: { text: clipped(panel.title, width - 20), fontSize: 13, offset: 22 } }),
    }));
    const whole = views.length > 1 ? { vconcat: views, spacing: 26 } : views[0];
    return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", config: how.look, padding: { left: 2, top: 6, right: 2, bottom: 4 }, ...whole };
  }

  window.gbaExploreChart = { begins, ends, spanOf, specification };
})();
