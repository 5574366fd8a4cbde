package unleash

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// strictMediaType is the Content-Type grammar of npm's media-typer 0.3.0, which decides whether body-parser looks at a body:
// RFC 9110, section 8.3.1, with the narrower names of RFC 6838, section 4.2. It is compiled when it is first needed: that takes
// a tenth of the start of a function that never needs it.
var strictMediaType = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^ *` + restrictedName("") + `/` + restrictedName(".+") + ` *` +
		`(?:; *` + token + ` *= *(?:` + token + `|` + quotedString + `) *)*$`)
})

const (
	token        = "[!#$%&'*+.^_`|~0-9A-Za-z-]+" //nolint:gosec // a grammar's token is no secret
	quotedString = `"(?:[^"\\\x00-\x1F\x7F]|\\[ -~])*"`
)

func restrictedName(more string) string { return `[A-Za-z0-9][A-Za-z0-9!#$&^_` + more + `-]{0,126}` }

// readBody is the real server's body parser (body-parser 1.20). It reads the body before anything else about the request is
// checked, the method included. It returns the JSON value, or an empty object for a body that is absent or whose content
// type the parser does not accept or know. A form is measured and then ignored.
func readBody(r *gateway.Request) (wire.Value, *gateway.Response) {
	empty := wire.Value{Kind: wire.Object}
	contentType := r.Header.Get("Content-Type")
	if len(r.Body) == 0 || !strictMediaType().MatchString(contentType) {
		return empty, nil
	}
	mediaType := wire.ParseMediaType(contentType)
	charset := cmp.Or(strings.ToLower(mediaType.Parameters["charset"]), "utf-8")
	switch mediaType.Type {
	case jsonType:
		text, refusal := readText(r, charset, strings.HasPrefix(charset, "utf-"))
		if refusal != nil || text == "" {
			return empty, refusal
		}
		return parse(text)
	case formType:
		_, refusal := readText(r, charset, charset == "utf-8")
		return empty, refusal
	}
	return empty, nil
}

// readText decodes the body. Its checks have the parser's order: the charset's family, the compression, the length of an
// uncompressed body, the charset itself, and the length of what was decompressed.
func readText(r *gateway.Request, charset string, family bool) (string, *gateway.Response) {
	encoding := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"), ", "))
	open, known := decompressors[encoding]
	_, readable := decode(charset, nil)
	switch {
	case !family:
		return "", new(unsupported("charset", strings.ToUpper(charset)))
	case !known:
		return "", new(unsupported("content encoding", encoding))
	case open == nil && len(r.Body) > gateway.MaxBody:
		return "", new(tooLarge())
	case !readable:
		return "", new(unsupported("charset", strings.ToUpper(charset)))
	case open == nil:
		text, _ := decode(charset, r.Body)
		return text, nil
	}
	body, err := inflate(open, r.Body)
	// No client sends a body that is larger compressed than inflated. It is refused too, because a gateway may have cut it off.
	cut := len(r.Body) > gateway.MaxBody && (err == nil || errors.Is(err, io.ErrUnexpectedEOF))
	if cut || len(body) > gateway.MaxBody {
		return "", new(tooLarge())
	}
	if err != nil {
		return "", new(unparsed(http.StatusBadRequest, inflateMessage(err)))
	}
	text, _ := decode(charset, body)
	return text, nil
}

// decode converts a body to UTF-8 without a byte order mark, from the charsets that the parser's iconv-lite 0.4 knows.
func decode(charset string, body []byte) (text string, known bool) {
	label := wire.CharsetName(charset)
	switch label {
	case "utf8", "utf16le", "utf16be":
	case "utf16":
		label = utf16Order(body)
	default:
		return "", false
	}
	decoded, _ := wire.DecodeCharset(label, body)
	return strings.TrimPrefix(string(decoded), "\ufeff"), true
}

// utf16Order guesses as iconv-lite does: by the byte order mark, else by the zero byte of the first character, which is
// ASCII in every JSON text.
func utf16Order(body []byte) string {
	if bytes.HasPrefix(body, []byte{0xFE, 0xFF}) || len(body) > 1 && body[0] == 0 && body[1] != 0 {
		return "utf16be"
	}
	return "utf16le"
}

// decompressors are the content codings that the parser knows; nil means no compression.
var decompressors = map[string]decompressor{
	"":         nil,
	"identity": nil,
	"gzip":     func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"deflate":  func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
}

type decompressor func(io.Reader) (io.Reader, error)

// inflate reads at most one byte more than a body may have, because an attacker can make a small body swell a thousandfold.
// With an error it returns what came before.
func inflate(open decompressor, body []byte) ([]byte, error) {
	reader, err := open(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(reader, gateway.MaxBody+1))
}

// inflateMessage returns zlib's words for the error.
func inflateMessage(err error) string {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrHeader):
		return "incorrect header check"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrChecksum):
		return "incorrect data check"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected end of file"
	}
	return "invalid compressed data"
}

// parse reads the JSON. Errors have the form of V8's JSON.parse.
func parse(text string) (wire.Value, *gateway.Response) {
	value, err := wire.ParseJSON([]byte(text))
	if syntax, broken := errors.AsType[*wire.JSONError](err); broken {
		return value, new(unparsed(http.StatusBadRequest, fmt.Sprintf("%s in JSON at position %d (line %d column %d)",
			syntax.Message, syntax.Offset, syntax.Line, syntax.Column)))
	}
	return value, nil
}
