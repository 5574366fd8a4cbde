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

// cookieNames are the cookies that the products know. Social ID sets none; a stranger's changes nothing.
var cookieNames = []string{"sessionid", "csrftoken", "JSESSIONID", "unleash-session", "connection_id", "login_token"}

// TestSecurity17EveryTokenIsNew plants values in every cookie, among them one that was handed out before: session fixation.
func TestSecurity17EveryTokenIsNew(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		mine := tokensOf(d.send(d.right.Username, d.right.Password))[0]
		chosen := strings.Repeat("0123456789abcdef", 4)
		seen := map[string]bool{mine: true, chosen: true}
		for _, planted := range []string{mine, chosen, "s%3Aabc.def", "", "\x7f"} {
			header := d.header()
			for _, name := range cookieNames {
				header.Add("Cookie", name+"="+planted)
			}
			header.Set("X-Csrftoken", planted)
			answer := d.Do(http.MethodPost, d.product.Path, header, d.product.Body(d.right.Username, d.right.Password))
			tokens := tokensOf(answer)
			if len(tokens) == 0 {
				t.Errorf("a login with the cookie %q hands out nothing: %d %s", planted, answer.Status, answer.Body)
			}
			for _, token := range append(tokens, csrfOf(answer)...) {
				if seen[token] {
					t.Errorf("a login with the cookie %q hands out %s, which was seen before", planted, token)
				}
				seen[token] = true
			}
		}
		if strings.Contains(d.stored.contents(), directory.Digest(chosen)) {
			t.Error("the digest of a planted value is stored")
		}
	})
}

func csrfOf(answer endpointtest.Answer) []string {
	var values []string
	for _, cookie := range cookiesOf(answer) {
		if cookie.Name == "csrftoken" {
			values = append(values, cookie.Value)
		}
	}
	return values
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
		add(d.send(d.right.Username, "guess"))
		add(d.Do(http.MethodPost, path, d.header(), "{"))
		add(d.Do(http.MethodPut, path, d.header(), right))
		add(d.Do(http.MethodHead, path, d.header(), ""))
		add(d.Do(http.MethodPost, path, d.header(), right)) // over the limit
		add(d.Do(http.MethodPost, path, crossSite, right))
		d.Clock.Advance(time.Minute)
		d.stored.kill()
		add(d.send(d.right.Username, d.right.Password))

		statuses := map[int]bool{}
		for i, answer := range answers {
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
			if i > 0 && len(cookies) > 0 {
				t.Errorf("the answer %d sets cookies, and is no login", answer.Status)
			}
			for _, cookie := range cookies {
				script := cookie.Name == "csrftoken" // which the product's own pages read
				if cookie.HttpOnly == script || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
					t.Errorf("the cookie %s is not HttpOnly, Secure, SameSite=Lax for the whole site", cookie.Raw)
				}
			}
		}
		if d.product != target.SocialID && len(cookiesOf(answers[0])) == 0 {
			t.Error("a login sets no cookie: this test sees nothing")
		}
		if !statuses[http.StatusTooManyRequests] || !statuses[http.StatusForbidden] || !statuses[http.StatusInternalServerError] {
			t.Errorf("the answers have the statuses %v, want 429, 403 and 500 among them", statuses)
		}
	})
}
