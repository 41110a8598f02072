// What every page's forms share. All of them work without it.
(() => {
  "use strict";

  // A double click sends a form once: the button is held until the page has changed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });

  // The back button shows a page as it was left: its forms may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  // "All of this page" ticks the boxes of its own form; the count tells how many are ticked.
  const count = (form) => {
    const ticked = form.querySelectorAll("[data-row]:checked").length;
    for (const place of form.querySelectorAll("[data-ticked]")) place.textContent = ticked;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (event.target.matches("[data-all]")) {
      for (const box of form.querySelectorAll("[data-row]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-all], [data-row]")) count(form);
    if (event.target.matches("[data-send]")) form.requestSubmit();
  });

  // What was typed outlives an ended session, on this machine and in this tab alone.
  const kept = (form) => `typed:${form.dataset.keep}`;
  const typed = (form) => {
    const values = {};
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.type === "password") continue;
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked) values[field.name] = field.value;
      } else if (field.type !== "submit" && field.type !== "button" && field.type !== "file") {
        values[field.name] = field.value;
      }
    }
    return JSON.stringify(values);
  };
  const fill = (form, values) => {
    for (const field of form.elements) {
      if (!(field.name in values)) continue;
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = field.value === values[field.name];
      } else if (field.type !== "hidden") {
        field.value = values[field.name];
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const served = typed(form);
    const before = sessionStorage.getItem(kept(form));
    const offer = document.querySelector("[data-restore]");
    if (before && before !== served && offer) {
      offer.hidden = false;
      offer.querySelector("[data-restore-yes]").addEventListener("click", () => {
        fill(form, JSON.parse(before));
        offer.hidden = true;
      });
      offer.querySelector("[data-restore-no]").addEventListener("click", () => {
        sessionStorage.removeItem(kept(form));
        offer.hidden = true;
      });
    }
    form.addEventListener("input", () => sessionStorage.setItem(kept(form), typed(form)));
  }
  for (const done of document.querySelectorAll("[data-kept-saved]")) {
    sessionStorage.removeItem(`typed:${done.dataset.keptSaved}`);
  }

  const flaw = document.querySelector("[data-first-error]");
  if (flaw) flaw.focus();
})();
