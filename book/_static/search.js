// The search page: finds words and exhibits in the index that the build wrote, shows them with excerpts, and leads to the place.
(() => {
  "use strict";
  const FIRST = 8;
  const HAN = /[\u3400-\u9fff]+/g;
  const isHan = (text) => /[\u3400-\u9fff]/.test(text);
  const KINDS = { exhibit: "", section: "Section", claim: "Claim of the article", dataset: "Dataset" };
  const { made } = window.gbaLive;
  const index = window.gbaSearch;
  const root = document.documentElement.dataset.content_root;
  const form = document.querySelector("form.search-form");
  const field = document.getElementById("search-words");
  const count = document.getElementById("search-count");
  const found = document.getElementById("search-found");

  // One form of every sign, so that case, accents, full width and the two Chinese scripts make no difference. The length stays the
  // same: a place in the folded text is the same place in the text.
  const simplified = new Map([...index.old].map((sign, n) => [sign, [...index.new][n]]));
  const plain = (sign) => {
    const base = (simplified.get(sign) ?? sign).normalize("NFKD")[0].toLowerCase();
    return base.length === sign.length ? base : sign;
  };
  // A plan is written \u8ba1\u5212, \u8a08\u5283 and \u8a08\u756b: the last differs from the others by more than its script.
  const fold = (text) => text.replace(/[A-Z]/g, (sign) => sign.toLowerCase()).replace(/[^\x00-\x7f]/g, plain).replaceAll("\u2019", "'")
    .replace(/([\u8ba1\u89c4\u7b56\u4f01\u7b79])\u753b/g, "$1\u5212");

  const entries = index.entries.map(([kind, page, anchor, title, text]) => ({ kind, page, anchor, title, text, inTitle: fold(title), inText: fold(text) }));
  const names = index.places.map((all) => [...new Set(all.map(fold))]);
  const shown = new Map(index.places.flat().reverse().map((name) => [fold(name), name]));
  const chinese = names.flatMap((all) => all.filter(isHan).map((name) => [name, all])).sort((a, b) => b[0].length - a[0].length);
  const english = names.map((all) => [all[0], all]).sort((a, b) => b[0].length - a[0].length);
  const everything = entries.map((entry) => `${entry.inTitle}\n${entry.inText}`).join("\n");

  // Endings of English that a reader may or may not type. What is left is looked for at the beginning of words.
  const stem = (word) => {
    if (!/^[a-z]{5,}$/.test(word)) return word;
    const bare = word.replace(/(?:ies|ied)$/, "i").replace(/(?:ings?|edly|ed|ers?|es|s|ly)$/, "");
    return (bare.length > 3 ? bare : word).replace(/[eyi]$/, "");
  };
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  const pattern = (way) => isHan(way) ? escaped(way)
    : /^\d[\d.,]*$/.test(way) ? `(?<![\\d.,])${escaped(way)}(?![\\d]|[.,]\\d)`
    : `(?<![a-z0-9])${way.split(" ").map((word) => escaped(stem(word))).join("[a-z]* ")}`;
  const term = (ways, said) => ({ said, ways, all: new RegExp(ways.map(pattern).join("|"), "g") });

  // Splits what a reader typed: quoted phrases, names of places in any script, words, and Chinese without spaces.
  function terms(query) {
    let rest = fold(query);
    const made = [];
    const take = (text, ways) => {
      if (!made.some((one) => one.said === text)) made.push(term(ways, text));
    };
    rest = rest.replace(/"([^"]+)"/g, (_, phrase) => (take(phrase.trim(), [phrase.trim()]), " "));
    for (const [name, all] of english) {
      const whole = new RegExp(`(?<![a-z0-9])${escaped(name)}(?![a-z0-9])`);
      if (whole.test(rest)) {
        take(name, all);
        rest = rest.replace(whole, " ");
      }
    }
    rest = rest.replace(HAN, (run) => (cut(run).forEach(([text, ways]) => take(text, ways)), " "));
    for (const word of rest.match(/[\p{L}\p{N}]+(?:[.,'\u2019-][\p{L}\p{N}]+)*/gu) ?? []) take(word, [word]);
    return made;
  }

  // A run of Chinese: places by name; what stands in the book as it is; else every two neighbours, which need not touch.
  function cut(run) {
    if (!run) return [];
    const place = chinese.find(([name]) => run.includes(name));
    if (place) {
      const at = run.indexOf(place[0]);
      return [[place[0], place[1]], ...cut(run.slice(0, at)), ...cut(run.slice(at + place[0].length))];
    }
    // A part of one place's name only, as 大灣區 is, means that place.
    const part = run.length > 1 ? chinese.filter(([name]) => name.includes(run)) : [];
    if (part.length === 1) return [[run, [run, part[0][1][0]]]];
    if (run.length < 3 || everything.includes(run)) return [[run, [run]]];
    return [...run].slice(1).map((sign, n) => run[n] + sign).map((pair) => [pair, [pair]]);
  }

  const times = (text, one) => {
    one.all.lastIndex = 0;
    let n = 0;
    while (n < 8 && one.all.exec(text)) n += 1;
    return n;
  };

  // Entries that have all words; where there are none, those that have most of them.
  function search(words, number) {
    const held = entries.map((entry) => words.map((one) => 6 * Math.min(1, times(entry.inTitle, one)) + Math.log2(1 + times(entry.inText, one))));
    const rarity = words.map((_, n) => Math.log(1 + entries.length / (1 + held.filter((row) => row[n]).length)));
    const covered = held.map((row) => row.filter(Boolean).length);
    const most = Math.max(0, ...covered);
    const asked = number && `exhibit ${number}:`;
    const hits = entries.map((entry, n) => ({ entry, called: asked && entry.inTitle.startsWith(asked), score: held[n].reduce((sum, value, k) => sum + value * rarity[k], 0) }))
      .filter(({ called }, n) => called || (most && covered[n] === most)).sort((a, b) => Boolean(b.called) - Boolean(a.called) || b.score - a.score);
    return { hits, missing: words.filter((_, n) => !held.some((row) => row[n])), all: most === words.length };
  }

  function marked(tag, text, words, properties) {
    const parts = [];
    const folded = fold(text);
    const spots = words.flatMap((one) => [...folded.matchAll(one.all)].map((hit) => {
      let end = hit.index + hit[0].length;
      while (/[a-z]/.test(folded[end - 1]) && /[a-z]/.test(folded[end] ?? "")) end += 1;
      return [hit.index, end];
    })).sort((a, b) => a[0] - b[0]);
    let at = 0;
    for (const [start, end] of spots) {
      if (start < at) continue;
      parts.push(text.slice(at, start), made("mark", {}, text.slice(start, end)));
      at = end;
    }
    return made(tag, properties, ...parts, text.slice(at));
  }

  // The stretch of a text that holds most of the words.
  function excerpt(text, words) {
    const length = isHan(text.slice(0, 40)) ? 90 : 190;
    const folded = fold(text);
    const spots = words.flatMap((one) => [...folded.matchAll(one.all)].slice(0, 30).map((hit) => [hit.index, one]));
    let best = [0, 0];
    for (const [start] of spots) {
      const inside = new Set(spots.filter(([at]) => at >= start && at < start + length - 30).map(([, one]) => one)).size;
      if (inside > best[1]) best = [start, inside];
    }
    let from = Math.max(0, best[0] - 40);
    if (from) from = Math.max(from, text.indexOf(" ", from) > 0 && text.indexOf(" ", from) < best[0] ? text.indexOf(" ", from) + 1 : from);
    const cutOff = text.slice(from, from + length);
    return `${from ? "… " : ""}${from + length < text.length ? `${cutOff.replace(/ \S*$/, "")} …` : cutOff}`;
  }

  // All that a page says, by its number; every page begins with the title of the book and those of its pages.
  const said = new Map();
  function pageText(page) {
    if (!said.has(page)) {
      const head = fold([document.title, ...index.pages.map(([, name]) => name)].join("\n"));
      said.set(page, head + entries.filter((entry) => entry.page === page).map((entry) => `\n${entry.inTitle}\n${entry.inText}`).join(""));
    }
    return said.get(page);
  }

  // The words around a hit, within its sentence, as many as stand nowhere else in the page: browsers seek a text from the head of the document.
  function quotation(entry, words) {
    const first = words.map((one) => (one.all.lastIndex = 0, one.all.exec(entry.inText))).filter(Boolean).sort((a, b) => a.index - b.index)[0];
    if (!first) return "";
    const page = pageText(entry.page);
    const sentence = [...entry.inText.matchAll(/[^.:;?!\u3002\uff01\uff1f\uff1b]+/g)].find((part) => part.index + part[0].length > first.index);
    const bounds = [...sentence[0].matchAll(isHan(first[0]) ? /[^\s\uff0c\u3001,()\u300c\u300d]/g : /\S+/g)].map((part) => [sentence.index + part.index, sentence.index + part.index + part[0].length]);
    const at = bounds.findIndex(([, end]) => end > first.index);
    for (let wide = 1; wide < 8 && at >= 0; wide += 1) {
      const [start, end] = [bounds[Math.max(0, at - wide)][0], bounds[Math.min(bounds.length - 1, at + wide)][1]];
      const said = entry.inText.slice(start, end);
      if (page.split(said).length === 2) return entry.text.slice(start, end);
    }
    return "";
  }

  function address(entry, words) {
    const place = `${root}${index.pages[entry.page][0]}#${encodeURIComponent(entry.anchor)}`;
    // Browsers that can go to a word in the text do; where they do not find it, they go to the section.
    const said = "fragmentDirective" in document && entry.kind === "section" ? quotation(entry, words) : "";
    return said ? `${place}:~:text=${encodeURIComponent(said).replaceAll("-", "%2D")}` : place;
  }

  function item({ entry }, words) {
    const link = marked("a", entry.title, words, { href: address(entry, words) });
    const where = [KINDS[entry.kind], index.pages[entry.page][1]].filter((part) => part && part !== entry.title).join(" · ");
    return made("li", {}, link, made("p", { className: "search-where" }, where), marked("p", excerpt(entry.text, words), words));
  }

  function group(title, hits, words) {
    if (!hits.length) return;
    const id = `found-${title.toLowerCase()}`;
    const list = made("ol", {}, ...hits.slice(0, FIRST).map((hit) => item(hit, words)));
    const part = made("section", { aria: { labelledby: id } }, made("h2", { id }, `${title} (${hits.length})`), list);
    if (hits.length > FIRST) {
      const more = made("button", { type: "button", className: "search-more" }, `Show the other ${hits.length - FIRST}`);
      more.addEventListener("click", () => {
        const rest = hits.slice(FIRST).map((hit) => item(hit, words));
        list.append(...rest);
        more.remove();
        rest[0].querySelector("a").focus();
      });
      part.append(more);
    }
    found.append(part);
  }

  // A word that stands nowhere: the word of the book that shares most pairs of letters with it, if it shares more than half.
  const pairs = (word) => [...word].map((sign, n) => sign + (word[n + 1] ?? "$"));
  let vocabulary;
  function nearest(word) {
    vocabulary ??= [...new Set(everything.match(/[a-z]{3,}/g))].map((other) => [other, pairs(other)]);
    const own = new Set(pairs(word));
    const alike = vocabulary.map(([other, all]) => [2 * all.filter((pair) => own.has(pair)).length / (all.length + own.size), other]);
    const [, best] = alike.reduce((a, b) => (b[0] > a[0] ? b : a), [0.6, ""]);
    return best;
  }

  const counted = (n, what) => (n ? `${n} ${what}${n === 1 ? "" : "s"}` : `no ${what}`);

  function show() {
    const query = field.value.trim();
    document.title = `${query ? `${query} – ` : ""}Search${title}`;
    found.replaceChildren();
    const words = terms(query);
    if (!words.length) {
      count.textContent = "";
      return;
    }
    const number = /^(?:exhibit |figure |\u56fe ?)?([a-z]?\d+(?:\.\d+)?)\W*$/.exec(fold(query))?.[1];
    const { hits, missing, all } = search(words, number);
    const exhibits = hits.filter(({ entry }) => entry.kind === "exhibit");
    const others = hits.filter(({ entry }) => entry.kind !== "exhibit");
    const also = words.flatMap((one) => one.ways.filter((way) => way !== one.said)).map((way) => shown.get(way) ?? way);
    const heard = hits.length ? `Found ${counted(exhibits.length, "exhibit")} and ${counted(others.length, "place")} in the text` : "Nothing found";
    count.textContent = [`${heard}.`, hits.length && !all ? "No place has all of the words; these have most of them." : "", also.length ? `Looked for ${also.join(", ")} too.` : ""].filter(Boolean).join(" ");
    const better = missing.map((one) => [one.said, /^[a-z]{4,}$/.test(one.said) ? nearest(one.said) : ""]).filter(([, word]) => word);
    if (better.length) {
      const wish = better.reduce((text, [said, word]) => text.replace(said, word), fold(query));
      const ask = made("button", { type: "button", className: "search-more" }, wish);
      ask.addEventListener("click", () => { field.value = wish; field.focus(); run(); });
      found.append(made("p", {}, "Did you mean ", ask, "?"));
    }
    group("Exhibits", exhibits, words);
    group("Text", others, words);
  }

  function run() {
    show();
    // Some browsers do not let a page from a folder change its address: the results are there all the same.
    try { history.replaceState(null, "", field.value.trim() ? `?q=${encodeURIComponent(field.value.trim())}` : location.pathname); } catch { /* fine */ }
  }

  const title = document.title.replace(/^Search/, "");
  let pause;
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); run(); });
  field.addEventListener("input", (event) => {
    clearTimeout(pause);
    if (!event.isComposing) pause = setTimeout(run, 200);
  });
  field.addEventListener("compositionend", () => { clearTimeout(pause); pause = setTimeout(run, 200); });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  show();
  field.focus();
})();
