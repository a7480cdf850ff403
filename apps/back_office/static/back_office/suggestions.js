/* A click puts a suggestion into its box; without scripts, people type it. */
for (const button of document.querySelectorAll("button.suggestion")) {
    const box = document.getElementById(button.dataset.for);
    button.hidden = false;
    button.addEventListener("click", () => {
        box.value = button.dataset.text;
        box.focus();
    });
}
