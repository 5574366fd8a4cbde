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

func TestVectorsVerify(t *testing.T) {
	t.Parallel()
	for i, row := range readVectors(t).Django {
		t.Run(fmt.Sprintf("%d %s %s", i, row.Algorithm, row.Note), func(t *testing.T) {
			t.Parallel()
			if row.Algorithm == "md5" {
				refused(t, row.Encoded, ErrFormat)
				return
			}
			if err := Check(row.Encoded); err != nil {
				t.Fatalf("Check: %v", err)
			}
			hasher, _ := newHasher(t, 4)
			want := row.Verifies && row.Password != ""
			if match, err := hasher.Verify(row.Encoded, row.Password); match != want || err != nil {
				t.Errorf("got %v, error %v, want %v", match, err, want)
			}
		})
	}
}

func TestVectorsRefused(t *testing.T) {
	t.Parallel()
	all := readVectors(t)
	for _, row := range append(all.Refused, all.Crafter...) {
		t.Run(row.Encoded, func(t *testing.T) {
			t.Parallel()
			if row.Encoded != "" && row.Encoded[0] != '!' {
				refused(t, row.Encoded, ErrFormat)
				return
			}
			hasher, _ := newHasher(t, 4)
			if match, err := hasher.Verify(row.Encoded, right); match || err != nil {
				t.Errorf("got %v, error %v, want false", match, err)
			}
			if err := Check(row.Encoded); err != nil {
				t.Errorf("Check: %v", err)
			}
		})
	}
}
