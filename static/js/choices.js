// Narrows a long list of checkboxes by what is typed above it. Without this script the whole list is there to scroll.
for (const box of document.querySelectorAll("[data-choices]")) {
  const field = box.querySelector("[data-choices-filter]");
  const count = box.querySelector("[data-choices-count]");
  const items = [...box.querySelectorAll(".govuk-checkboxes__item")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const names = items.map((item) => plain(item.textContent));

  const narrow = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    items.forEach((item, index) => {
      item.hidden = !words.every((word) => names[index].includes(word));
      if (!item.hidden) shown += 1;
    });
    count.textContent =
      words.length === 0 ? `${shown} councils` : `${shown} of ${items.length} councils ${shown === 1 ? "matches" : "match"}`;
  };

  field.addEventListener("input", narrow);
  // Enter in a text box would send the form before anything is chosen.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  field.closest("[hidden]").hidden = false;
  narrow();
}
