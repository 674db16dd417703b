// Tables of words: the headings sort, a field searches. Without this script the table stands as it is.
(() => {
  "use strict";
  const { made, passport } = window.gbaLive;

  function ready(listing) {
    const body = listing.querySelector("tbody");
    const more = listing.querySelector(".listing-more");
    const rows = [...body.rows];
    const field = listing.querySelector(".listing-tools input");
    // On a phone all rows show once a reader looks for something.
    const unfold = () => { if (more) more.open = true; };
    if (field) {
      field.closest("p").hidden = false;
      field.addEventListener("input", () => {
        unfold();
        const wanted = field.value.trim().toLowerCase();
        for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      });
    }
    const heads = [...listing.querySelectorAll("thead th")];
    heads.forEach((head, n) => {
      const button = made("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", async () => {
        unfold();
        const down = head.getAttribute("aria-sort") === "ascending";
        const told = new Map(rows.map((row) => [row, (row.cells[n].querySelector(":scope > b:first-child") ?? row.cells[n]).textContent.trim() || null]));
        // How cells are compared is known to the tables of the exhibits: it is asked for when somebody sorts.
        const compare = (await passport()).comparison([...told.values()]);
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        // Empty cells stay last, whichever way the table is sorted.
        const order = (one, two) => (one === null || two === null ? (one === null) - (two === null) : (down ? -1 : 1) * compare(one, two));
        body.append(...[...rows].sort((one, two) => order(told.get(one), told.get(two))));
      });
    });
  }

  document.querySelectorAll(".listing").forEach(ready);
})();
