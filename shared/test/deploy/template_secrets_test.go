package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/functions"
)

// secrets matches what must not stand in a file of the deployment: digests and tokens, keys of AWS, private keys, JSON web
// tokens, and password hashes.
var secrets = regexp.MustCompile(`[0-9A-Fa-f]{32,}|\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN|\beyJ[A-Za-z0-9_-]{10,}|\$2[aby]\$|\$argon2`)

// TestSecurity23NoSecretAnywhere looks at every file that a deployment is made from (OWASP ASVS 13.2.2), also for the example
// users and applications, which are for a developer's machine.
func TestSecurity23NoSecretAnywhere(t *testing.T) {
	t.Parallel()
	all := []string{secrets.String()}
	for _, p := range functions.Products() {
		all = append(all, regexp.QuoteMeta(p.Login.User.Password))
		if p.Login.Application != nil {
			all = append(all, regexp.QuoteMeta(p.Login.Application.Secret))
		}
	}
	forbidden := strings.Join(all, "|")
	files, err := filepath.Glob(root + "/shared/bootstrap/build/*/Makefile")
	if err != nil || len(files) == 0 {
		t.Fatalf("no Makefiles for sam build: %v", err)
	}
	for _, file := range append(files, templateFile, root+"/samconfig.toml", root+"/Makefile") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(forbidden).Find(text); found != nil {
			t.Errorf("%s holds what looks like a secret: %q", file, found)
		}
	}
	if !secrets.MatchString(strings.Repeat("0123abcd", 8)) || !secrets.MatchString("$2b$12$") {
		t.Error("the pattern does not match a secret")
	}
}
