package target_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/test/target"
)

// TestTokens finds tokens in cookies and bodies, and takes nothing else for one.
func TestTokens(t *testing.T) {
	t.Parallel()
	a, b, c := strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64)
	header := http.Header{"Set-Cookie": {"session=s%3A" + a + ".signature; HttpOnly", "csrf=" + c}}
	body := `{"id":"` + b + `","again":"` + a + `","picture":"https://example.com/` + c + `?s=42"}`
	if got, want := target.Tokens(header, body), []string{a, b}; !slices.Equal(got, want) {
		t.Errorf("the tokens are %q, want %q", got, want)
	}
}
