package checklist_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// TestSecurity17EveryTokenIsNew plants values in every cookie that a login sets, one of them from that login: session
// fixation.
func TestSecurity17EveryTokenIsNew(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		first := d.send(d.right.Username, d.right.Password)
		tokens := tokensOf(first)
		if issued := len(d.Spy.Begun()) > 0; issued != (len(tokens) > 0) {
			t.Fatalf("a session was stored: %t, but the tokens are %q", issued, tokens)
		}
		if len(tokens) == 0 {
			return
		}
		chosen := strings.Repeat("0123456789abcdef", 4)
		seen := map[string]bool{chosen: true}
		note := func(planted string, answer endpointtest.Answer) {
			tokens := tokensOf(answer)
			if len(tokens) == 0 {
				t.Errorf("a login with the cookie %q hands out nothing: %d %s", planted, answer.Status, answer.Body)
			}
			for _, cookie := range cookiesOf(answer) {
				if !cookie.HttpOnly { // a token against forged requests, which scripts read
					tokens = append(tokens, cookie.Value)
				}
			}
			for _, token := range tokens {
				if seen[token] {
					t.Errorf("a login with the cookie %q hands out %s, which was seen before", planted, token)
				}
				seen[token] = true
			}
		}
		note("", first)
		for _, planted := range []string{tokens[0], chosen, "s%3Aabc.def", "", "\x7f"} {
			header := d.header()
			for _, cookie := range cookiesOf(first) {
				header.Add("Cookie", cookie.Name+"="+planted)
			}
			note(planted, d.Do(http.MethodPost, d.product.Path, header, d.product.Body(d.right.Username, d.right.Password)))
		}
		if strings.Contains(d.stored.contents(), directory.Digest(chosen)) {
			t.Error("the digest of a planted value is stored")
		}
	})
}

func cookiesOf(answer endpointtest.Answer) []*http.Cookie {
	return (&http.Response{Header: answer.Header}).Cookies()
}

// TestSecurity20CookiesAndCaches looks at answers of every kind: accepted, refused, malformed, of another method, from another
// site, throttled, and after a fault.
func TestSecurity20CookiesAndCaches(t *testing.T) {
	everywhere(t, map[string]string{"SOURCE_LIMIT": "5", "APP_LIMIT": "5"}, func(t *testing.T, d *door) {
		path, right := d.product.Path, d.product.Body(d.right.Username, d.right.Password)
		crossSite := d.header()
		crossSite.Set("Sec-Fetch-Site", "cross-site")
		var answers []endpointtest.Answer
		add := func(answer endpointtest.Answer) { answers = append(answers, answer) }
		add(d.send(d.right.Username, d.right.Password))
		contents := d.stored.contents()
		add(d.send(d.right.Username, "guess"))
		add(d.Do(http.MethodPost, path, d.header(), "{"))
		add(d.Do(http.MethodPut, path, d.header(), right))
		add(d.Do(http.MethodHead, path, d.header(), ""))
		for range 5 { // the last is over the limit
			add(d.Do(http.MethodPost, path, d.header(), right))
		}
		add(d.Do(http.MethodPost, path, crossSite, right))
		d.Clock.Advance(time.Minute)
		d.stored.kill()
		add(d.send(d.right.Username, d.right.Password))

		statuses := map[int]bool{}
		for _, answer := range answers {
			statuses[answer.Status] = true
			for header, want := range map[string]string{
				"Cache-Control":           "no-store",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
			} {
				if got := answer.Header.Values(header); len(got) != 1 || got[0] != want {
					t.Errorf("the answer %d has %s %q, want %q", answer.Status, header, got, want)
				}
			}
			cookies := cookiesOf(answer)
			if len(cookies) > 0 && d.product.Read(answer.Status, answer.Body) != target.Accepted {
				t.Errorf("the answer %d sets cookies, and is no login", answer.Status)
			}
			for _, cookie := range cookies {
				if !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
					t.Errorf("the cookie %s is not Secure, SameSite=Lax for the whole site", cookie.Raw)
				}
			}
		}
		for _, cookie := range cookiesOf(answers[0]) {
			token := tokenText.FindString(cookie.Value)
			if token != "" && strings.Contains(contents, directory.Digest(token)) != cookie.HttpOnly {
				t.Errorf("the cookie %s is HttpOnly: %t, want that for the session's and for no other", cookie.Raw, cookie.HttpOnly)
			}
		}
		if len(d.Spy.Begun()) > 0 && len(tokensOf(answers[0])) == 0 {
			t.Error("a login hands out no token: this test sees nothing")
		}
		if !statuses[http.StatusTooManyRequests] || !statuses[http.StatusForbidden] || !statuses[http.StatusInternalServerError] {
			t.Errorf("the answers have the statuses %v, want 429, 403 and 500 among them", statuses)
		}
	})
}
