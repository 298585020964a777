// A button that ticks several boxes does it on the spot; without a script it sends the form, which does the same.

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-house-tick]")
  const boxes = button && button.closest("[data-house-boxes]")
  if (!boxes) return
  event.preventDefault()
  const wanted = button.dataset.houseTick.split(" ").filter(Boolean)
  for (const box of boxes.querySelectorAll("input[type=checkbox]")) {
    box.checked = wanted.length ? box.checked || wanted.includes(box.value) : false
  }
  boxes.querySelector("[data-house-ticked]").textContent = button.dataset.houseSaid
  boxes.dispatchEvent(new Event("change", { bubbles: true }))
})
