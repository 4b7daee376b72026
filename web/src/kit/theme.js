// Light or dark: what the system says, unless somebody has chosen here.
// Web Awesome takes it from a class of the document.

const dark = matchMedia('(prefers-color-scheme: dark)')
const key = 'plugboard.theme'

// chosen is "light", "dark" or "system".
export const chosen = () => localStorage.getItem(key) ?? 'system'

export function choose(theme) {
  if (theme === 'system') localStorage.removeItem(key)
  else localStorage.setItem(key, theme)
  apply()
}

function apply() {
  const is = chosen() === 'system' ? dark.matches : chosen() === 'dark'
  document.documentElement.classList.toggle('wa-dark', is)
  document.documentElement.classList.toggle('wa-light', !is)
}

dark.addEventListener('change', apply)
apply()
