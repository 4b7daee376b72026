// Web Awesome, for the parts of the kit that are made of it: its icons come from
// the switch (Lucide's, ISC), and never from the internet or a data: address.
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'

const files = import.meta.glob('./icons/*.svg', { eager: true, query: '?url', import: 'default' })
const resolver = (name) => files[`./icons/${name}.svg`] ?? files['./icons/check.svg']

for (const library of ['system', 'default']) registerIconLibrary(library, { resolver })
