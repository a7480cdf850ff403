// Pickers for forms: comboboxes after ARIA's Authoring Practices over what the API offers to browsers.
//
// <gazetteer-country>      a country, of those that the tenant shows
// <gazetteer-subdivision>  a subdivision of country="PL", or of the field whose id of="…" names
// <gazetteer-place>        whatever is searched for: types="country,city" country="PL,DE" subdivision="PL-24" limit="10"
//
// Common: public-key, server (else where this file came from), name, value, text (what is shown of a value until it is
// known), label (else that of <label>), placeholder, required, disabled, lang (else the page's). Of a country also preselect;
// of a subdivision also parents, without which one that has parts cannot be chosen. `place` is the row that was chosen.

const PAUSE_MS = 200;
const SERVER = new URL("..", import.meta.url).href;

/** What is said: choose from the list, nothing found, how many there are, no answer. A page may add languages. */
export const messages = {
  ar: ["اختر من القائمة.", "لا توجد نتائج.", "النتائج: {n}", "الخادم لا يستجيب."],
  cs: ["Vyberte ze seznamu.", "Nic nenalezeno.", "Výsledky: {n}", "Server neodpovídá."],
  da: ["Vælg fra listen.", "Intet fundet.", "Resultater: {n}", "Serveren svarer ikke."],
  de: ["Wählen Sie aus der Liste.", "Nichts gefunden.", "Treffer: {n}", "Der Server antwortet nicht."],
  en: ["Choose from the list.", "Nothing found.", "Results: {n}", "The server does not answer."],
  es: ["Elija una opción de la lista.", "Sin resultados.", "Resultados: {n}", "El servidor no responde."],
  fa: ["از فهرست انتخاب کنید.", "نتیجه‌ای یافت نشد.", "نتایج: {n}", "کارساز پاسخ نمی‌دهد."],
  fi: ["Valitse luettelosta.", "Ei tuloksia.", "Tuloksia: {n}", "Palvelin ei vastaa."],
  fr: ["Choisissez dans la liste.", "Aucun résultat.", "Résultats : {n}", "Le serveur ne répond pas."],
  he: ["יש לבחור מהרשימה.", "לא נמצאו תוצאות.", "תוצאות: {n}", "השרת אינו מגיב."],
  it: ["Scegliere dall’elenco.", "Nessun risultato.", "Risultati: {n}", "Il server non risponde."],
  ja: ["リストから選択してください。", "見つかりません。", "{n} 件", "サーバーが応答しません。"],
  ko: ["목록에서 선택하세요.", "결과가 없습니다.", "결과: {n}", "서버가 응답하지 않습니다."],
  nb: ["Velg fra listen.", "Ingen treff.", "Treff: {n}", "Tjeneren svarer ikke."],
  nl: ["Kies uit de lijst.", "Niets gevonden.", "Resultaten: {n}", "De server antwoordt niet."],
  pl: ["Wybierz z listy.", "Nic nie znaleziono.", "Wyniki: {n}", "Serwer nie odpowiada."],
  pt: ["Escolha na lista.", "Nenhum resultado.", "Resultados: {n}", "O servidor não responde."],
  ru: ["Выберите из списка.", "Ничего не найдено.", "Найдено: {n}", "Сервер не отвечает."],
  sv: ["Välj från listan.", "Inget hittades.", "Träffar: {n}", "Servern svarar inte."],
  tr: ["Listeden seçin.", "Sonuç bulunamadı.", "Sonuçlar: {n}", "Sunucu yanıt vermiyor."],
  uk: ["Виберіть зі списку.", "Нічого не знайдено.", "Знайдено: {n}", "Сервер не відповідає."],
  zh: ["请从列表中选择。", "未找到结果。", "结果：{n}", "服务器没有响应。"],
};

// A sheet made by script: a policy without 'unsafe-inline' allows it, and the colours of the system follow the page's scheme.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: inline-block; position: relative; inline-size: 18em; max-inline-size: 100%; }
  :host([hidden]) { display: none; }
  input { box-sizing: border-box; inline-size: 100%; font: inherit; padding: .45em .6em; color: FieldText; background: Field;
    border: 1px solid GrayText; border-radius: .3em; }
  input[aria-invalid="true"] { border-width: 2px; border-color: #d33; }
  ul { position: absolute; inset-inline: 0; inset-block-start: 100%; z-index: 1000; box-sizing: border-box; margin: .15em 0 0; padding: 0;
    max-block-size: 16em; overflow-y: auto; list-style: none; background: Canvas; color: CanvasText; border: 1px solid GrayText;
    border-radius: .3em; }
  li { padding: .4em .6em; cursor: pointer; }
  li[aria-selected="true"] { background: Highlight; color: HighlightText; }
  small { display: block; opacity: .8; }
  [role="status"]:not(.shown) { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`);

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const pause = (signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)));
  });
const lists = new Map();

/** A field of a form that takes one of the options that `find` gives: {value, text, note, row}. */
class Picker extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["value", "text", "label", "placeholder", "required", "lang"];

  #internals = this.attachInternals();
  #input = make("input", {
    part: "input", role: "combobox", type: "text", maxlength: 256, autocomplete: "off", autocapitalize: "none", spellcheck: false,
    "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": "list",
  });
  #list = make("ul", { part: "list", role: "listbox", id: "list", hidden: "" });
  #status = make("div", { part: "status", role: "status" });
  #options = [];
  #active = -1;
  #chosen = null;
  #committed = "";
  #isOwn = false; // whether the value is no more the attribute's
  #isTouched = false;
  #isEmpty = false;
  #isReady = false;
  #asked = new AbortController();

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#input, this.#list, this.#status);
    // What is typed is no choice yet: the events of this field are its own.
    this.#input.addEventListener("input", (event) => (event.stopPropagation(), this.#type()));
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    this.#input.addEventListener("focus", () => this.#describe());
    this.#input.addEventListener("blur", () => this.#leave());
    this.#input.addEventListener("click", () => this.#list.hidden && this.#search(true));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const index = [...this.#list.children].indexOf(event.target.closest("li"));
      if (index >= 0) this.#choose(this.#options[index]);
    });
  }

  connectedCallback() {
    // What stands inside is for browsers without scripts; the form shall not have it twice.
    for (const field of this.querySelectorAll("select, input")) {
      if (!field.disabled && !this.hasAttribute("value") && field.value) this.setAttribute("value", field.value);
      field.disabled = true;
    }
    if (Object.hasOwn(this, "value")) {
      const { value } = this;
      delete this.value;
      this.value = value;
    }
    this.#isReady = true;
    if (!this.place) this.#adopt(this.#isOwn ? this.value : (this.getAttribute("value") ?? ""));
    queueMicrotask(() => this.#describe());
  }

  attributeChangedCallback(name) {
    if (!this.#isReady) return;
    if ((name === "value" || name === "text") && !this.#isOwn) this.#adopt(this.getAttribute("value") ?? "");
    this.#describe();
    this.#validate();
  }

  formDisabledCallback(isDisabled) {
    this.#input.disabled = isDisabled;
  }

  formResetCallback() {
    this.#isOwn = this.#isTouched = false;
    this.#adopt(this.getAttribute("value") ?? "");
  }

  formStateRestoreCallback(state) {
    const [value, text] = JSON.parse(state);
    this.#isOwn = true;
    this.#adopt(value, text);
  }

  get value() { return this.#chosen?.value ?? ""; }
  set value(value) { this.#isOwn = true; this.#adopt(String(value ?? ""), ""); }
  get place() { return this.#chosen?.row ?? null; }
  get type() { return this.localName; }
  get name() { return this.getAttribute("name") ?? ""; }
  set name(name) { this.setAttribute("name", name); }
  get required() { return this.hasAttribute("required"); }
  set required(is) { this.toggleAttribute("required", is); }
  get disabled() { return this.hasAttribute("disabled"); }
  set disabled(is) { this.toggleAttribute("disabled", is); }
  get form() { return this.#internals.form; }
  get labels() { return this.#internals.labels; }
  get validity() { return this.#internals.validity; }
  get validationMessage() { return this.#internals.validationMessage; }
  get willValidate() { return this.#internals.willValidate; }
  checkValidity() { return this.#internals.checkValidity(); }
  reportValidity() { this.#isTouched = true; this.#validate(); return this.#internals.reportValidity(); }

  /** The language of the page, "" where it says none: the browser's then counts. */
  get language() { return this.closest("[lang]")?.lang ?? ""; }
  get #said() {
    const tag = this.language || navigator.language;
    return messages[tag] ?? messages[tag.split("-")[0]] ?? messages.en;
  }

  /** Return the JSON that the server answers to a question with the public key. */
  async ask(path, query, signal) {
    const key = this.getAttribute("public-key") ?? "";
    if (key.startsWith("gaz_sk_")) throw new TypeError("This is a private key, which does not belong on a page.");
    const server = (this.getAttribute("server") || SERVER).replace(/\/$/, "");
    const headers = { "X-API-KEY": key };
    if (this.language) headers["Accept-Language"] = this.language;
    const answer = await fetch(`${server}${path}?${new URLSearchParams(query)}`, { headers, signal, credentials: "omit" });
    if (!answer.ok) throw new Error(`${answer.status} ${(await answer.json().catch(() => ({}))).error ?? ""}`);
    return answer.json();
  }

  /** Return what the search finds, after a pause in which nothing more is typed. */
  async search(q, query, signal) {
    await pause(signal);
    const given = Object.entries(query).filter(([, value]) => value);
    return (await this.ask("/api/search", [["q", q], ...given], signal)).results;
  }

  /** Say that there is nothing to choose from here, so that nothing is required either. */
  setEmpty(isEmpty) {
    this.#isEmpty = isEmpty;
    this.#internals.states?.[isEmpty ? "add" : "delete"]("empty");
    this.#validate();
  }

  #describe() {
    const label = this.getAttribute("label") ?? [...this.labels].map((each) => each.textContent.trim()).join(" ");
    for (const element of [this.#input, this.#list]) element.setAttribute("aria-label", label);
    this.#input.placeholder = this.getAttribute("placeholder") ?? "";
    this.#input.setAttribute("aria-required", this.required);
  }

  #validate() {
    const [choose] = this.#said;
    if (this.#input.value.trim() && !this.#chosen) this.#internals.setValidity({ badInput: true }, choose, this.#input);
    else if (this.required && !this.value && !this.#isEmpty) this.#internals.setValidity({ valueMissing: true }, choose, this.#input);
    else this.#internals.setValidity({});
    this.#input.setAttribute("aria-invalid", this.#isTouched && !this.validity.valid);
  }

  #set(option) {
    this.#chosen = option;
    this.#internals.setFormValue(option?.value ?? null, option && JSON.stringify([option.value, option.text]));
    this.#validate();
  }

  async #adopt(value, text = this.getAttribute("text") ?? "") {
    this.#asked.abort();
    this.#close();
    const option = value ? { value, text, row: null } : null;
    this.#input.value = option ? text || value : "";
    this.#committed = value;
    this.#set(option);
    if (!option || !this.isConnected) return;
    try {
      const found = await this.lookup(value);
      if (this.#chosen !== option || found === undefined) return;
      this.#input.value = found?.text ?? "";
      this.#committed = found?.value ?? "";
      this.#set(found);
    } catch {
      // The value stands as it was given.
    }
  }

  #choose(option) {
    this.#isOwn = this.#isTouched = true;
    this.#asked.abort();
    this.#close();
    this.#input.value = option.text;
    this.#say("");
    if (option.value === this.value) return;
    this.#set(option);
    this.#tell("input");
    this.#commit();
  }

  #commit() {
    if (this.#committed === this.value) return;
    this.#committed = this.value;
    this.#tell("change");
  }

  #tell(type) {
    this.dispatchEvent(new Event(type, { bubbles: true, composed: type === "input" }));
  }

  #type() {
    this.#unchoose();
    this.#search(false);
  }

  #unchoose() {
    this.#isOwn = true;
    const had = this.#chosen;
    this.#set(null);
    if (had) this.#tell("input");
  }

  #leave() {
    this.#isTouched = true;
    this.#close();
    this.#resolve();
    this.#commit();
    this.#validate();
    this.#say(this.validity.badInput ? this.validationMessage : "", true);
  }

  /** Take what was typed in full for chosen. */
  #resolve() {
    if (this.#chosen) return;
    const typed = fold(this.#input.value);
    const option = typed && this.#options.find(({ text, value }) => fold(text) === typed || fold(value) === typed);
    if (option) this.#choose(option);
  }

  /** Show what fits the text, or everything; then go to the first, the last or the chosen one. */
  async #search(isWhole, start = "") {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const text = this.#input.value.trim();
    try {
      const options = await this.find(isWhole && this.#chosen ? "" : text, signal);
      if (!signal.aborted) this.#show(options, start);
    } catch (error) {
      if (signal.aborted) return;
      this.#show([], "");
      this.#say(this.#said[3], true);
      console.warn(`<${this.localName}>: ${error.message}`);
    }
  }

  #show(options, start) {
    this.#options = options;
    this.#list.replaceChildren(
      ...options.map(({ text, note }, index) => {
        const item = make("li", { part: "option", role: "option", id: `option-${index}`, "aria-selected": false }, make("bdi", {}, text));
        if (note) item.append(make("small", {}, make("bdi", {}, note)));
        return item;
      }),
    );
    const isHere = this.shadowRoot.activeElement === this.#input;
    const [, none, some] = this.#said;
    if (!isHere) {
      this.#leave();
      if (this.validity.badInput && !options.length) this.#say(none, true);
      return;
    }
    this.#close();
    const isAsked = this.#input.value.trim() || start;
    this.#say(options.length ? some.replace("{n}", options.length) : isAsked ? none : "", !options.length);
    if (!options.length) return;
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", true);
    const chosen = options.findIndex(({ value }) => value === this.value);
    if (chosen >= 0 || start) this.#go(chosen >= 0 ? chosen : start === "last" ? options.length - 1 : 0);
  }

  #say(text, isShown = false) {
    this.#status.textContent = text;
    this.#status.className = isShown && text ? "shown" : "";
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", false);
    this.#go(-1);
  }

  #go(index) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", false);
    this.#active = index;
    const item = this.#list.children[index];
    item?.setAttribute("aria-selected", true);
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.#input.setAttribute("aria-activedescendant", item.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.#list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.#options.length;
      if (event.altKey && isOpen && step < 0) this.#close();
      else if (!isOpen) this.#search(true, event.altKey ? "" : step < 0 ? "last" : "first");
      else this.#go(this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isOpen && this.#active >= 0) return this.#choose(this.#options[this.#active]);
      this.#leave();
      this.form?.requestSubmit();
    } else if (event.key === "Escape" && (isOpen || this.#input.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen) return this.#close();
      this.#asked.abort();
      this.#input.value = "";
      this.#say("");
      this.#unchoose();
    }
  }
}

/** A picker from a whole list; what is not in it as it was typed is asked of the search, which forgives. */
class ListPicker extends Picker {
  /** Return all options, each list once for a page. */
  async options() {
    const path = this.path();
    if (!path) return [];
    const query = this.hasAttribute("preselect") ? {} : { no_geoip: 1 };
    const id = JSON.stringify([this.getAttribute("server"), this.getAttribute("public-key"), this.language, path, query]);
    if (!lists.has(id)) lists.set(id, this.ask(path, query).catch((error) => (lists.delete(id), Promise.reject(error))));
    return this.read(await lists.get(id));
  }

  async find(text, signal) {
    const options = await this.options();
    const typed = fold(text);
    if (!typed) return options;
    const rank = ({ value, text }) => {
      const name = fold(text);
      if (fold(value) === typed || name === typed) return 0;
      return name.startsWith(typed) ? 1 : name.includes(` ${typed}`) ? 2 : name.includes(typed) ? 3 : 4;
    };
    const fitting = options.map((option) => [rank(option), option]).filter(([rank]) => rank < 4);
    if (fitting.length) return fitting.sort(([a], [b]) => a - b).map(([, option]) => option);
    const results = await this.search(text, this.within(), signal);
    return results.map(({ id }) => options.find(({ value }) => value === id)).filter(Boolean);
  }

  async lookup(code) {
    return (await this.options()).find(({ value }) => value === code.toUpperCase()) ?? null;
  }
}

class CountryPicker extends ListPicker {
  path() { return "/api/countries"; }
  within() { return { types: "country" }; }
  read(rows) { return rows.map((row) => ({ value: row.iso_alpha_2, text: row.name, row })); }

  connectedCallback() {
    super.connectedCallback();
    if (this.hasAttribute("preselect") && !this.value)
      this.options().then((options) => {
        const here = options.find(({ row }) => row.preselected);
        if (here && !this.value) this.value = here.value;
      }, () => {});
  }
}

class SubdivisionPicker extends ListPicker {
  #connected;

  get #source() {
    const id = this.getAttribute("of");
    return id ? this.getRootNode().getElementById(id) : null;
  }
  get country() { return this.getAttribute("country") || this.#source?.value || ""; }

  path() { return this.country && `/api/countries/${encodeURIComponent(this.country)}/subdivisions`; }
  within() { return { types: "subdivision", country: this.country }; }

  read(rows) {
    const names = new Map(rows.map((row) => [row.id, row.name]));
    const parents = new Set(this.hasAttribute("parents") ? [] : rows.map((row) => row.parent_id));
    return rows
      .filter(({ id }) => !parents.has(id))
      .map((row) => ({ value: row.code, text: row.full_name, note: names.get(row.parent_id), row }));
  }

  connectedCallback() {
    super.connectedCallback();
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    // Of another picker the choice, of a select the change.
    for (const type of ["input", "change"])
      this.getRootNode().addEventListener(type, ({ target }) => target === this.#source && this.#follow(), { signal });
  }

  disconnectedCallback() { this.#connected.abort(); }

  async #follow() {
    const { country } = this;
    if (this.value && !this.value.startsWith(`${country.toUpperCase()}-`)) this.value = "";
    this.setEmpty(false);
    const options = await this.options().catch(() => null);
    if (country === this.country && options && country) this.setEmpty(!options.length);
  }
}

class PlacePicker extends Picker {
  #query() {
    return Object.fromEntries(["types", "country", "subdivision", "limit"].map((name) => [name, this.getAttribute(name)]));
  }

  async find(text, signal) {
    if (!text) return [];
    const results = await this.search(text, this.#query(), signal);
    return results.map((row) => ({ value: row.id, text: row.full_name, row }));
  }

  /** Return what has a code; a city is known by its number alone, whose name `text` gives. */
  async lookup(id) {
    if (/^-?\d+$/.test(id)) return undefined;
    const { results } = await this.ask("/api/search", { q: id, types: id.includes("-") ? "subdivision" : "country" });
    const row = results.find((each) => each.id === id.toUpperCase());
    return row && { value: row.id, text: row.full_name, row };
  }
}

customElements.define("gazetteer-country", CountryPicker);
customElements.define("gazetteer-subdivision", SubdivisionPicker);
customElements.define("gazetteer-place", PlacePicker);
