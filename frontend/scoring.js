// The running total of a score sheet as its scores are chosen, and digits that choose one. The service works the total out
// exactly and tells it with every save.
const form = document.querySelector("form[data-points]")
if (form) followScores(form)

function followScores(form) {
  const cells = [...form.querySelectorAll("[data-worth]")]
  const shown = document.querySelectorAll("[data-total]")
  const others = Number(form.dataset.points) - points()

  form.addEventListener("change", () => tell((others + points()).toFixed(2)))
  document.addEventListener("total", (event) => tell(event.detail))
  form.addEventListener("keydown", choose)

  function points() {
    return cells.reduce((sum, cell) => {
      const chosen = cell.querySelector("input:checked")
      return sum + (chosen ? Number(chosen.value) * Number(cell.dataset.worth) : 0)
    }, 0)
  }

  function tell(total) {
    for (const one of shown) one.textContent = total
  }

  function choose(event) {
    if (event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return
    const cell = event.target.closest("[data-worth]")
    const wanted = cell && [...cell.querySelectorAll("input")].find((input) => input.value === event.key)
    if (!wanted) return
    event.preventDefault()
    wanted.focus()
    wanted.click()
  }
}
