// Search quotes, claims and speakers, and filter them. The index is in files that are loaded when
// they are needed, as scripts, since a page in a folder may load nothing else.
"use strict";
const rules = {{ search_rules | tojson }};
const filters = Object.fromEntries({{ search_filters | tojson }});
const AT_ONCE = 20, ZERO = 0x30;
const byId = id => document.getElementById(id);
const form = byId("search"), box = byId("q"), found = byId("found"), overview = byId("overview");
const list = byId("results"), count = byId("count"), more = byId("more"), panel = byId("filters");
const dates = { from: byId("from"), to: byId("to") };

// Files of the index.
const files = new Map();
window.onrecord = (name, value) => files.get(name).resolve(value);
function load(name) {
  if (!files.has(name)) {
    const file = {}, script = document.createElement("script");
    file.value = new Promise((resolve, reject) => { Object.assign(file, { resolve, reject }); });
    files.set(name, file);
    script.src = `search/${name}.js`;
    script.addEventListener("error", () => { files.delete(name); file.reject(new Error(name)); });
    document.head.append(script);
  }
  return files.get(name).value;
}
let prepared = null;
const about = () => prepared ??= load("about").then(prepare).catch(error => { prepared = null; throw error; });
function prepare(index) {
  const { codes, sizes } = index;
  index.of = new Uint32Array(index.records);
  for (let at = 0; at < index.records; at += 1) index.of[at] = codes.charCodeAt ? codes.charCodeAt(at) - ZERO : codes[at];
  let first = 0;
  index.starts = sizes.map(size => { first += size; return first - size; });
  for (const column of Object.values(index.filters)) column.checks = [];
  offer(index);
  return index;
}
// The place of the last of some values in order that is at most another one; -1 if there is none.
function last(values, most) {
  let low = 0, high = values.length;
  while (low < high) { const half = (low + high) >> 1; if (values[half] <= most) low = half + 1; else high = half; }
  return low - 1;
}
// What is shown of the records in a file: of each, what is shown of its article, and when that is from.
const shownIn = new Map();
async function records(name) {
  if (!shownIn.has(name)) shownIn.set(name, (await load(name)).flatMap(([where, when, own]) => own.map(one => [where, when, one])));
  return shownIn.get(name);
}

// Terms, as the index has them.
const ignored = new RegExp(`[${rules.ignored}]`, "gu"), apart = /[^\p{L}\p{N}\p{M}]+/gu;
const same = new RegExp(`[${Object.keys(rules.same).join("")}]`, "gu");
const runs = new RegExp(`([${rules.paired}]+)|[^${rules.paired}]+`, "gu");
const words = text => text.normalize("NFKD").toLowerCase().replace(same, one => rules.same[one])
  .replace(ignored, "").replace(apart, " ").split(" ").filter(Boolean);
function query(text) {
  const terms = new Map();
  for (const word of words(text)) {
    for (const [run, pairs] of word.matchAll(runs)) {
      const letters = [...run];
      if (!pairs) terms.set(run, letters.length > 1);
      else if (letters.length === 1) terms.set(run, true);
      else for (let at = 0; at + 1 < letters.length; at += 1) terms.set(letters[at] + letters[at + 1], false);
    }
  }
  return terms;
}

// The records that have a term, or one that begins with it.
async function having(term, begins, index) {
  const { firsts, records } = index, names = [];
  const from = last(firsts, term);
  for (let at = Math.max(from, 0); at < firsts.length; at += 1) {
    if (at > from && !(begins && firsts[at].startsWith(term))) break;
    names.push(`t${at}`);
  }
  const flags = new Uint8Array(records);
  for (const [terms, postings] of await Promise.all(names.map(load))) {
    let from = 0, to = terms.length;
    while (from < to) { const half = (from + to) >> 1; if (terms[half] < term) from = half + 1; else to = half; }
    for (; from < terms.length && (begins ? terms[from].startsWith(term) : terms[from] === term); from += 1) {
      let number = 0;
      for (const distance of postings[from].split(" ")) { number += +distance; flags[number] = 1; }
    }
  }
  return flags;
}

// Which records are found, and how many there would be with each value of a filter.
async function search(state, index) {
  const asked = [...query(state.q)];
  const flags = await Promise.all(asked.map(([term, begins]) => having(term, begins, index)));
  if (state.q.trim() && !asked.length) flags.push(new Uint8Array(index.records)); // signs alone, such as "!"
  if (state.from || state.to) {
    const dated = new Uint8Array(index.records);
    let at = 0;
    for (const [date, number] of index.dates) {
      if (date && date >= state.from.slice(0, date.length) && (!state.to || date <= state.to.slice(0, date.length))) dated.fill(1, at, at + number);
      at += number;
    }
    flags.push(dated);
  }
  const columns = Object.keys(filters).map(name => index.filters[name]), { profiles, of } = index;
  const chosen = Object.keys(filters).map((name, at) => state[name].length && new Set(state[name].map(value => columns[at].values.indexOf(value))));
  // Of each profile, the filters that it does not match; and how many records there are of it.
  const missed = profiles.map(own => own.flatMap((codes, at) => chosen[at] && !codes.some(code => chosen[at].has(code)) ? [at] : []));
  const numbers = new Uint32Array(profiles.length), matches = missed.map(some => !some.length), hits = [];
  next: for (let number = 0; number < index.records; number += 1) {
    for (const each of flags) if (!each[number]) continue next;
    const profile = of[number];
    numbers[profile] += 1;
    if (matches[profile]) hits.push(number);
  }
  const counts = columns.map(column => new Uint32Array(column.values.length));
  profiles.forEach((own, profile) => {
    const [one, ...others] = missed[profile];
    if (others.length) return;
    own.forEach((codes, at) => { if (one === undefined || one === at) for (const code of codes) counts[at][code] += numbers[profile]; });
  });
  const kinds = columns[0].values.map((_, code) => hits.length && profiles.reduce((sum, own, profile) => sum + (matches[profile] && own[0][0] === code ? numbers[profile] : 0), 0));
  return { hits, counts, kinds };
}

// The state is in the address, so that it can be shared.
const empty = () => ({ q: "", from: "", to: "", all: false, ...Object.fromEntries(Object.keys(filters).map(name => [name, []])) });
function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)), state = empty();
  for (const name of ["q", "from", "to"]) state[name] = given.get(name) || "";
  for (const name of Object.keys(filters)) state[name] = given.getAll(name);
  state.all = given.has("all");
  return state;
}
function toAddress(state) {
  const given = new URLSearchParams();
  for (const name of ["q", "from", "to"]) if (state[name]) given.set(name, state[name]);
  for (const name of Object.keys(filters)) for (const value of state[name]) given.append(name, value);
  if (state.all && ![...given].length) given.set("all", "");
  const text = String(given);
  if (text !== location.hash.slice(1)) history.replaceState(null, "", text ? `#${text}` : location.href.split("#")[0]);
}
const isActive = state => state.all || Object.values(state).some(value => value.length > 0);

let state = empty(), turn = 0, shown = 0, latest = null;
async function update() {
  const own = turn += 1;
  toAddress(state);
  const active = isActive(state);
  found.hidden = !active;
  overview.hidden = active;
  document.body.classList.toggle("searching", active);
  if (!active) { count.textContent = ""; return; }
  try {
    const index = await about();
    const result = await search(state, index);
    if (own !== turn) return;
    latest = { ...result, terms: query(state.q), index, own };
    mark(index, result.counts);
    await show(true);
  } catch (error) {
    if (own !== turn) return;
    list.replaceChildren();
    count.textContent = "The index could not be loaded. Are all files of the site there?";
    if (!error.message.match(/^(about|[rt]\d+)$/)) throw error;
  }
}

async function show(anew) {
  const { hits, kinds, terms, index, own } = latest, from = anew ? 0 : shown, to = Math.min(from + AT_ONCE, hits.length);
  const of = hits.slice(from, to), places = of.map(number => last(index.starts, number)), names = [...new Set(places)];
  const parts = new Map(await Promise.all(names.map(async name => [name, await records(`r${name}`)])));
  if (own !== turn) return;
  const items = of.map((number, at) => item(...parts.get(places[at])[number - index.starts[places[at]]], terms));
  if (anew) list.replaceChildren(...items); else list.append(...items);
  shown = to;
  more.hidden = shown >= hits.length;
  const said = kinds.map((number, at) => number && `${number.toLocaleString("en")} ${index.filters.kind.values[at]}${number === 1 ? "" : "s"}`).filter(Boolean);
  count.textContent = said.length ? said.join(", ") : "Nothing was found";
  if (!anew) items[0]?.querySelector("a").focus();
}

// What is found.
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}
function foreign(made, language, direction) { made.lang = language; made.dir = direction; return made; }
function link(className, href, ...content) {
  const made = element("a", className, ...content);
  made.setAttribute("href", href);
  return made;
}
const people = (some, terms) => some.flatMap(([name, href, role], at) => {
  const named = element("bdi", "", ...lit(name, terms));
  return [at ? "; " : "", href ? link("", href, named) : named, ...(role ? [", ", element("bdi", "", ...lit(role, terms))] : [])];
});
function item(where, when, [kind, href, words, who, language, direction, verdicts = []], terms) {
  const text = foreign(element("bdi"), language, direction);
  words.forEach(([some, quoted], at) => {
    if (at) text.append(" … ");
    text.append(quoted ? element("q", "", ...lit(some, terms)) : element("span", "", ...lit(some, terms)));
  });
  const head = element("span", "quiet", element("span", `kind ${kind}`, kind.replaceAll("_", " ")));
  if (who.length) head.append("\u00a0· ", ...people(who, terms));
  for (const [rating, symbol, spoken] of verdicts) head.append(" ", element("span", `verdict ${rating}`, hiddenSymbol(symbol), ` ${spoken}`));
  const made = element("li", "", head, link(kind === "speaker" ? "name" : "name plain", href, text));
  if (!where) { made.append(element("span", "quiet", element("bdi", "", ...lit(when, terms)))); return made; }
  const [title, to, publisher, ...of] = where;
  const below = element("span", "quiet where", link("", to, foreign(element("bdi", "", title), ...of)));
  if (publisher) below.append("\u00a0· ", element("bdi", "", publisher));
  if (when) below.append(`\u00a0· ${when}`);
  made.append(below);
  return made;
}
function hiddenSymbol(symbol) { const made = element("span", "", symbol); made.setAttribute("aria-hidden", "true"); return made; }
function lit(text, terms) {
  if (!terms.size) return [text];
  const parts = [];
  let at = 0;
  for (const word of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const matches = words(word[0]).some(each => [...terms].some(([term, begins]) => {
      const pairs = new RegExp(`[${rules.paired}]`, "u").test(term);
      return pairs ? each.includes(term) : begins ? each.startsWith(term) : each === term;
    }));
    if (!matches) continue;
    parts.push(text.slice(at, word.index), element("mark", "", word[0]));
    at = word.index + word[0].length;
  }
  return [...parts, text.slice(at)];
}

// Filters: a box for each value, with the number of records that it would leave.
function offer(index) {
  const made = [];
  for (const [name, heading] of Object.entries(filters)) {
    const column = index.filters[name];
    if (column.values.length < 2 && name !== "verdict") continue;
    const set = element("fieldset", "", element("legend", "", heading)), all = element("div", "values");
    for (const at of column.order) {
      const check = element("input"), number = element("span", "number");
      check.type = "checkbox"; check.name = name; check.value = column.values[at];
      check.addEventListener("change", () => {
        state[name] = [...set.querySelectorAll("input:checked")].map(one => one.value);
        update();
      });
      column.checks[at] = { check, number };
      all.append(element("label", "", check, element("span", "", column.labels[at]), number));
    }
    set.append(all);
    made.push(set);
  }
  byId("values").replaceChildren(...made);
}
function mark(index, counts) {
  Object.keys(filters).forEach((name, at) => {
    index.filters[name].checks.forEach(({ check, number }, value) => {
      check.checked = state[name].includes(check.value);
      number.textContent = counts[at][value].toLocaleString("en");
      check.parentElement.classList.toggle("none", !counts[at][value]);
    });
  });
}

function read() {
  state = fromAddress();
  box.value = state.q;
  for (const [name, input] of Object.entries(dates)) input.value = state[name];
  update();
}
function failed() { /* the status says so when something is searched */ }
// What all searches need is loaded before the first one, unless the reader wants to save data.
const prepares = () => about().catch(failed);
if (!navigator.connection?.saveData) (window.requestIdleCallback || setTimeout)(prepares);
form.hidden = false;
panel.open = matchMedia("(min-width: 52rem)").matches;
box.addEventListener("input", () => { state.q = box.value; update(); });
box.addEventListener("focus", prepares, { once: true });
form.addEventListener("submit", event => { event.preventDefault(); list.querySelector("a")?.focus(); });
byId("browse").addEventListener("click", () => { state.all = true; panel.open = true; update(); });
byId("clear").addEventListener("click", () => { state = empty(); box.value = dates.from.value = dates.to.value = ""; update(); box.focus(); });
for (const [name, input] of Object.entries(dates)) input.addEventListener("change", () => { state[name] = input.value; update(); });
more.addEventListener("click", () => show(false));
addEventListener("hashchange", read);
read();
