// A file that is too large is not sent; the server says the same to whoever has no script.
(() => {
  "use strict";
  for (const field of document.querySelectorAll("input[data-max-bytes]")) {
    const form = field.form;
    const word = form.querySelector("[data-too-large]");
    const look = () => {
      const file = field.files[0];
      const refused = Boolean(file) && file.size > Number(field.dataset.maxBytes);
      word.hidden = !refused;
      form.querySelector("[type=submit]").disabled = refused;
    };
    field.addEventListener("change", look);
    window.addEventListener("pageshow", look);
  }
})();
