// Adds the shares of a partnership up again while somebody types, beside what they must come to.
import { pence, pounds } from "./budget.js"

for (const form of document.querySelectorAll("form[data-shares]")) {
  const ask = Number(form.dataset.shares)
  const boxes = [...form.querySelectorAll("[name^='share-'], [name=lead_share], [name=new_share]")]
  const find = (name) => form.querySelector(`[data-shares-${name}]`)
  const [total, gap, word] = [find("total"), find("gap"), find("left")]
  form.addEventListener("input", () => {
    const shares = boxes.reduce((sum, box) => sum + pence(box.value), 0)
    if (total) total.textContent = pounds(shares)
    if (gap) gap.textContent = pounds(Math.abs(ask - shares))
    if (word) word.textContent = shares <= ask ? word.dataset.sharesLeft : word.dataset.sharesOver
  })
}
