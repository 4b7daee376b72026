// Package web holds the pages that the switch serves, as they are built into
// its binary. They speak to the switch only through the JSON of core/api.
//
// So far it is one page that says what this is and where things are; the
// browser desk comes later.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed page
var files embed.FS

// Handler serves the pages: "/" and what is under "/assets/".
func Handler() http.Handler {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic(err) // the path above is no path
	}
	return http.FileServerFS(page)
}
