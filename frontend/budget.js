// Adds a budget up again while somebody types. The server does the same sums with every save (budget_sums.py).

const MOST_PENCE = 100000000000
const AMOUNT = /^(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?$/

export function pence(text) {
  const bare = text.replace(/\s/g, "").replace(/^£/, "")
  if (!AMOUNT.test(bare)) return 0
  const [whole, odd = ""] = bare.replace(/,/g, "").split(".")
  const found = Number(whole) * 100 + Number(odd.padEnd(2, "0"))
  return found <= MOST_PENCE ? found : 0
}

export function pounds(amount) {
  const odd = amount % 100
  const whole = ((amount - odd) / 100).toLocaleString("en-GB")
  return odd ? `£${whole}.${String(odd).padStart(2, "0")}` : `£${whole}`
}

function lines(form) {
  return [...form.querySelectorAll("fieldset.house-row")].map((row) => {
    const box = (name) => (row.querySelector(`[name$="-${name}"]`) || { value: "" }).value
    return {
      category: box("category"),
      year: box("year"),
      asked: pence(box("amount")),
      match: pence(box("match")),
      secured: box("secured") === "yes",
    }
  })
}

function sum(of, name) {
  return of.reduce((total, line) => total + line[name], 0)
}

function write(place, name, amount) {
  for (const cell of place.querySelectorAll(`[data-house-sum="${name}"]`)) cell.textContent = pounds(amount)
}

function show(sums, all) {
  const [asked, match] = [sum(all, "asked"), sum(all, "match")]
  const secured = sum(all.filter((line) => line.secured), "match")
  write(sums, "asked", asked)
  write(sums, "secured", secured)
  write(sums, "not-secured", match - secured)
  write(sums, "cost", asked + match)
  const onlyYear = sums.querySelectorAll("[data-house-sums-of=year]").length < 2
  for (const row of sums.querySelectorAll("[data-house-sums-of]")) {
    const kind = row.dataset.houseSumsOf
    const some = all.filter((line) => line[kind] === row.dataset.name || (kind === "year" && onlyYear))
    const [part, other] = [sum(some, "asked"), sum(some, "match")]
    write(row, "asked", part)
    write(row, "match", other)
    write(row, "cost", part + other)
    row.hidden = part + other === 0
  }
  return asked
}

for (const form of document.querySelectorAll("form[data-house-budget]")) {
  const sums = form.querySelector("[data-house-sums]")
  const said = sums.querySelector("[data-house-sums-said]")
  form.addEventListener("input", () => show(sums, lines(form)))
  // Read out when a box is left, not at every key.
  form.addEventListener("change", () => {
    said.textContent = sums.dataset.houseSums.replace("%s", pounds(show(sums, lines(form))))
  })
}
