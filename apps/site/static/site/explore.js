// Buttons that copy, and styles that change without a new page; without this the links of the styles are followed.
const beside = document.getElementById("beside");

function addButtons() {
  if (!navigator.clipboard) return;
  for (const block of beside.querySelectorAll("details pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = beside.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = beside.dataset.copied;
    });
    block.before(button);
  }
}

async function show(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("beside");
  if (!next) throw new Error(answer.statusText);
  const open = beside.querySelector("details[open] summary")?.textContent;
  beside.replaceChildren(...next.childNodes);
  for (const each of beside.querySelectorAll("details")) {
    each.open = each.querySelector("summary").textContent === open;
  }
  addButtons();
  history.replaceState(null, "", address);
  beside.querySelector("[aria-current]").focus();
}

beside.addEventListener("click", (event) => {
  const link = event.target.closest("nav a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href).catch(() => location.assign(link.href));
});
addButtons();
