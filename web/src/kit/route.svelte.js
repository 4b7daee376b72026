// Where in the page one is: what stands behind "#", as "/history/42".

const read = () => '/' + location.hash.replace(/^#\/?/, '')

export const route = $state({ path: read() })

addEventListener('hashchange', () => (route.path = read()))

// go leads to a place; links do the same with href="#/history".
export const go = (path) => (location.hash = path)

// at says whether one is at a place, or below it.
export const at = (path) => route.path === path || route.path.startsWith(path + '/')
