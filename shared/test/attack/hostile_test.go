package attack_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"gatehouse/shared/gateway"
	"gatehouse/shared/test/target"
)

// strike is what goes over the wire in place of a login. None is one with the right password, so none may log anybody in.
type strike struct {
	name  string
	wire  []byte
	then  []byte // is sent so often behind it
	times int
	short bool // it promises more than it sends, so the connection must be closed behind it
}

var (
	megabyte = bytes.Repeat([]byte(" "), 1<<20)
	chunk    = fmt.Appendf(nil, "10000\r\n%s\r\n", megabyte[:1<<16])
)

// arsenal makes strikes against one product.
type arsenal struct {
	product target.Product
	fields  map[string]string // of a login with a wrong password
	json    string
	form    string
}

func newArsenal(t *testing.T, product target.Product) arsenal {
	t.Helper()
	a := arsenal{product: product, json: product.Body(product.User.Username, wrongPassword)}
	if err := json.Unmarshal([]byte(a.json), &a.fields); err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for name, value := range a.fields {
		form.Set(name, value)
	}
	a.form = form.Encode()
	return a
}

// head is all that stands before the body, each header with its line's end. It has Content-Type only if that is given.
func (a arsenal) head(headers ...string) string {
	authorization := ""
	if app := a.product.Application(); app != nil {
		authorization = "Authorization: Basic " + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s", app.ID, app.Secret)) + "\r\n"
	}
	return "POST " + a.product.Path + " HTTP/1.1\r\nHost: gatehouse.example\r\n" + authorization +
		strings.Join(headers, "") + "\r\n"
}

const asJSON = "Content-Type: application/json\r\n"

func length(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }

// whole is a request that is well-formed HTTP, whatever its body is.
func (a arsenal) whole(name, headers, body string) strike {
	return strike{name: name, wire: []byte(a.head(headers, length(len(body))) + body)}
}

// bodies are well-formed HTTP around bodies that are not what they should be.
func (a arsenal) bodies() []strike {
	members := strings.Trim(a.json, "{}")
	most := amount(1, 9) // MB
	guess := func(with string) string { return strings.ReplaceAll(a.json, "guess", with) }
	as := func(contentType string) string { return "Content-Type: " + contentType + "\r\n" }
	const form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	gzipped := asJSON + "Content-Encoding: gzip\r\n"
	return []strike{
		a.whole("a byte above the limit", asJSON, a.json+string(megabyte[:gateway.MaxBody+1-len(a.json)])),
		{name: "as much as the gateway takes", wire: []byte(a.head(asJSON, length(most<<20))), then: megabyte, times: most},
		{name: "11 MB", wire: []byte(a.head(asJSON, length(11<<20))), then: megabyte, times: 11},
		a.whole("nothing", asJSON, ""),
		a.whole("null", asJSON, "null"),
		a.whole("a number", asJSON, "1"),
		a.whole("an array", asJSON, "["+a.json+"]"),
		a.whole("half", asJSON, a.json[:len(a.json)/2]),
		a.whole("twice", asJSON, a.json+a.json),
		a.whole("50,000 arrays", asJSON, strings.Repeat("[", 50_000)),
		a.whole("deep and closed", asJSON, `{"a":`+strings.Repeat("[", 40_000)+strings.Repeat("]", 40_000)+","+members+"}"),
		a.whole("keys of prototypes", asJSON, `{"__proto__":`+a.json+`,"constructor":{"prototype":`+a.json+`}}`),
		a.whole("duplicate keys", asJSON, "{"+strings.Repeat(members+",", 500)+members+"}"),
		a.whole("an operator for a password", asJSON, a.valued(map[string]any{"$ne": nil})),
		a.whole("NUL", asJSON, "{\x00"+members+"}"),
		a.whole("invalid UTF-8", asJSON, guess("\xff\xc0\x80\xed\xa0\x80")),
		a.whole("huge numbers", asJSON, `{"a":1e999999999,"b":`+strings.Repeat("9", 90_000)+","+members+"}"),
		a.whole("half a character", as("application/json; charset=utf-16le"), strings.Join(strings.Split(a.json, ""), "\x00")),
		a.whole("utf-7", as("application/json; charset=utf-7"), "+AHs-"+members+"+AH0-"),
		a.whole("an unknown charset", as("application/json; charset=klingon"), a.json),
		a.whole("a charset of 5,000 letters", as("application/json; charset="+strings.Repeat("x", 5_000)), a.json),
		a.whole("no Content-Type", "", a.json),
		a.whole("an odd Content-Type", as(`;;="/ application`), a.json),
		a.whole("an external entity", as("application/xml"), `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>`),
		a.whole("a form of 20,000 fields", as(form), strings.Repeat("a=b&", 20_000)+a.form),
		a.whole("a form with broken escapes", as(form), a.form+"&%zz=%&%=%u0000&=&;&password=%00"),
		a.whole("multipart without a boundary", as("multipart/form-data"), a.form),
		a.whole("multipart without an end", as(parts), "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"),
		a.whole("multipart of 2,000 parts", as(parts), strings.Repeat("--b\r\n\r\n\r\n", 2_000)+"--b--"),
		a.whole("500 MB in gzip", gzipped, gzipBomb()),
		a.whole("gzip that is none", gzipped, a.json),
		a.whole("gzip ten times", asJSON+strings.Repeat("Content-Encoding: gzip\r\n", 10), gzipBomb()),
	}
}

// valued is a login whose password is a value of another kind.
func (a arsenal) valued(password any) string {
	login := map[string]any{}
	for name, value := range a.fields {
		login[name] = value
	}
	login["password"] = password
	text, _ := json.Marshal(login) // which is possible
	return string(text)
}

// oddities are no well-formed HTTP, or HTTP that hardly anybody speaks.
func (a arsenal) oddities() []strike {
	size := length(len(a.json))
	chunks := "Transfer-Encoding: chunked\r\n"
	inChunks := fmt.Sprintf("%x\r\n%s\r\n", len(a.json), a.json)
	odd := func(name, wire string) strike { return strike{name: name, wire: []byte(wire)} }
	short := func(name, wire string) strike { return strike{name: name, wire: []byte(wire), short: true} }
	swap := func(old, with string) string { return strings.Replace(a.head(asJSON, size), old, with, 1) + a.json }
	return []strike{
		short("a longer body promised", a.head(asJSON, length(len(a.json)+100))+a.json),
		short("a terabyte promised", a.head(asJSON, length(1<<40))+a.json),
		odd("a shorter body promised", a.head(asJSON, length(len(a.json)-5))+a.json),
		odd("a negative length", a.head(asJSON, length(-1))+a.json),
		odd("two lengths", a.head(asJSON, size, length(3))+a.json),
		odd("a length and chunks", a.head(asJSON, length(3), chunks)+inChunks+"0\r\n\r\n"),
		odd("chunks twice", a.head(asJSON, chunks, chunks)+inChunks+"0\r\n\r\n"),
		odd("unknown transfer encoding", a.head(asJSON, "Transfer-Encoding: xchunked\r\n")+inChunks+"0\r\n\r\n"),
		odd("a chunk too long", a.head(asJSON, chunks)+"FFFFFFFFFFFFFFFFF\r\n"+a.json),
		odd("a chunk with a long extension", a.head(asJSON, chunks)+"1;"+strings.Repeat("x", 100_000)+"\r\n{\r\n0\r\n\r\n"),
		odd("100,000 chunks of a byte", a.head(asJSON, chunks)+strings.Repeat("1\r\n \r\n", 100_000)+"0\r\n\r\n"),
		{name: "endless chunks", wire: []byte(a.head(asJSON, chunks)), then: chunk, times: 256, short: true},
		odd("trailers", a.head(asJSON, chunks, "Trailer: Authorization\r\n")+inChunks+"0\r\nAuthorization: x\r\n\r\n"),
		odd("1,000 headers", a.head(asJSON, size, strings.Repeat("X-Many: x\r\n", 1_000))+a.json),
		odd("a header of 1 MB", a.head(asJSON, size, "X-Long: "+strings.Repeat("x", 1<<20)+"\r\n")+a.json),
		odd("a header on two lines", a.head(asJSON, size, "X-Folded: a\r\n b\r\n")+a.json),
		odd("a header without a colon", a.head(asJSON, size, "no colon\r\n")+a.json),
		odd("NUL in a header", a.head(asJSON, size, "X-Nul: a\x00b\r\n")+a.json),
		odd("a space before the colon", a.head(asJSON, size, "Content-Length : 3\r\n")+a.json),
		odd("broken Authorization", swap("Authorization: Basic ", "Authorization: Basic ====")),
		odd("a broken query", swap(" HTTP/1.1", "?%zz=%&password=%00&format=%ff&;=;#? HTTP/1.1")),
		odd("no host", swap("Host: gatehouse.example\r\n", "")),
		odd("an unknown method", swap("POST", "BREW")),
		odd("another site's URL", swap("POST /", "POST http://other.example/")),
		odd("a path with dots", swap("POST /", "POST /../../")),
		odd("a path in escapes", swap("POST /", "POST /%2e%2e/%00/")),
		odd("HTTP/1.0", swap("HTTP/1.1", "HTTP/1.0")),
		odd("HTTP/9.9", swap("HTTP/1.1", "HTTP/9.9")),
		odd("HTTP/2 without warning", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
		odd("an upgrade to HTTP/2", a.head(asJSON, size,
			"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")+a.json),
		odd("100-continue, unasked", a.head(asJSON, size, "Expect: 100-continue\r\n")+a.json),
		odd("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+strings.Repeat("\x00", 200)+"\r\n\r\n"),
		short("no end of headers", strings.TrimSuffix(a.head(asJSON, size), "\r\n")),
	}
}

// gzipBomb is 500 times a megabyte of white space in half a megabyte: a gzip file may have many members.
var gzipBomb = sync.OnceValue(func() string {
	var text bytes.Buffer
	w := gzip.NewWriter(&text)
	_, _ = w.Write(megabyte) // a buffer takes all
	_ = w.Close()
	return strings.Repeat(text.String(), 500)
})
