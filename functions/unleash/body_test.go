package unleash_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"gatehouse/shared/directory"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"

	right = `{"username":"alice","password":"pä😀"}`
	mark  = "\ufeff" // the byte order mark
	limit = 102_400
)

// padded is a right login of so many bytes.
func padded(size int) string { return right + strings.Repeat(" ", size-len(right)) }

// compressed returns what was written through a compressor.
func compressed[W io.WriteCloser](compressor func(io.Writer) W, text string) string {
	var out bytes.Buffer
	w := compressor(&out)
	_, _ = io.WriteString(w, text) // a buffer takes all
	_ = w.Close()
	return out.String()
}

func gzipped(text string) string { return compressed(gzip.NewWriter, text) }

func deflated(text string) string { return compressed(zlib.NewWriter, text) }

func rawDeflated(text string) string {
	return compressed(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, flate.BestSpeed); return f }, text)
}

// flipped changes one bit of a byte, counted from the end.
func flipped(text string, fromEnd int) string {
	changed := []byte(text)
	changed[len(changed)-fromEnd] ^= 1
	return string(changed)
}

func littleEndian(text string) string { return in16(text, binary.LittleEndian) }

func bigEndian(text string) string { return in16(text, binary.BigEndian) }

func in16(text string, order binary.AppendByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

// bodyRow is a request and the message of the body parser, empty if the login is accepted.
type bodyRow struct {
	name, contentType, encoding, body string
	status                            int
	message                           string
}

func checkBodies(t *testing.T, rows []bodyRow) {
	t.Helper()
	e := newEndpoint(t, unlimited())
	e.Add(directory.Entry{Username: "alice", Password: "pä😀"})
	for _, row := range rows {
		header := http.Header{"Content-Type": {row.contentType}}
		if row.encoding != "" {
			header.Set("Content-Encoding", row.encoding)
		}
		got := e.Do(http.MethodPost, resource, header, row.body)
		want := `{"message":"` + row.message + `"}`
		if got.Status != row.status || row.message != "" && got.Body != want {
			t.Errorf("%s: %d %s, want %d %s", row.name, got.Status, got.Body, row.status, want)
		}
	}
}

func noCharset(name string) string { return `unsupported charset \"` + name + `\"` }

func noEncoding(name string) string { return `unsupported content encoding \"` + name + `\"` }

func TestCharsets(t *testing.T) {
	t.Parallel()
	checkBodies(t, []bodyRow{
		{"byte order mark", jsonType, "", mark + right, 200, ""},
		{"utf-16 with a mark", "application/json; charset=utf-16", "", littleEndian(mark + right), 200, ""},
		{"utf-16, big-endian", "application/json; charset=utf-16", "", bigEndian(right), 200, ""},
		{"utf-16le", "application/json; charset=UTF-16LE", "", littleEndian(mark + right), 200, ""},
		{"utf-16be", "application/json; charset=utf-16be", "", bigEndian(right), 200, ""},
		{"utf8 without a hyphen", "application/json; charset=utf8", "", right, 415, noCharset("UTF8")},
		{"utf-bogus", "application/json; charset=utf-bogus", "", right, 415, noCharset("UTF-BOGUS")},
	})
}

func TestContentEncodings(t *testing.T) {
	t.Parallel()
	zipped := gzipped(right)
	checkBodies(t, []bodyRow{
		{"identity", jsonType, "Identity", right, 200, ""},
		{"gzip in utf-16", "application/json; charset=utf-16", "gzip", gzipped(bigEndian(right)), 200, ""},
		{"deflate", jsonType, "deflate", deflated(right), 200, ""},
		{"deflate without zlib's header", jsonType, "deflate", rawDeflated(right), 400, "incorrect header check"},
		{"not gzip", jsonType, "gzip", right, 400, "incorrect header check"},
		{"cut short", jsonType, "gzip", zipped[:20], 400, "unexpected end of file"},
		{"wrong checksum, gzip", jsonType, "gzip", flipped(zipped, 6), 400, "incorrect data check"},
		{"corrupt", jsonType, "deflate", "\x78\x9c\xff\xff\xff", 400, "invalid compressed data"},
		{"gzip twice", jsonType, "gzip, gzip", right, 415, noEncoding("gzip, gzip")},
		{"of a form", formType, "br", "a=b", 415, noEncoding("br")},
	})
}

func TestSecurity14BodySize(t *testing.T) {
	t.Parallel()
	const tooLarge = "request entity too large"
	over := padded(limit + 1)
	hollow := gzipped(right) + strings.Repeat(gzipped(""), limit/20)
	checkBodies(t, []bodyRow{
		{"as large as may be, inflated", jsonType, "gzip", gzipped(padded(limit)), 200, ""},
		{"too large, inflated", jsonType, "gzip", gzipped(over), 413, tooLarge},
		{"too large before it is inflated", jsonType, "gzip", hollow, 413, tooLarge},
		{"the same, cut off within a member", jsonType, "gzip", hollow[:limit+1], 413, tooLarge},
		{"too large and not gzip", jsonType, "gzip", over, 400, "incorrect header check"},
		{"a bomb", jsonType, "deflate", deflated(strings.Repeat(" ", 50*limit)), 413, tooLarge},
		{"after the charset's family", "application/json; charset=bogus", "bogus", over, 415, noCharset("BOGUS")},
		{"after the encoding", jsonType, "bogus", over, 415, noEncoding("bogus")},
		{"before the charset", "application/json; charset=utf-bogus", "", over, 413, tooLarge},
		{
			"inflated: after the charset", "application/json; charset=utf-bogus", "gzip", gzipped(over),
			415, noCharset("UTF-BOGUS"),
		},
	})
}

// TestBodyNotRead has the bodies that count as an empty object.
func TestBodyNotRead(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, unlimited())
	for _, row := range []struct{ name, contentType, encoding, body string }{
		{"a byte order mark alone", jsonType, "", mark},
		{"nothing, compressed", jsonType, "gzip", gzipped("")},
		{"semicolon behind the type", "application/json;", "", right},
		{"bad parameter, too large", "application/json; bad", "", padded(limit + 1)},
	} {
		header := http.Header{"Content-Type": {row.contentType}, "Content-Encoding": {row.encoding}}
		got := e.Do(http.MethodPost, resource, header, row.body)
		if want := detailsOf("username"); got.Status != http.StatusBadRequest || !strings.HasSuffix(got.Body, want) {
			t.Errorf("%s: %d %s, want 400 with %s", row.name, got.Status, got.Body, want)
		}
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, unlimited())
	for _, row := range []struct{ name, sent, told, body string }{
		{"form with a bad parameter", formType + "; bad", formType + "; bad", padded(limit + 1)},
		{"as it was sent", `Text/HTML;A="<b>&"`, `Text/HTML;A=\"<b>&\"`, right},
	} {
		header := http.Header{}
		if row.sent != "" {
			header.Set("Content-Type", row.sent)
		}
		got := e.Do(http.MethodPost, resource, header, row.body)
		message := "We do not accept the content-type you provided (" + row.told + "). Try using one of the content-types " +
			"we do accept instead (application/json) and make sure the body is in the corresponding format."
		want := `"name":"ContentTypeError","message":"` + message + `","details":[{"message":"` + message + `"}]}`
		if rest := withoutID(t, got.Body); got.Status != http.StatusUnsupportedMediaType || rest != want {
			t.Errorf("%s: %d %s, want 415 {\"id\":...,%s", row.name, got.Status, got.Body, want)
		}
	}
}
