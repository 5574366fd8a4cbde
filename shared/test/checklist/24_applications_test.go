package checklist_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// TestSecurity24UnknownApplication: nobody can find out which applications exist, neither by the answer nor by the work.
func TestSecurity24UnknownApplication(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		d.expect(1, login.Accepted, d.right.Username, d.right.Password)
		id, secret := d.product.Application().ID, d.product.Application().Secret
		try := func(authorization string) (endpointtest.Answer, []string, []string) {
			d.authorization = authorization
			d.Spy.Calls()
			d.stored.requests()
			answer := d.send(d.right.Username, d.right.Password)
			return answer, d.Spy.Calls(), d.stored.requests()
		}
		wrong, calls, requests := try(basic(id, "not the secret"))
		if want := []string{"Authenticate", "Count"}; wrong.Status != 401 || !slices.Equal(calls, want) {
			t.Errorf("a wrong secret: %d after %v, want 401 after %v", wrong.Status, calls, want)
		}
		for name, authorization := range map[string]string{
			"unknown application":          basic(id+1, "not the secret"),
			"another one's secret":         basic(id+1, secret),
			"no secret":                    basic(id, ""),
			"the digest of the secret":     basic(id, directory.Digest(secret)),
			"no application":               "Basic " + base64.StdEncoding.EncodeToString([]byte(":not the secret")),
			"application 0, without a row": basic(0, ""),
			"something that is no base64":  "Basic %%%",
			"another scheme":               "Bearer x",
		} {
			answer, made, sent := try(authorization)
			if diff := cmp.Diff(wrong, answer); diff != "" {
				t.Errorf("%s is not answered as a wrong secret is (-wrong +got):\n%s", name, diff)
			}
			if !slices.Equal(made, calls) || !slices.Equal(sent, requests) {
				t.Errorf("%s costs %v and on the wire %v, a wrong secret %v and %v", name, made, sent, calls, requests)
			}
		}
	}, target.Product.Applies)
}

// TestSecurity24SecretsAreComparedInConstantTime looks at the code, for no clock can show it reliably: the one function that
// compares a secret does so on digests, with the function of crypto/subtle.
func TestSecurity24SecretsAreComparedInConstantTime(t *testing.T) {
	t.Parallel()
	compared := regexp.MustCompile(`SecretDigest\s*[!=]=|[!=]=\s*[\w.]*SecretDigest`)
	files, err := filepath.Glob(filepath.Join(root, "shared", "*", "*.go"))
	must(t, err)
	found := false
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		if compared.Match(text) {
			t.Errorf("%s compares a secret's digest with an operator", file)
		}
		found = found || regexp.MustCompile(`HasSecret\(secret string\) bool \{\s*return subtle\.ConstantTimeCompare\(`).Match(text)
	}
	if !found {
		t.Error("Application.HasSecret does not use subtle.ConstantTimeCompare")
	}
}
