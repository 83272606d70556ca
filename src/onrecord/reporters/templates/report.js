// Filter the findings, and group them by check or by file.
"use strict";
const box = document.getElementById("filter"), matches = document.getElementById("matches");
const main = document.querySelector("main"), input = box?.querySelector("input");
const checks = [...document.querySelectorAll("section.check")];
const views = { check: checks, file: null };
let view = "check";

function byFile() {
  const files = new Map();
  for (const one of document.querySelectorAll("section.check li")) {
    const name = one.dataset.file;
    if (!files.has(name)) files.set(name, []);
    files.get(name).push(one.cloneNode(true));
  }
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, found]) => {
    const section = document.createElement("section"), heading = document.createElement("h2");
    const label = document.createElement("bdi"), list = document.createElement("ol");
    section.className = "of-file"; heading.className = "file"; list.className = "findings cards";
    label.textContent = name;
    heading.append(label, ` (${found.length.toLocaleString("en")})`);
    list.append(...found);
    section.append(heading, list);
    return section;
  });
}

function turn(name) {
  if (name === "file" && !views.file) {
    views.file = byFile();
    checks[checks.length - 1].after(...views.file);
  }
  view = name;
  for (const each of ["check", "file"]) document.getElementById(`by-${each}`).setAttribute("aria-pressed", String(each === name));
  filter();
}

function filter() {
  const words = input.value.toLowerCase();
  let all = 0, left = 0;
  const fits = section => {
    const title = section.querySelector("h2").textContent;
    let some = false;
    for (const list of section.querySelectorAll("ol.findings")) {
      let any = false;
      for (const one of list.children) {
        one.hidden = !`${title} ${one.textContent} ${one.dataset.file || ""}`.toLowerCase().includes(words);
        any ||= !one.hidden;
        all += 1;
        left += !one.hidden;
      }
      list.hidden = !any;
      if (list.previousElementSibling?.matches("h3.file")) list.previousElementSibling.hidden = !any;
      some ||= any;
    }
    section.hidden = !some;
  };
  for (const [name, sections] of Object.entries(views)) {
    for (const section of sections || []) if (name === view) fits(section); else section.hidden = true;
  }
  for (const section of main.querySelectorAll(":scope > section:not(.check, .of-file)")) if (section.querySelector("ol.findings")) fits(section);
  matches.textContent = words ? `${left} of ${all} findings on this page` : "";
}

if (box) {
  box.hidden = false;
  input.addEventListener("input", filter);
  for (const each of ["check", "file"]) document.getElementById(`by-${each}`).addEventListener("click", () => turn(each));
}
