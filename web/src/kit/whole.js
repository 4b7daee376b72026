// What is cut off with an ellipsis is shown whole where one points at it.
const ours = new WeakSet()

addEventListener('mouseover', ({ target }) => {
  for (let e = target, up = 0; e?.parentElement && up < 4; e = e.parentElement, up++) {
    if (getComputedStyle(e).textOverflow !== 'ellipsis' || (e.title && !ours.has(e))) continue
    ours.add(e)
    e.title = e.scrollWidth > e.clientWidth ? e.innerText : ''
    return
  }
})
