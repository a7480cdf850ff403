/* A button makes the call that the page describes and says how it was answered; without scripts, the line of curl does. */
const button = document.getElementById("try");
const said = document.getElementById("tried");
const { path, ...call } = JSON.parse(document.getElementById("call").textContent);
button.hidden = false;
button.addEventListener("click", async () => {
    button.disabled = true;
    const begun = performance.now();
    let status = "–";
    let works = false;
    try {
        const answer = await fetch(path, { ...call, credentials: "omit", cache: "no-store" });
        await answer.arrayBuffer();
        ({ status, ok: works } = answer);
    } catch {
        // The server is away: the same words say so.
    }
    const number = Math.round(performance.now() - begun);
    said.textContent = (works ? button.dataset.works : button.dataset.refused)
        .replace("{status}", status).replace("{number}", number);
    button.disabled = false;
});
