/* How far an import is, asked for again every second; when it has ended, the page shows how. */
"use strict";
const state = document.querySelector(".import-state[data-address]");

async function ask() {
    try {
        const answer = await fetch(state.dataset.address);
        if (answer.ok && !answer.redirected) state.innerHTML = await answer.text();
        if (answer.redirected || !state.querySelector("[data-running]")) return location.reload();
    } catch {
        // The server may be starting anew.
    }
    setTimeout(ask, 1000);
}

setTimeout(ask, 1000);
