/* What somebody has typed is not lost: not by a click that leads away, nor by a session that has ended meanwhile. */
"use strict";
{
    const KEY = "gazetteer-draft";
    const AGE = 8 * 60 * 60 * 1000;
    const form = document.querySelector("#content-main form[id$=_form], #changelist-form");
    const words = document.getElementById("words")?.dataset ?? {};
    const isLogin = document.body.classList.contains("login");

    const fields = () => [...form.elements].filter(each => each.name && !each.name.startsWith("csrf")
        && !["hidden", "password", "file", "submit", "button"].includes(each.type)
        // What is ticked in a list for an action is no edit.
        && !/password|secret|^_selected_action$|^action$/.test(each.name));
    const valueOf = each => {
        if (each.type === "checkbox" || each.type === "radio") return each.checked;
        if (each.tagName === "SELECT") return [...each.selectedOptions].map(option => [option.value, option.text]);
        return each.value;
    };
    const keyOf = each => ["checkbox", "radio"].includes(each.type) ? `${each.name}=${each.value}` : each.name;
    const read = () => Object.fromEntries(fields().map(each => [keyOf(each), valueOf(each)]));
    // Rows that were added below another one are there only once they are added again.
    const addRows = values => {
        for (const key of Object.keys(values)) {
            const [name, prefix] = /^([^=]+?)-[0-9]+-[^-=]+/.exec(key) ?? [];
            const add = prefix && document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`);
            for (let tries = 0; add && !form.elements[name] && tries < 100; tries++) add.click();
        }
    };
    const put = values => {
        addRows(values);
        for (const each of fields()) {
            const value = values[keyOf(each)];
            if (value === undefined) continue;
            if (each.type === "checkbox" || each.type === "radio") each.checked = value;
            else if (each.tagName === "SELECT") {
                for (const [key, text] of value) {
                    if (![...each.options].some(option => option.value === key)) each.add(new Option(text, key));
                }
                for (const option of each.options) option.selected = value.some(([key]) => key === option.value);
            } else each.value = value;
            each.dispatchEvent(new Event("change", {bubbles: true}));
        }
    };
    const kept = () => {
        try {
            const draft = JSON.parse(sessionStorage.getItem(KEY));
            return draft && Date.now() - draft.at < AGE ? draft : null;
        } catch { return null; }
    };

    // Whoever goes back to what a form was answered with, or loads it again, would be asked by the browser to send the
    // form once more; so that its address is opened instead.
    history.replaceState(history.state, "", location.href);

    const draft = kept();
    if (draft && !isLogin) {
        const isSaved = location.pathname !== draft.path || !form
            || document.querySelector(".errornote, .messagelist .success");
        sessionStorage.removeItem(KEY);
        if (!isSaved) {
            const offer = document.createElement("p");
            offer.className = "draft";
            offer.setAttribute("role", "status");
            offer.append(words.draft || "Your session had ended, and what you typed was not saved.");
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = words.restore || "Put it back into the form";
            button.addEventListener("click", () => { put(draft.values); offer.remove(); });
            offer.append(" ", button);
            form.before(offer);
        }
    }

    if (form) {
        let before = null;
        let isSent = false;
        // Other scripts of the page fill in what they need first.
        // What was refused is not saved either.
        const isRefused = document.querySelector(".errornote") !== null;
        window.addEventListener("load", () => { before = isRefused ? "" : JSON.stringify(read()); });
        document.addEventListener("submit", event => {
            if (event.target === form) {
                isSent = true;
                sessionStorage.setItem(KEY, JSON.stringify({path: location.pathname, at: Date.now(), values: read()}));
            }
        });
        window.addEventListener("beforeunload", event => {
            if (!isSent && before !== null && JSON.stringify(read()) !== before) event.preventDefault();
        });
    }
}
