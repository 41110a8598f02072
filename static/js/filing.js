// The filing form: the reserved amount as one types, exact to the cent, and the search for a
// representative. The server computes the same and has the last word.
(() => {
  "use strict";

  const form = document.getElementById("filing");
  if (!form) return;

  // "1,234.5" as 12345000n where four places are asked for; null for what is no such number.
  const parse = (text, places) => {
    const match = /^\+?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text.normalize("NFKC").trim());
    if (!match) return null;
    const decimals = (match[2] || "").replace(/0+$/, "");
    if (decimals.length > places) return null;
    return BigInt(match[1].replaceAll(",", "") + decimals.padEnd(places, "0"));
  };
  const value = (name) => form.elements[name]?.value || "";
  const percent = (text) => parse(text.normalize("NFKC").trim().replace(/\s*%$/, ""), 4);
  const halfUp = (number, by) => (2n * number + by) / (2n * by);
  const shown = (hundredths) => {
    const digits = hundredths.toString().padStart(3, "0");
    return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
  };

  const box = form.querySelector("[data-reserve]");
  const compute = () => {
    const base = parse(value("base_amount"), 2);
    const ratio = percent(value("ratio"));
    const union = form.dataset.addsUnion ? parse(value("union_amount") || "0", 2) : 0n;
    box.hidden = base === null || ratio === null || union === null;
    if (box.hidden) return;
    const cents = halfUp((base + union) * ratio, 1000000n);
    box.querySelector("[data-reserve-yuan]").textContent = shown(cents);
    box.querySelector("[data-reserve-wan]").textContent = shown(halfUp(cents, 10000n));
  };
  form.addEventListener("input", compute);
  form.addEventListener("change", compute);
  compute();

  const place = form.querySelector("[data-representatives]");
  const field = form.elements.representative;
  if (!place || !window.TomSelect) return;
  const { representatives, representativeName, representativeRegion, none } = place.dataset;
  const known = { code: field.value, name: representativeName, region: representativeRegion };
  const line = (unit, escape) =>
    `<div>${escape(unit.name || unit.code)} <span class="code">${escape(unit.code)}</span> ` +
    `<span class="region">${escape(unit.region || "")}</span></div>`;
  const search = new TomSelect(field, {
    maxItems: 1,
    valueField: "code",
    labelField: "name",
    searchField: ["code", "name"],
    options: field.value ? [known] : [],
    score: () => () => 1,
    load(words, done) {
      this.clearOptions();
      const address = new URL(representatives, window.location.href);
      address.searchParams.set("q", words);
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((answer) => done(answer.results))
        .catch(() => done());
    },
    render: { option: line, item: line, no_results: () => `<div class="no-results">${none}</div>` },
  });
  // What was typed before a session ended is put back into the field itself.
  field.addEventListener("change", () => {
    if (field.value === search.getValue()) return;
    search.addOption({ code: field.value, name: "", region: "" });
    search.setValue(field.value, true);
  });
})();
