// Shows a description in Swagger UI, which asks nobody but this server.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

const reference = document.getElementById("reference");
window.SwaggerUIBundle({
  domNode: reference,
  url: reference.dataset.description,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
