const box = document.getElementById("filter"), matches = document.getElementById("matches");
const lists = [...document.querySelectorAll("ol.findings")];
box.hidden = false;
box.querySelector("input").addEventListener("input", event => {
  const words = event.target.value.toLowerCase();
  let all = 0, left = 0;
  for (const list of lists) {
    const section = list.parentElement, title = section.querySelector("h2").textContent;
    section.hidden = true;
    for (const one of list.children) {
      one.hidden = !`${title} ${one.textContent}`.toLowerCase().includes(words);
      section.hidden &&= one.hidden;
      all += 1;
      left += !one.hidden;
    }
  }
  matches.textContent = words ? `${left} of ${all} findings on this page` : "";
});
