package aisquare_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-lambda-go/events"

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

// TestMalformedEvent sends an event that declares base64 with a body that is not base64.
func TestMalformedEvent(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	got, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
		Resource: resource, HTTPMethod: "POST", Body: "%", IsBase64Encoded: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"detail":"Malformed request."}`; got.StatusCode != 400 || got.Body != want {
		t.Errorf("got %d %s, want 400 %s", got.StatusCode, got.Body, want)
	}
	if vary := got.MultiValueHeaders["Vary"]; !slices.Equal(vary, []string{"Accept, Cookie"}) {
		t.Errorf("Vary is %q, want that of the view", vary)
	}
}
