package store

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"
	"github.com/pressly/goose/v3"
)

// A database of each earlier Plugboard is brought up to date, and all that is in it
// stays as it was.
func TestEachVersionIsBroughtUpToDate(t *testing.T) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.ReadDir(sub, ".")
	if err != nil {
		t.Fatal(err)
	}
	for n, f := range files {
		t.Run(strings.TrimSuffix(f.Name(), ".sql"), func(t *testing.T) {
			if !strings.HasPrefix(f.Name(), fmt.Sprintf("%05d_", n+1)) {
				t.Fatalf("%s is not number %d: a database that has passed it by would not be opened", f.Name(), n+1)
			}
			dir := t.TempDir()
			db, err := sql.Open("sqlite", filepath.Join(dir, File))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.UpTo(t.Context(), int64(n+1)); err != nil {
				t.Fatal(err)
			}
			tables := tablesOf(t, db)
			if len(tables) < 4 {
				t.Fatalf("its tables are %v", tables)
			}
			for name, columns := range tables {
				populate(t, db, name, columns)
			}
			before := contents(t, db, tables)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}

			s := open(t, dir, nil, nil)
			if d := cmp.Diff(before, contents(t, s.db, tables)); d != "" {
				t.Errorf("what was in it (-) is not what is (+):\n%s", d)
			}
			calls, err := s.Calls(t.Context(), Query{Limit: 10})
			if err != nil || len(calls) != 1 || len(calls[0].Legs) != 1 {
				t.Errorf("its calls are %+v (%v)", calls, err)
			}
			s.Close()
			again, err := Open(Options{Dir: dir, Log: hclog.NewNullLogger()})
			if err != nil {
				t.Fatal("the second time:", err)
			}
			again.Close()
		})
	}
}

// tablesOf are the columns of our tables, each with its type.
func tablesOf(t *testing.T, db *sql.DB) map[string][][2]string {
	t.Helper()
	tables := map[string][][2]string{}
	found, err := db.Query(`SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' AND c.hidden = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var table string
		var column [2]string
		if err := found.Scan(&table, &column[0], &column[1]); err != nil {
			t.Fatal(err)
		}
		tables[table] = append(tables[table], column)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return tables
}

// populate puts a row into a table, with something in each column.
func populate(t *testing.T, db *sql.DB, table string, columns [][2]string) {
	t.Helper()
	var names, marks []string
	var values []any
	for _, c := range columns {
		names, marks = append(names, `"`+c[0]+`"`), append(marks, "?")
		switch {
		case c[0] == "stats":
			values = append(values, `{"packets_in": 50}`)
		case c[0] == "expires": // late: nothing is over
			values = append(values, int64(4_000_000_000_000_000))
		case c[1] == "TEXT":
			values = append(values, "[]") // a text, and a list as JSON has it
		case c[1] == "REAL":
			values = append(values, 1.5)
		case c[1] == "INTEGER":
			values = append(values, 1)
		default:
			values = append(values, []byte{1, 2, 3})
		}
	}
	if _, err := db.Exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), values...); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
}

// contents are all rows of those columns.
func contents(t *testing.T, db *sql.DB, tables map[string][][2]string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for table, columns := range tables {
		var list []string
		for _, c := range columns {
			list = append(list, `quote("`+c[0]+`")`)
		}
		found, err := db.Query(fmt.Sprintf("SELECT %s FROM %s", strings.Join(list, " || ' ' || "), table))
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		for found.Next() {
			var row string
			if err := found.Scan(&row); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
			out[table] = append(out[table], row)
		}
		if err := found.Close(); err != nil {
			t.Fatal(err)
		}
		if len(out[table]) == 0 {
			t.Errorf("%s is empty", table)
		}
	}
	return out
}
