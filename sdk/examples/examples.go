// Package examples has a plugin of each kind that is as short as it can be. Each
// folder is a program with its tests, and what `plugboard plugin new` begins with.
package examples

import "embed"

// Files are the sources of those that a new plugin begins with, by folder.
//
//go:embed leg-echo/*.go tool-meter/*.go tts-beep/*.go app-reception/*.go
var Files embed.FS

// Of is the folder of a kind's example; "": there is none.
func Of(kind string) string {
	return map[string]string{"leg": "leg-echo", "tool": "tool-meter", "tts": "tts-beep", "app": "app-reception"}[kind]
}
