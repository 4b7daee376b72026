// Package web is the switch's page: its sources, and how they are served. It
// speaks to the switch only through the JSON of core/api.
//
//	src/          Svelte components, and the ways to the switch: api.js
//	src/door/     what is seen by who has not signed in
//	src/phone/    a person's phone
//	src/desk/     the admin's pages, fetched by the admin alone
//	src/kit/      the parts that all of them are made of, over Web Awesome
//	dist/         what Vite makes of them ("make web"), built into the binary
//
// The page runs under a Content-Security-Policy without 'unsafe-inline': no
// style="…" and no script in the markup (Svelte's style: and class are fine).
//
// dist is committed, so that who builds the switch needs no Node. A test
// compares what it was made from with the sources.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed dist
var files embed.FS

// Handler serves the page: "/", "/sw.js", and what is under "/assets/", whose
// names change with what is in them.
func Handler() http.Handler {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the path above is no path
	}
	serve := http.FileServerFS(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		serve.ServeHTTP(w, r)
	})
}
