package aisquare_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"gatehouse/shared/session"
)

// TestSecurity15RandomnessFails: without a source of randomness there is no token, whether it fails at the session's or at the
// CSRF token.
func TestSecurity15RandomnessFails(t *testing.T) {
	t.Parallel()
	for name, bytes := range map[string]int{"at once": 0, "after the session's token": 32} {
		e := newEndpoint(t, nil)
		source := strings.NewReader(strings.Repeat("x", bytes))
		e.Service.Minter = session.Minter{Random: io.MultiReader(source, iotest.ErrReader(errors.New("secret detail of the source")))}
		expect(t, name, post(e, right), 500, serverError)
	}
}
