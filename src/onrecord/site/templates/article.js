// Show the record of a quote beside its words, and highlight what belongs to it.
"use strict";
const text = document.getElementById("text"), record = document.getElementById("record");
const cards = new Map([...document.querySelectorAll("[data-card]")].map(card => [card.dataset.card, card]));
const marks = new Map();
for (const mark of text.querySelectorAll("[data-of]")) {
  const of = mark.dataset.of;
  if (!marks.has(of)) marks.set(of, []);
  marks.get(of).push(mark);
}
const quotesOf = card => (card.dataset.quotes || "").split(" ").filter(Boolean);
const claimsOf = quote => [...cards.keys()].filter(key => quotesOf(cards.get(key)).includes(quote));
const phone = matchMedia("(max-width: 40rem)"), wide = matchMedia("(min-width: 62rem)");
let active = null, pinned = false, closing = false, timer = 0, opener = null;

function highlight(keys) {
  for (const one of document.querySelectorAll(".on")) one.classList.remove("on");
  document.body.classList.toggle("active", keys.length > 0);
  for (const key of keys) {
    for (const mark of marks.get(key) || []) mark.classList.add("on");
    cards.get(key)?.classList.add("on");
  }
}

function place(mark) {
  if (phone.matches) {
    record.style.left = record.style.top = "";
    const box = mark.getBoundingClientRect(), end = innerHeight - record.offsetHeight - 24;
    if (box.bottom > end) scrollBy({ top: Math.min(box.bottom - end, box.top - 16) });
    return;
  }
  const boxes = [...mark.getClientRects()].filter(box => box.width);
  if (!boxes.length) return;
  const first = boxes[0], last = boxes[boxes.length - 1];
  const room = document.documentElement.clientWidth - record.offsetWidth - 16;
  const below = last.bottom + 10, height = record.offsetHeight;
  const above = first.top - height - 10;
  const top = below + height > innerHeight && above > 0 ? above : below;
  record.style.left = `${scrollX + Math.max(16, Math.min(last.left, room))}px`;
  record.style.top = `${scrollY + top}px`;
}

function show(key, mark, { pin = false } = {}) {
  clearTimeout(timer);
  const card = cards.get(key);
  if (!card || (pinned && !pin)) return;
  pinned = pin;
  active = key;
  highlight([key, ...claimsOf(key)]);
  const copy = card.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("[id], [data-card]")]) { one.removeAttribute("id"); one.removeAttribute("data-card"); }
  copy.classList.remove("on");
  const content = document.createElement("div");
  content.className = copy.className;
  content.append(...copy.childNodes);
  const close = document.createElement("button");
  close.type = "button"; close.className = "close"; close.textContent = "Close";
  close.addEventListener("click", hide);
  record.replaceChildren(close, content);
  record.hidden = false;
  record.scrollTop = 0;
  place(mark);
}

function hide() {
  clearTimeout(timer);
  const inside = record.contains(document.activeElement);
  record.hidden = true;
  active = null;
  pinned = false;
  highlight([]);
  closing = true;
  if (inside) opener?.focus({ preventScroll: true });
  closing = false;
}

const later = (action, delay) => { clearTimeout(timer); timer = setTimeout(action, delay); };
const quoteAt = target => target instanceof Element ? target.closest(".mark.quote") : null;

text.addEventListener("pointerover", event => {
  const mark = event.pointerType === "mouse" && quoteAt(event.target);
  if (mark) later(() => show(mark.dataset.of, mark), active ? 60 : 160);
});
text.addEventListener("pointerout", event => {
  if (event.pointerType === "mouse" && quoteAt(event.target) && !pinned) later(hide, 280);
});
record.addEventListener("pointerenter", () => clearTimeout(timer));
record.addEventListener("pointerleave", () => { if (!pinned) later(hide, 280); });

text.addEventListener("focusin", event => {
  const ref = event.target.closest(".ref");
  if (!ref || closing) return;
  const mark = ref.closest("[data-of]");
  if (ref.classList.contains("quote")) { if (ref.matches(":focus-visible")) show(mark.dataset.of, mark); }
  else { if (!pinned) hide(); highlight([mark.dataset.of, ...quotesOf(cards.get(mark.dataset.of) || mark)]); }
});
text.addEventListener("focusout", event => { if (!pinned && event.relatedTarget && !record.contains(event.relatedTarget)) hide(); });
text.addEventListener("click", event => {
  const mark = quoteAt(event.target), ref = event.target.closest(".ref");
  if (!mark || (ref && !ref.classList.contains("quote")) || String(getSelection())) return;
  event.preventDefault();
  if (pinned && active === mark.dataset.of) { hide(); return; }
  opener = ref || mark.querySelector(".ref") || opener;
  show(mark.dataset.of, mark, { pin: true });
  if (ref && event.detail === 0) record.focus({ preventScroll: true });
});
document.addEventListener("click", event => {
  if (pinned && !record.contains(event.target) && !quoteAt(event.target)) hide();
});
document.addEventListener("keydown", event => { if (event.key === "Escape" && !record.hidden) hide(); });

// A card highlights its words, and a claim also the quotes that it rests on.
for (const [key, card] of cards) {
  const on = () => { if (!active) highlight([key, ...quotesOf(card), ...(key.startsWith("quote-") ? claimsOf(key) : [])]); };
  const off = () => { if (!active) highlight([]); };
  card.addEventListener("pointerenter", on);
  card.addEventListener("pointerleave", off);
  card.addEventListener("focusin", on);
  card.addEventListener("focusout", off);
}

// Where there is room, the notes in the margin are beside the words that they are about.
function align() {
  const notes = [...document.querySelectorAll(".notes > .card")];
  for (const note of notes) note.style.marginTop = "";
  if (!wide.matches) return;
  for (const note of notes) {
    const key = note.dataset.card;
    const mark = (marks.get(key) || quotesOf(note).flatMap(quote => marks.get(quote) || []))[0];
    if (!mark) continue;
    const distance = mark.getBoundingClientRect().top - note.getBoundingClientRect().top;
    if (distance > 8) note.style.marginTop = `${distance}px`;
  }
}
align();
addEventListener("resize", () => { align(); if (!pinned) hide(); });
document.fonts?.ready.then(align);
