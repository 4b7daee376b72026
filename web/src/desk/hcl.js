// HCL for the editor: just enough to colour it, and to know where blocks begin
// and end.
import { StreamLanguage } from '@codemirror/language'

const atoms = /^(true|false|null)\b/
const word = /^[\p{L}_][\p{L}\p{N}_-]*/u

export const hcl = StreamLanguage.define({
  name: 'hcl',
  startState: () => ({ comment: false, depth: 0, heredoc: '', text: [] }),
  copyState: (s) => ({ ...s, text: [...s.text] }),
  token(stream, state) {
    if (state.heredoc) {
      if (stream.sol() && stream.match(new RegExp(`^\\s*${state.heredoc}\\s*$`))) state.heredoc = ''
      else stream.skipToEnd()
      return 'string'
    }
    if (state.comment) {
      if (stream.match(/^.*?\*\//)) state.comment = false
      else stream.skipToEnd()
      return 'comment'
    }
    // In a text, but not in what is worked out in it: "Hello ${name}".
    if (state.text.length && state.text.at(-1) < 0) {
      if (stream.match(/^"/)) { state.text.pop(); return 'string' }
      if (stream.match(/^[$%]\{/) ) { state.text.push(0); return 'punctuation' }
      if (!stream.match(/^([^"\\$%]|\\.|[$%](?!\{))+/)) stream.next()
      return 'string'
    }
    if (stream.eatSpace()) return null
    if (stream.match(/^(#|\/\/)/)) { stream.skipToEnd(); return 'comment' }
    if (stream.match('/*')) { state.comment = true; return 'comment' }
    if (stream.match('"')) { state.text.push(-1); return 'string' }
    const here = stream.match(/^<<-?([A-Za-z_]\w*)/)
    if (here) { state.heredoc = here[1]; return 'string' }
    if (stream.match(/^\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number'
    if (stream.match(atoms)) return 'atom'
    if (stream.match(word)) {
      if (stream.match(/^\s*\(/, false)) return 'typeName'
      if (stream.match(/^\s*=(?!=)/, false)) return 'propertyName'
      if (stream.match(/^(\s+"[^"]*")*\s*\{/, false)) return 'keyword'
      return 'variableName'
    }
    const c = stream.next()
    if (c === '{') {
      if (state.text.length) state.text[state.text.length - 1]++
      else state.depth++
    } else if (c === '}') {
      if (state.text.length && state.text.at(-1) === 0) state.text.pop()
      else if (state.text.length) state.text[state.text.length - 1]--
      else state.depth = Math.max(0, state.depth - 1)
    }
    return /[=<>!&|?:+*/%-]/.test(c) ? 'operator' : 'punctuation'
  },
  indent: (state, after, cx) => (state.depth - (/^\s*[}\])]/.test(after) ? 1 : 0)) * cx.unit,
  languageData: { commentTokens: { line: '#', block: { open: '/*', close: '*/' } }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
})
