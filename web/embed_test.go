package web_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	names := []string{"icon.svg", "index.html", "package-lock.json", "vite.config.js"}
	err := filepath.WalkDir("src", func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	hash := sha256.New()
	for _, name := range names {
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

// What a browser loads before somebody's first call is small: the page, and
// what it names. What only the admin needs is fetched later.
func TestPageIsSmall(t *testing.T) {
	page, err := os.ReadFile("dist/index.html")
	if err != nil {
		t.Fatal(err)
	}
	size := zipped(t, page)
	for _, link := range regexp.MustCompile(`(?:href|src)="/([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		b, err := os.ReadFile(filepath.Join("dist", filepath.FromSlash(link[1])))
		if err != nil {
			t.Fatal(err)
		}
		n := zipped(t, b)
		t.Logf("%6d  %s", n, link[1])
		size += n
	}
	const most = 150_000
	if size > most {
		t.Errorf("%d bytes with gzip before the first call, of at most %d: import() what is not needed at once", size, most)
	}
}

func zipped(t *testing.T, b []byte) int {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
