package attack_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"slices"
	"strings"
)

// random makes one more strike: a login in one of three forms, with some of its bytes changed, under headers that may or
// may not fit.
func (a arsenal) random(rng *rand.Rand, n int) strike {
	pick := func(of []string) string { return of[rng.IntN(len(of))] }
	body := pick([]string{a.json, a.form, a.multipart()})
	for range 1 + rng.IntN(5) {
		at, to := rng.IntN(len(body)+1), rng.IntN(len(body)+1)
		at, to = min(at, to), max(at, to)
		switch rng.IntN(4) {
		case 0: // put in
			body = body[:at] + pick(splinters) + body[at:]
		case 1: // cut out
			body = body[:at] + body[min(to, at+8):]
		case 2: // repeat
			body = body[:to] + body[at:to] + body[to:]
		case 3: // overwrite
			body = body[:at] + string([]byte{byte(rng.IntN(256))}) + body[min(at+1, len(body)):]
		}
	}
	headers := "Content-Type: " + pick(types) + pick(charsets) + "\r\n" + pick(extras)
	return a.whole(fmt.Sprintf("random strike %d", n), headers, body)
}

// What random strikes are made of: fitting headers and others, and what parsers stumble over.
var (
	types = []string{
		"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "*/*",
	}
	charsets = []string{
		"", "", "", "; charset=utf-8", "; charset=utf-16", "; charset=utf-16be", "; charset=utf-32",
		"; charset=iso-8859-1", `; charset="`,
	}
	extras = []string{
		"", "", "", "Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n", "Accept: text/html\r\n", "Accept: ;q=2\r\n",
		"Cookie: sessionid=" + strings.Repeat("a", 64) + "\r\n",
	}
	splinters = []string{
		`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, "null", "true", "1e999", "-0", `\u0000`, `\ud800`, "\x00", "\xff", "\xef\xbb\xbf",
		"\xfe\xff", "&", "=", "%", "%00", ";", "+", "\r\n", "--b", "--b--", `"__proto__":`, `"password":["`, "\u2028",
		strings.Repeat("[", 2_000),
	}
)

// multipart is a login in that form, with the boundary b.
func (a arsenal) multipart() string {
	var text bytes.Buffer
	writer := multipart.NewWriter(&text)
	_ = writer.SetBoundary("b")                               // a valid one
	for _, name := range slices.Sorted(maps.Keys(a.fields)) { // so that a seed always gives the same
		_ = writer.WriteField(name, a.fields[name]) // a buffer takes all
	}
	_ = writer.Close()
	return text.String()
}
