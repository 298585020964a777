// In the last hour the minutes left count down quietly: nothing is announced, and the server's clock counts, not this one's.
const left = document.querySelector("[data-closing-seconds]")
if (left) {
  const { closingSeconds, one, many, none, over } = left.dataset
  const show = () => {
    const seconds = Number(closingSeconds) - performance.now() / 1000
    const minutes = Math.floor(seconds / 60)
    left.textContent = seconds <= 0 ? over : minutes < 1 ? none : minutes === 1 ? one : many.replace("{n}", minutes)
    if (seconds > 0) setTimeout(show, 5000)
  }
  show()
}
