/* A box that suggests subdivisions suggests those of the country that the form names. */
"use strict";
// Django's own script makes the boxes when jQuery is ready; here they are made again, and ask for the country too.
window.django?.jQuery?.($ => {
    for (const select of document.querySelectorAll("select[data-country], select[data-country-field]")) {
        const {appLabel, modelName, fieldName, country, countryField} = select.dataset;
        $(select).select2({ajax: {data: ({term, page}) => ({
            term, page, app_label: appLabel, model_name: modelName, field_name: fieldName,
            country: country ?? select.form.elements[countryField]?.value ?? "",
        })}});
    }
});
