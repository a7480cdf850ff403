/* The tree of places: a branch is fetched when it is opened, and the arrow keys go through it. Without this, its links lead through it. */
const tree = document.querySelector(".tree");
const rows = () => [...tree.querySelectorAll("li")].filter(row => row.offsetParent);
const links = row => [...row.querySelectorAll(":scope > a")];
const branchOf = row => row.querySelector(":scope > ul");
const openerOf = row => row.querySelector(":scope > a.opener");
const isOpen = row => openerOf(row)?.getAttribute("aria-expanded") === "true";

// One row at a time is reached by Tab, with all that it has; the others by arrows.
let current = null;
const choose = row => {
    for (const link of current ? links(current) : []) link.tabIndex = -1;
    for (const link of links(row)) link.tabIndex = 0;
    current = row;
};
const go = row => { if (row) { choose(row); links(row)[0].focus(); } };

const toggle = async (row, opens) => {
    const opener = openerOf(row);
    if (opens && !branchOf(row)) {
        const address = new URL(opener.href);
        address.search = `?branch=${encodeURIComponent(row.id)}`;
        const answer = await fetch(address);
        // Whoever is no longer logged in is led to the page that says so.
        if (!answer.ok || answer.redirected) { location.assign(opener.href); return; }
        row.insertAdjacentHTML("beforeend", await answer.text());
        for (const link of branchOf(row).querySelectorAll("a")) link.tabIndex = -1;
    }
    const branch = branchOf(row);
    if (branch) branch.hidden = !opens;
    opener.setAttribute("aria-expanded", opens);
    history.replaceState(null, "", `?at=${encodeURIComponent(opens ? row.id : row.parentElement.closest("li")?.id ?? "")}`);
};

for (const link of tree.querySelectorAll("a")) link.tabIndex = -1;
const first = document.getElementById(tree.dataset.at) ?? tree.querySelector("li");
if (first) choose(first);
if (tree.dataset.at && first) links(first)[0]?.scrollIntoView({block: "center"});

tree.addEventListener("focusin", event => choose(event.target.closest("li")));
tree.addEventListener("click", event => {
    const opener = event.target.closest("a.opener");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = opener.closest("li");
    toggle(row, !isOpen(row));
});
tree.addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = event.target.closest("li");
    const all = rows();
    const rightToLeft = document.documentElement.dir === "rtl";
    const key = rightToLeft ? {ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft"}[event.key] ?? event.key : event.key;
    if (key === " " && event.target.matches(".opener")) toggle(row, !isOpen(row));
    else if (key === "ArrowDown") go(all[all.indexOf(row) + 1]);
    else if (key === "ArrowUp") go(all[all.indexOf(row) - 1]);
    else if (key === "Home") go(all[0]);
    else if (key === "End") go(all.at(-1));
    else if (key === "ArrowRight") {
        if (isOpen(row)) go(branchOf(row)?.querySelector("li"));
        else if (openerOf(row)) toggle(row, true);
    } else if (key === "ArrowLeft") {
        if (isOpen(row)) toggle(row, false);
        else go(row.parentElement.closest("li"));
    } else return;
    event.preventDefault();
});
