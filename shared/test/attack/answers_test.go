package attack_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

// TestEnumerationByAnswer compares every byte of the refusals of every cause, and what a lock makes of names that are and
// that are not somebody's.
func TestEnumerationByAnswer(t *testing.T) {
	t.Parallel()
	onBoth(t, unlimited, func(t *testing.T, at target.Target) {
		all := causes(t, at, cheap, 1)
		different := 0
		for _, product := range silent {
			want := answer(t, at, product, all[0].logins[0])
			var status int
			_, err := fmt.Sscanf(want, "HTTP/1.1 %d ", &status)
			if err != nil || product.Read(status, "") != target.Refused || strings.Contains(want, "\nSet-Cookie:") {
				t.Errorf("%s: a wrong password is told (%v)\n%s\nwant a refusal without a cookie", product.Name, err, want)
			}
			for _, cause := range all[1:] {
				if got := answer(t, at, product, cause.logins[0]); got != want {
					different++
					t.Errorf("%s: refused as %s:\n%s\nas a wrong password:\n%s", product.Name, cause.name, got, want)
				}
			}
		}
		t.Logf("%d causes of refusal at %d endpoints: %d answers differ by a byte", len(all), len(silent), different)
		lockout(t, at)
	})
}

// masked are the headers that are random or of the time, and say nothing of the user.
var masked = regexp.MustCompile(`(?m)^(Date|X-Amzn-Requestid|Ratelimit-Remaining|Ratelimit-Reset): .*$`)

// answer is every byte of the answer to a login, but for the masked headers.
func answer(t *testing.T, at target.Target, product target.Product, login target.User) string {
	t.Helper()
	request, err := product.Request(at.URL(), login.Username, login.Password)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	var raw bytes.Buffer
	if err := request.Write(&raw); err != nil {
		t.Fatal(err)
	}
	connection, err := dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write(raw.Bytes()); err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	return masked.ReplaceAllString(string(whole), "$1: masked")
}

// lockout: a name that is nobody's is counted and locked like one that is somebody's. The answers cannot show it, so the
// records must: who counted only users would tell them by the write that is missing.
func lockout(t *testing.T, at target.Target) {
	t.Helper()
	enroll(t, at, "somebody", target.Hash(t, rightPassword, cheap), asItIs)
	for i := range limit + 3 {
		product := silent[i%len(silent)]
		known := answer(t, at, product, target.User{Username: "somebody", Password: wrongPassword})
		unknown := answer(t, at, product, target.User{Username: "nobody", Password: wrongPassword})
		if known != unknown {
			t.Errorf("%s, failure %d: somebody is told\n%s\nand nobody\n%s", product.Name, i+1, known, unknown)
		}
	}
	somebody := record(t, at, account(t, at, "somebody"))
	nobody := record(t, at, directory.Decoy(product.DemoRealm, directory.Username("nobody")))
	t.Logf("%d wrong passwords on a known and on an unknown name: %d and %d counted", limit+3, somebody.Fails, nobody.Fails)
	for _, got := range []attempts.Record{somebody, nobody} {
		if got.Fails != limit || !target.Policy.Locked(got, time.Now()) {
			t.Errorf("somebody has %+v and nobody %+v, want both locked by %d failures", somebody, nobody, limit)
		}
	}
}
