package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/web"
)

// What the page links to under /assets/ is there, and it needs nothing from
// the internet.
func TestPageIsWhole(t *testing.T) {
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		web.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	page := get("/")
	if page.Code != 200 || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
		t.Fatal(page.Code, page.Header())
	}
	for _, link := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		switch path := link[1]; {
		case strings.HasPrefix(path, "/assets/"):
			if w := get(path); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		case !strings.HasPrefix(path, "/"):
			t.Errorf("%s leaves the switch", path)
		}
	}
}

// What is built into the binary was made from the sources as they are.
func TestDistIsMadeFromTheSources(t *testing.T) {
	names, err := filepath.Glob("src/*")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	hash := sha256.New()
	for _, name := range append([]string{"index.html", "package-lock.json", "vite.config.js"}, names...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		hash.Write([]byte(name + "\x00"))
		hash.Write(b)
		hash.Write([]byte{0})
	}
	made, err := os.ReadFile("dist/sources.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(made)) != hex.EncodeToString(hash.Sum(nil)) {
		t.Error("web/dist is older than its sources: make web, and commit it")
	}
}

// What a browser loads before the first call is small.
func TestPageIsSmall(t *testing.T) {
	var size int64
	err := filepath.WalkDir("dist", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// 150 KB with gzip; text shrinks to a third.
	if size > 400_000 {
		t.Errorf("%d bytes", size)
	}
}
