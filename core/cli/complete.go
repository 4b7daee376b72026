package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"${enum}."`
}

// What a shell runs at a tab: it asks this program what may stand there, and
// offers files where that is nothing. zsh takes what is written for bash.
const (
	bashCompletion = `_plugboard() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _plugboard plugboard
`
	zshCompletion  = "autoload -U +X bashcompinit && bashcompinit\n" + bashCompletion
	fishCompletion = `complete -c plugboard -a '(set -l words (commandline -opc); $words[1] complete -- $words[2..] (commandline -ct) 2>/dev/null)'
`
)

// Run implements the command.
func (c *completionCmd) Run(a *app) error {
	text := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell]
	_, err := fmt.Fprint(a.Stdout, text)
	return written(err)
}

type completeCmd struct {
	Words []string `arg:"" optional:"" help:"What is typed, the word at the cursor last."`
}

// Run implements the command.
func (c *completeCmd) Run(a *app) error {
	if len(c.Words) == 0 {
		return nil
	}
	parser, err := a.parser(&grammar{})
	if err != nil {
		panic(err) // it parsed this command
	}
	for _, word := range candidates(parser.Model.Node, c.Words) {
		if _, err := fmt.Fprintln(a.Stdout, word); err != nil {
			return written(err)
		}
	}
	return nil
}

// candidates are what may stand in place of the last of some words: commands, flags, and
// values of which there is a choice.
func candidates(node *kong.Node, words []string) (found []string) {
	typed, last := words[:len(words)-1], words[len(words)-1]
	flags, position := slices.Clone(node.Flags), 0
	var waits *kong.Flag // for its value
	for _, word := range typed {
		switch {
		case waits != nil:
			waits = nil
		case strings.HasPrefix(word, "-"):
			waits = valued(flags, word)
		default:
			if i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == word }); i >= 0 {
				node = node.Children[i]
				flags = append(flags, node.Flags...)
				continue
			}
			position++
		}
	}
	var all []string
	switch {
	case waits != nil:
		all = choice(waits.Value)
	case strings.HasPrefix(last, "-"):
		for _, f := range flags {
			if !f.Hidden {
				all = append(all, "--"+f.Name)
			}
		}
	case position < len(node.Positional):
		all = choice(node.Positional[position])
	}
	if waits == nil && !strings.HasPrefix(last, "-") {
		for _, n := range node.Children {
			if !n.Hidden {
				all = append(all, n.Name)
			}
		}
	}
	for _, word := range all {
		if strings.HasPrefix(word, last) {
			found = append(found, word)
		}
	}
	return found
}

// valued is the flag that a word names, if its value is the next word.
func valued(flags []*kong.Flag, word string) *kong.Flag {
	for _, f := range flags {
		if !f.IsBool() && (word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short)) {
			return f
		}
	}
	return nil
}

// choice are the values that something may have, if it is one of some.
func choice(v *kong.Value) (all []string) {
	if v.Enum == "" {
		return nil
	}
	for _, one := range v.EnumSlice() {
		if one != "" {
			all = append(all, one)
		}
	}
	return all
}
