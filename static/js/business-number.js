// Says while a business number is typed whether it can be right: the same check as
// merchants/business_number.py, which has the last word. It never stops anybody from typing.
const WEIGHTS = [1, 3, 7, 1, 3, 7, 1, 3, 5];

export function normalize(text) {
  return text.replace(/[\s-]/g, "");
}

export function isValid(number) {
  if (!/^[0-9]{10}$/.test(number)) return false;
  if (Number(number.slice(0, 3)) < 101 || number.slice(3, 5) === "00") return false;
  if (number.slice(5, 9) === "0000") return false;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return (sum + Math.floor((Number(number[8]) * 5) / 10) + Number(number[9])) % 10 === 0;
}

export function display(number) {
  return `${number.slice(0, 3)}-${number.slice(3, 5)}-${number.slice(5)}`;
}

for (const input of document.querySelectorAll("input[data-check='business-number']")) {
  const said = document.createElement("p");
  said.id = `${input.id}_check`;
  said.setAttribute("role", "status");
  input.after(said);
  const described = input.getAttribute("aria-describedby");
  input.setAttribute("aria-describedby", described ? `${described} ${said.id}` : said.id);

  // While it is short, wait; more than ten digits are wrong at once.
  input.addEventListener("input", () => tell(normalize(input.value).length >= 10));
  input.addEventListener("change", () => {
    const number = normalize(input.value);
    if (/^[0-9]{10}$/.test(number)) input.value = display(number);
    tell(number !== "");
  });

  function tell(isDone) {
    const number = normalize(input.value);
    const verdict = isValid(number) ? "right" : /^[0-9]{10}$/.test(number) ? "wrong" : "short";
    const isWrong = isDone && verdict !== "right";
    said.textContent = isDone ? input.dataset[verdict] ?? "" : "";
    said.className = isWrong ? "error" : "helptext";
    if (isWrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}
