package password

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

type vector struct {
	Algorithm string `json:"algorithm"`
	Password  string `json:"password"`
	Recipe    string `json:"password_recipe"`
	Encoded   string `json:"encoded"`
	Verifies  bool   `json:"verifies"`
	Note      string `json:"note"`
}

// vectors were written by the products' own code.
type vectors struct {
	Django  []vector `json:"vectors"`
	Refused []vector `json:"non_verifying"`
	Crafter []vector `json:"crafter_vectors"`
}

func readVectors(t testing.TB) (all vectors) {
	t.Helper()
	data, err := os.ReadFile("testdata/password-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for i, row := range all.Django {
		if row.Recipe == "'x' * 4096" {
			all.Django[i].Password = strings.Repeat("x", 4096)
		}
	}
	return all
}

// TestVectorsVerify imports each hash, logs in with it, and logs in again with its replacement.
func TestVectorsVerify(t *testing.T) {
	t.Parallel()
	all := readVectors(t)
	for i, row := range append(all.Django, all.Crafter...) {
		t.Run(fmt.Sprintf("%d %s %s", i, row.Algorithm, row.Note), func(t *testing.T) {
			t.Parallel()
			if row.Algorithm == "md5" {
				refused(t, row.Encoded, ErrFormat)
				return
			}
			hasher, _ := newHasher(t, 4)
			stored, err := hasher.Import(row.Encoded)
			if err != nil || row.Algorithm != "crafter" && stored != row.Encoded {
				t.Fatalf("Import(%q): got %q, error %v", row.Encoded, stored, err)
			}
			want := (row.Verifies || row.Algorithm == "crafter") && row.Password != ""
			if match, err := hasher.Verify(stored, row.Password); match != want || err != nil {
				t.Errorf("got %v, error %v, want %v", match, err, want)
			}
			if !want {
				return
			}
			replacement, outdated, err := hasher.Upgrade(stored, row.Password)
			if current := strings.Contains(row.Encoded, "$04$"); outdated == current || err != nil {
				t.Fatalf("got outdated %v, error %v, want %v", outdated, err, !current)
			}
			if match, _ := hasher.Verify(replacement, row.Password); outdated && !match {
				t.Errorf("the replacement %q does not match", replacement)
			}
		})
	}
}

func TestVectorsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range readVectors(t).Refused {
		if row.Encoded != "" && row.Encoded[0] != '!' {
			refused(t, row.Encoded, ErrFormat)
			continue
		}
		hasher, _ := newHasher(t, 4)
		if match, err := hasher.Verify(row.Encoded, right); match || err != nil || Check(row.Encoded) != nil {
			t.Errorf("%q: got %v, error %v, Check: %v, want false", row.Encoded, match, err, Check(row.Encoded))
		}
	}
}
