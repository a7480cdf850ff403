// Shows a description in Swagger UI, which asks nobody but this server.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

const reference = document.getElementById("reference");

// What Swagger UI lacks for who listens to the page: a name, headings in order, no link inside a button.
const mend = () => {
  reference.querySelector("#servers")?.setAttribute("aria-label", "Server");
  reference.querySelectorAll(".opblock-tag, .models h4").forEach((tag) => tag.setAttribute("aria-level", "2"));
  reference.querySelectorAll(".opblock-summary-control a[href]").forEach((link) => link.removeAttribute("href"));
};
new MutationObserver(mend).observe(reference, { childList: true, subtree: true });

window.SwaggerUIBundle({
  domNode: reference,
  url: reference.dataset.description,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
