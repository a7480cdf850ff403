// The map of what a tenant shows: it follows the switches below it, and a click on a country moves its switch.
for (const box of document.querySelectorAll(".activation .switches input[name=active]")) {
  const country = document.querySelector(`.activation .world [data-code="${box.value}"]`);
  if (!country) continue;
  const follow = () => country.classList.toggle("on", box.checked);
  box.addEventListener("change", follow);
  if (!box.disabled) country.addEventListener("click", () => box.click());
  follow();
}
