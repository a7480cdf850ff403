/* A button copies what stands in the element that it names, and says so; without scripts, people mark and copy it. */
for (const button of document.querySelectorAll("button.copy")) {
    const source = document.getElementById(button.dataset.of);
    const said = document.getElementById("copied");
    button.hidden = false;
    button.addEventListener("click", async () => {
        const text = [...source.querySelectorAll("li")].map(line => line.innerText).join("\n") || source.innerText;
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            // Browsers give pages without TLS no clipboard.
            getSelection().selectAllChildren(source);
            document.execCommand("copy");
        }
        said.textContent = said.dataset.said;
    });
}
