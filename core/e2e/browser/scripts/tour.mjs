// Steps of the tour through all pages: what is looked for in each.
import { readFileSync } from 'node:fs'

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

// faults are what keeps somebody out: axe's serious and critical findings, as texts.
export async function faults(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1).join(' ').trim()}`))
  })
}

// cut are the controls that do not fit the page, and parts of it that make it wider
// than its window.
export const cut = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth
    const out = []
    const scrolls = (e) => {
      for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true
      return false
    }
    const hides = (e, { left, right }) => {
      for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
        if (!/hidden|clip/.test(getComputedStyle(p).overflowX)) continue
        const box = p.getBoundingClientRect()
        if (left < box.left - 1 || right > box.right + 1) return true
      }
      return false
    }
    const said = (e) => `${e.localName} “${(e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 60)}”`
    for (const e of document.querySelectorAll('a, button, input:not([type=checkbox]), select, textarea, [role=tab], wa-switch')) {
      const box = e.getBoundingClientRect()
      if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('.unseen, .skip') || box.width === 0) continue
      if (scrolls(e)) continue
      if (box.left < -1 || box.right > wide + 1) out.push(`${said(e)} goes from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}`)
      else if (e.localName === 'button' && hides(e, box)) out.push(`${said(e)} is cut off`)
      else if (box.width < 12 || box.height < 12) out.push(`${said(e)} is ${Math.round(box.width)}×${Math.round(box.height)}`)
    }
    if (document.documentElement.scrollWidth > wide) {
      const widest = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > wide + 1 && !scrolls(e)).slice(0, 3)
      out.push(`the page is ${document.documentElement.scrollWidth} wide, its window ${wide}: ${widest.map(said).join('; ')}`)
    }
    return out
  })
