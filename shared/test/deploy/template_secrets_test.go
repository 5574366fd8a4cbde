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
	var public []string
	for _, p := range functions.Products() {
		public = append(public, p.Login.User.Password)
		if p.Login.Application != nil {
			public = append(public, p.Login.Application.Secret)
		}
	}
	files, err := filepath.Glob(root + "/shared/bootstrap/build/*/Makefile")
	if err != nil || len(files) == 0 {
		t.Fatalf("no Makefiles for sam build: %v", err)
	}
	for _, file := range append(files, templateFile, samconfigFile, root+"/Makefile") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := secrets.Find(text); found != nil {
			t.Errorf("%s holds what looks like a secret: %q", file, found)
		}
		for _, password := range public {
			if strings.Contains(string(text), password) {
				t.Errorf("%s holds the public password %q", file, password)
			}
		}
	}
	if !secrets.MatchString(strings.Repeat("0123abcd", 8)) || !secrets.MatchString("$2b$12$") {
		t.Error("the pattern does not match a secret")
	}
}

// TestSecurity23NoValueIsASecret: a parameter or variable named after a secret has no value in plain text, except numbers and
// booleans.
func TestSecurity23NoValueIsASecret(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	called := regexp.MustCompile(`(?i)password|secret|token|credential|apikey|private`)
	harmless := regexp.MustCompile(`^(\d+|true|false|)$`)
	for _, parameter := range loaded.Parameters() {
		if called.MatchString(parameter.Name) && !harmless.MatchString(parameter.Default) {
			t.Errorf("the parameter %s has the default %q", parameter.Name, parameter.Default)
		}
	}
	for _, function := range loaded.Functions() {
		for name, value := range loaded.Environment(function.Name) {
			if value.Ref() == "" && !harmless.MatchString(value.Text()) {
				t.Errorf("%s has a value for %s in plain text", function.Name, name)
			}
		}
	}
}
