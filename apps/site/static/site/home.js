// Finds while one types; without this the form does the same, once it is sent.
const input = document.getElementById("q");
const found = document.getElementById("found");
const PAUSE_MS = 200;
let timer;
let asked;

async function find() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`/?${new URLSearchParams({ q: input.value })}`, { signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.replaceChildren(...(page.getElementById("found")?.childNodes ?? []));
  } catch (error) {
    if (error.name !== "AbortError") found.textContent = found.dataset.failed;
  }
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS);
});
