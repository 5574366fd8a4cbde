package bootstrap_test

import (
	"bytes"
	"os"
	"testing"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
)

// TestSecurity23NoFunctionHoldsTheExamples: no deployed binary contains a public password or secret of the example users and
// applications of any product.
func TestSecurity23NoFunctionHoldsTheExamples(t *testing.T) {
	t.Parallel()
	public := map[string]string{}
	for _, p := range functions.Products() {
		public[p.Login.User.Password] = p.Title
		if p.Login.Application != nil {
			public[p.Login.Application.Secret] = p.Title
		}
	}
	for _, endpoint := range append(functions.Endpoints(), sessions.Authorizer()) {
		binary, err := os.ReadFile(site.Binary(t, endpoint.Function))
		check(t, err)
		if !bytes.Contains(binary, []byte("ATTEMPT_LIMIT")) {
			t.Errorf("%s contains no setting: the test sees nothing", endpoint.Function)
		}
		for text, owner := range public {
			if bytes.Contains(binary, []byte(text)) {
				t.Errorf("%s contains the public secret %q of %s", endpoint.Function, text, owner)
			}
		}
	}
}
