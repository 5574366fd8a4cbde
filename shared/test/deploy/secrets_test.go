package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/shared/test/target"
)

// secrets are the forms of what must not stand in a file of the deployment: digests and tokens, keys of AWS, private keys,
// JSON web tokens, and password hashes.
var secrets = regexp.MustCompile(`[0-9A-Fa-f]{32,}|\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN|\beyJ[A-Za-z0-9_-]{10,}|\$2[aby]\$|\$argon2`)

// TestSecurity23NoSecretAnywhere looks at every file that a deployment is made from (OWASP ASVS 13.2.2), also for the demo users, who
// are for a developer's machine.
func TestSecurity23NoSecretAnywhere(t *testing.T) {
	t.Parallel()
	public := []string{
		target.AISquare.User.Password, target.SocialID.User.Password, target.Unleash.User.Password, target.Crafter.User.Password, target.SocialID.Application().Secret,
	}
	files, err := filepath.Glob("../../../shared/bootstrap/build/*/Makefile")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no Makefiles for sam build: %v", err)
	}
	for _, file := range append(files, templateFile, samconfigFile, "../../../Makefile") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := secrets.Find(text); found != nil {
			t.Errorf("%s holds what looks like a secret: %q", file, found)
		}
		for _, password := range public {
			if strings.Contains(string(text), password) {
				t.Errorf("%s holds the demo password %q", file, password)
			}
		}
	}
	if secrets.MatchString(target.SocialID.Application().Secret) != true {
		t.Error("the pattern does not know a secret when it sees one")
	}
}

// TestSecurity23NoValueIsASecret: nothing that is called after a secret has a value in plain text, but for numbers and yes or no.
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
