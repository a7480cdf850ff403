/* Names for who cannot see: a box that suggests is called after its label (Select2 names it by the choice alone, which may be
   none), and pictures in the language of the page. */
"use strict";
{
    // Django calls the pictures of yes and no "True" and "False", in every language.
    const words = document.getElementById("words")?.dataset ?? {};
    for (const picture of document.querySelectorAll("img[alt=True], img[alt=False]")) {
        picture.alt = (picture.alt === "True" ? words.yes : words.no) ?? picture.alt;
    }
}
// Django's own script makes the boxes when jQuery is ready, in its turn; this one comes after it.
window.django?.jQuery?.(() => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
        const label = select.labels[0];
        if (!label) continue;
        label.id ||= `${select.id}_label`;
        for (const part of select.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox], input") ?? []) {
            part.setAttribute("aria-labelledby", `${label.id} select2-${select.id}-container`);
        }
        window.django.jQuery(select).on("select2:open", () => {
            document.querySelector(".select2-container--open .select2-search__field")
                ?.setAttribute("aria-labelledby", label.id);
        });
    }
});
