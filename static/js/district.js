// Splits the one long list of districts in two: 시·도 first, then its 시군구.
// Without this the list has a group for each 시·도. Its field is the same and sends the same.
const select = document.getElementById("id_district");

if (select?.dataset.sidoLabel && select.querySelector("optgroup")) {
  const empty = [...select.options].find((option) => !option.value);
  const chosen = select.value;
  const groups = new Map(
    [...select.querySelectorAll("optgroup")].map((group) => [group.label, [...group.children]]),
  );
  const sido = madeBefore(select.closest(".field") ?? select);

  show(groupOf(chosen), chosen);
  sido.addEventListener("change", () => {
    show(sido.value, "");
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // Another module is about to choose a district: have it in the list.
  select.addEventListener("reveal", (event) => {
    const group = groupOf(event.detail);
    if (group && group !== sido.value) show(group, "");
  });

  function groupOf(code) {
    const holds = ([, options]) => options.some((option) => option.value === code);
    return (code && [...groups].find(holds)?.[0]) || "";
  }

  // Only the districts of one 시·도; the only one it has is chosen by itself.
  function show(group, code) {
    const options = groups.get(group) ?? [];
    sido.value = group;
    select.replaceChildren(...(empty ? [empty] : []), ...options);
    select.value = options.length === 1 ? options[0].value : code;
  }

  function madeBefore(place) {
    const field = document.createElement("div");
    field.className = "field";
    const label = field.appendChild(document.createElement("label"));
    label.htmlFor = "id_sido";
    label.textContent = select.dataset.sidoLabel;
    const list = field.appendChild(document.createElement("select"));
    list.id = "id_sido";
    list.autocomplete = "off"; // follows the district, also after going back
    list.append(new Option(select.dataset.sidoEmpty ?? "", ""));
    for (const name of groups.keys()) list.append(new Option(name, name));
    place.before(field);
    return list;
  }
}
